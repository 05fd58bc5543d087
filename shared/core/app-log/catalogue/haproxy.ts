import { RANK, type Family } from '../signature.ts';

/** haproxy says it outright, in its log and in its health checks. */
export const HAPROXY: Family = {
  runtime: 'haproxy',
  marks:
    '\\bhaproxy\\b|Connect\\(\\) failed for backend|Health check for server|Starting (?:frontend|proxy)|cannot bind socket',
  signatures: [
    {
      id: 'haproxy-no-free-ports',
      failure: 'no-ports',
      needles: ['no free ports'],
      rank: RANK.outright,
      verdict: 'connect-exhaustion',
      certainty: 0.9,
      pattern:
        'Connect\\(\\) failed for (?:backend|server|proxy) [^\\n]{1,128}: no free ports|\\bbackend [^\\n]{1,128}: no free ports',
      source: 'haproxy src/proto_tcp.c tcp_connect_server',
      examples: ['Connect() failed for backend checked: no free ports.'],
    },
    {
      id: 'haproxy-source-ports',
      failure: 'no-ports',
      needles: ['out of local source ports', 'source port range exhausted', 'local source address already in use'],
      rank: RANK.outright,
      verdict: 'connect-exhaustion',
      certainty: 0.9,
      pattern:
        'Out of local source ports on the system|Source port range exhausted|Local source address already in use',
      source: 'haproxy src/connection.c conn_err_code_str',
      examples: [
        'Health check for server checked/s1 failed, reason: Layer4 connection problem, info: "Out of local source ports on the system (Cannot assign requested address)", check duration: 0ms',
      ],
    },
    {
      id: 'haproxy-local-in-use',
      failure: 'no-ports',
      needles: ['local address already in use'],
      rank: RANK.outright,
      verdict: 'connect-exhaustion',
      certainty: 0.85,
      pattern: 'Connect\\(\\) failed for (?:backend|server|proxy) [^\\n]{1,128}: local address already in use',
      source: 'haproxy src/proto_tcp.c tcp_connect_server: every port of the source range is taken',
      examples: ['Connect() failed for backend orders: local address already in use.'],
    },
    {
      id: 'haproxy-source-bind',
      failure: 'unavailable',
      needles: ["can't bind to source address", 'cannot bind to source address', 'bind() to source address'],
      rank: RANK.outright,
      verdict: 'connect-misconfig',
      certainty: 0.75,
      pattern: "(?:Can't|Cannot) bind to (?:tproxy )?source address",
      source: 'haproxy src/proto_tcp.c: a source address that the machine does not have',
      examples: ["Can't bind to source address before connect() for backend orders. Aborting."],
    },
    {
      id: 'haproxy-bind',
      failure: 'unavailable',
      rank: RANK.call,
      verdict: 'bind-misconfig',
      certainty: 0.95,
      pattern: 'cannot bind socket \\(<unavailable>\\)',
      source: 'haproxy src/proto_tcp.c tcp_bind_listener',
      examples: [
        '[ALERT] (1) : Starting frontend web: cannot bind socket (Cannot assign requested address) for [192.0.2.7:80]',
      ],
    },
    {
      id: 'haproxy-connect-timeout',
      failure: 'timeout',
      needles: ['layer4 timeout', ' sc--'],
      rank: RANK.call,
      verdict: 'nat-timeout-suspect',
      certainty: 0.25,
      pattern: 'reason: Layer4 timeout|\\d/-1/-1/\\d{1,9} 503 \\d{1,12} - - (?-i:sC--)',
      source: 'haproxy health checks, and the termination state sC of its log',
      examples: [
        'Health check for server be/s1 failed, reason: Layer4 timeout, check duration: 2001ms',
        'fe orders/s1 0/0/-1/-1/2002 503 217 - - sC-- 1/1/0/0/1 0/0 "GET / HTTP/1.1"',
      ],
    },
  ],
  lookAlikes: [
    'cannot bind socket (Cannot assign requested address) for [192.0.2.7:80]',
    'backend orders has no server available!',
    'fe orders/s1 0/0/-1/-1/0 503 217 - - SC-- 1/1/0/0/0 0/0 "GET / HTTP/1.1"',
    'Proxy web reached process FD limit (maxsock=4000)',
  ],
};
