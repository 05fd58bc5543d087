import { LIKELY, RANK, type Family } from '../signature.ts';
import { SUSPECT } from './posix-timeout.ts';

/** The clients of databases: libpq and psql, libmysqlclient and MariaDB's, redis-cli, MongoDB's drivers. */
export const DATABASES: Family = {
  runtime: 'postgres',
  marks: 'connection to server at "|Is the server running on host|could not connect to server:',
  signatures: [
    {
      id: 'libpq-connect',
      failure: 'unavailable',
      runtime: null,
      rank: RANK.call,
      verdict: 'connect-exhaustion',
      certainty: LIKELY,
      pattern:
        '(?:connection to server at "[^"\\n]{1,253}"(?: \\([^)\\n]{1,64}\\))?, port \\d{1,5} failed|could not connect to server): <unavailable>',
      source: 'postgres src/interfaces/libpq/fe-connect.c connectFailureMessage',
      examples: [
        'connection to server at "192.0.2.7", port 5432 failed: Cannot assign requested address',
        'could not connect to server: Cannot assign requested address\n\tIs the server running on host "db" (192.0.2.7) and accepting\n\tTCP/IP connections on port 5432?',
      ],
    },
    {
      id: 'mysql-connect',
      failure: 'unavailable',
      needles: ["' (99)", "' (99 ", "' (49)", "' (10049)"],
      runtime: 'mysql',
      rank: RANK.call,
      verdict: 'connect-exhaustion',
      certainty: LIKELY,
      pattern: "(?:Can't|Cannot) connect to (?:MySQL |MariaDB )?server on '[^'\\n]{1,253}' \\((?:99|49)[ )]",
      source: 'mysql sql-common/client.cc CR_CONN_HOST_ERROR: only the number tells',
      examples: [
        "ERROR 2003 (HY000): Can't connect to MySQL server on '192.0.2.7' (99)",
        "ERROR 2002 (HY000): Can't connect to server on '192.0.2.7' (99 \"Cannot assign requested address\")",
      ],
    },
    {
      id: 'mysql-connect-in-use',
      failure: 'in-use',
      needles: ["' (98)", "' (98 ", "' (10048)", "' (10048 ", "' (10055)", "' (10055 "],
      runtime: 'mysql',
      rank: RANK.call,
      verdict: 'connect-exhaustion',
      certainty: LIKELY,
      pattern: "(?:Can't|Cannot) connect to (?:MySQL |MariaDB )?server on '[^'\\n]{1,253}' \\((?:98|10048|10055)[ )]",
      source: 'mysql sql-common/client.cc CR_CONN_HOST_ERROR',
      examples: ["ERROR 2003 (HY000): Can't connect to MySQL server on '192.0.2.7' (10048)"],
    },
    {
      id: 'mysql-connect-timeout',
      failure: 'timeout',
      needles: ["' (110)", "' (110 ", "' (10060)", "' (10060 ", "' (60)"],
      runtime: 'mysql',
      rank: RANK.call,
      verdict: 'nat-timeout-suspect',
      certainty: SUSPECT,
      pattern: "(?:Can't|Cannot) connect to (?:MySQL |MariaDB )?server on '[^'\\n]{1,253}' \\((?:110|10060|60)[ )]",
      source: 'mysql sql-common/client.cc CR_CONN_HOST_ERROR',
      examples: ["ERROR 2003 (HY000): Can't connect to MySQL server on '192.0.2.7' (110)"],
    },
    {
      id: 'redis-cli-connect',
      failure: 'unavailable',
      runtime: 'redis',
      rank: RANK.call,
      verdict: 'connect-exhaustion',
      certainty: LIKELY,
      pattern: 'Could not connect to Redis at [^\\n]{1,200}?: <unavailable>',
      source: 'redis src/redis-cli.c cliConnect',
      examples: ['Could not connect to Redis at 192.0.2.7:6379: Cannot assign requested address'],
    },
    {
      id: 'mongodb-connect',
      failure: 'unavailable',
      runtime: 'mongodb',
      rank: RANK.call,
      verdict: 'connect-exhaustion',
      certainty: LIKELY,
      pattern:
        "(?:Error connecting to|couldn't connect to server|failed to connect to server) [^\\n]{1,200}<unavailable>",
      also: ['caused by|mongo'],
      source: 'mongo src/mongo/util/net/sock.cpp',
      examples: ['Error connecting to 192.0.2.7:27017 :: caused by :: Cannot assign requested address'],
    },
  ],
  lookAlikes: [
    "ERROR 2003 (HY000): Can't connect to MySQL server on '192.0.2.7' (111)",
    'connection to server at "::1", port 5432 failed: Cannot assign requested address',
    'FATAL:  sorry, too many clients already',
    'could not bind IPv6 address "::1": Cannot assign requested address',
  ],
};
