import { LIKELY, RANK, type Family } from '../signature.ts';

/** PgBouncer, ProxySQL, twemproxy, stunnel, socat: what stands between a program and its database. */
export const POOLING_PROXIES: Family = {
  runtime: null,
  marks: null,
  signatures: [
    {
      id: 'pgbouncer-connect',
      failure: 'unavailable',
      runtime: 'pgbouncer',
      rank: RANK.call,
      verdict: 'connect-exhaustion',
      certainty: LIKELY,
      pattern: 'sbuf_connect failed: <unavailable>',
      source: 'pgbouncer src/sbuf.c sbuf_connect',
      examples: [
        'WARNING sbuf_connect failed: Cannot assign requested address\nLOG S-0x1: db/app@192.0.2.7:5432 closing because: connect failed (age=0s)',
      ],
    },
    {
      id: 'proxysql-connect',
      failure: 'unavailable',
      needles: ["' (99)"],
      runtime: 'proxysql',
      rank: RANK.outright,
      verdict: 'connect-exhaustion',
      certainty: LIKELY,
      pattern:
        "(?:mysql_real_connect\\(\\) on|Error during connection|handler\\(\\)|Monitor|MySQL_\\w{1,30}\\.cpp)[^\\n]{0,300}' \\(99\\)",
      source: 'proxysql lib/mysql_connection.cpp',
      examples: [
        "mysql_connection.cpp:835:handler(): [ERROR] Failed to mysql_real_connect() on 10:192.0.2.7:3306 , FD (Conn:0 , MyDS:0) , 2002: Can't connect to MySQL server on '192.0.2.7' (99).",
      ],
    },
    {
      id: 'twemproxy-connect',
      failure: 'unavailable',
      runtime: 'twemproxy',
      rank: RANK.call,
      verdict: 'connect-exhaustion',
      certainty: LIKELY,
      pattern: "connect on s \\d{1,8} to server '[^'\\n]{1,128}' failed: <unavailable>",
      source: 'twemproxy src/nc_server.c server_connect',
      examples: [
        "nc_server.c:523 connect on s 12 to server '192.0.2.7:6379:1' failed: Cannot assign requested address",
      ],
    },
    {
      id: 'stunnel-connect',
      failure: 'unavailable',
      runtime: 'stunnel',
      rank: RANK.call,
      verdict: 'connect-exhaustion',
      certainty: LIKELY,
      pattern: '(?:s_connect: connect|connect_blocking: (?:s_)?connect)[^\\n]{0,120}: <unavailable>',
      source: 'stunnel src/network.c s_connect',
      examples: ['LOG3[1]: s_connect: connect 192.0.2.7:443: Cannot assign requested address (99)'],
    },
    {
      id: 'socat-connect',
      failure: 'unavailable',
      runtime: 'socat',
      rank: RANK.call,
      verdict: 'connect-exhaustion',
      certainty: LIKELY,
      pattern: '\\bconnect\\(\\d{1,6}, AF=\\d{1,3} [^\\n]{1,80}, \\d{1,4}\\): <unavailable>',
      source: 'socat sycls.c Connect',
      examples: ['2026/01/01 10:00:05 socat[7] E connect(5, AF=2 192.0.2.7:80, 16): Cannot assign requested address'],
    },
    {
      id: 'strace-connect',
      failure: 'unavailable',
      runtime: null,
      rank: RANK.call,
      verdict: 'connect-exhaustion',
      certainty: LIKELY,
      pattern: '\\bconnect\\(\\d{1,6}, \\{[^\\n]{1,200}\\}, \\d{1,4}\\)\\s{1,8}= -1 <unavailable>',
      source: 'strace',
      examples: [
        'connect(3, {sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr("192.0.2.7")}, 16) = -1 EADDRNOTAVAIL (Cannot assign requested address)',
      ],
    },
    {
      id: 'strace-source-in-use',
      failure: 'in-use',
      runtime: null,
      rank: RANK.call,
      verdict: 'connect-exhaustion',
      certainty: LIKELY,
      pattern:
        '\\bbind\\(\\d{1,6}, \\{[^\\n]{0,80}sin6?_port=htons\\(0\\)[^\\n]{0,120}\\}, \\d{1,4}\\)\\s{1,8}= -1 <in-use>',
      source: 'strace: no port is free for all destinations at once',
      examples: [
        'bind(9, {sa_family=AF_INET, sin_port=htons(0), sin_addr=inet_addr("198.51.100.9")}, 16) = -1 EADDRINUSE (Address already in use)',
      ],
    },
  ],
  lookAlikes: [
    'C-0x1: app/app@192.0.2.7:60130 closing because: client close request (age=0)',
    'listen_on_port(): [ERROR] bind(): Cannot assign requested address',
    "2002: Can't connect to server on '192.0.2.7' (111).",
  ],
};
