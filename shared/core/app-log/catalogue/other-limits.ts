import { RANK, type Family } from '../signature.ts';

/**
 * Connections that fail, or wait, for want of something else than ports: a name's address, a file descriptor, a place in
 * the program's own pool. Of the lowest rank: whatever else an event says of connecting tells more.
 */
export const OTHER_LIMITS: Family = {
  runtime: null,
  marks: null,
  signatures: [
    {
      id: 'name-resolution',
      failure: 'resolution',
      needles: [
        'eai_again',
        'enotfound',
        'name resolution',
        'name or service not known',
        'nodename nor servname',
        'no such host',
        'unknownhostexception',
        'resolve host',
      ],
      rank: RANK.bare,
      verdict: 'name-resolution',
      certainty: 0.9,
      pattern:
        "\\bEAI_AGAIN\\b|\\bENOTFOUND\\b|\\b(?:temporary )?failure in name resolution|\\bname or service not known|\\bnodename nor servname provided|\\bno such host\\b|\\bUnknownHostException\\b|\\b(?:could not|couldn't|cannot|failed to|unable to) resolve host\\b",
      source: 'getaddrinfo(3) of glibc, musl and BSD, and what Node, Go, Java and curl make of it',
      examples: [
        'Error: getaddrinfo EAI_AGAIN orders.internal',
        'getaddrinfo ENOTFOUND api.example.com',
        'socket.gaierror: [Errno -3] Temporary failure in name resolution',
        'socket.gaierror: [Errno -2] Name or service not known',
        'getaddrinfo: nodename nor servname provided, or not known',
        'dial tcp: lookup orders.internal on 10.0.0.2:53: no such host',
        'Caused by: java.net.UnknownHostException: orders.internal',
        'curl: (6) Could not resolve host: api.example.com',
      ],
    },
    {
      id: 'open-files',
      failure: 'descriptors',
      needles: ['emfile', 'enfile', 'too many open files', 'many open files in system'],
      rank: RANK.bare,
      verdict: 'too-many-files',
      certainty: 0.9,
      pattern: '\\b(?:WSA)?E[MN]FILE\\b|\\btoo many open files\\b',
      source: 'strerror of EMFILE and ENFILE',
      examples: [
        'Error: connect EMFILE 192.0.2.7:443 - Local (undefined:undefined)',
        'accept4(): ENFILE, waiting',
        'OSError: [Errno 24] Too many open files',
        'socket: too many open files in system',
      ],
    },
    {
      id: 'pool-wait',
      failure: 'pool',
      needles: [
        'connection is not available, request timed out',
        'waiting for connection from pool',
        'waiting for idle object',
        'queuepool limit',
        'timeout acquiring a connection',
        'connection from the connection pool',
        'connection from the pool',
        'resource from the pool',
        'connectionacquiretimeouterror',
        'pool exhausted',
        'pool has been exhausted',
        'pool is exhausted',
      ],
      rank: RANK.bare,
      verdict: 'pool-exhausted',
      certainty: 0.8,
      pattern:
        '\\bConnection is not available, request timed out|\\btimeout waiting for (?:connection from pool|idle object)|\\bQueuePool limit of\\b|\\bTimeout acquiring a connection|\\b(?:timed out|prior to|could not|cannot|unable to|failed to)\\b[^\\n]{0,60}\\b(?:connection|resource) from the (?:connection )?pool|ConnectionAcquireTimeoutError|\\bconnection pool (?:is |has been |was )?exhausted|\\bpool error: ?pool exhausted',
      source:
        'HikariCP, Apache HttpClient and DBCP, SQLAlchemy, knex, Prisma, ActiveRecord, Sequelize, Jedis, ADO.NET, Npgsql',
      examples: [
        'HikariPool-3 - Connection is not available, request timed out after 5000ms.',
        'ConnectionPoolTimeoutException: Timeout waiting for connection from pool',
        'Cannot get a connection, pool error Timeout waiting for idle object',
        'sqlalchemy.exc.TimeoutError: QueuePool limit of size 5 overflow 10 reached, connection timed out, timeout 30.00',
        'KnexTimeoutError: Knex: Timeout acquiring a connection. The pool is probably full.',
        'Timed out fetching a new connection from the connection pool',
        'could not obtain a connection from the pool within 5.000 seconds',
        'The timeout period elapsed prior to obtaining a connection from the pool.',
        'JedisException: Could not get a resource from the pool',
        'SequelizeConnectionAcquireTimeoutError: Operation timeout',
        'The connection pool has been exhausted, either raise MaxPoolSize (currently 100)',
      ],
    },
  ],
  lookAlikes: [
    'thread pool is exhausted: 200 of 200 active',
    'name resolution of orders.internal took 3 ms',
    'resolved host api.example.com to 192.0.2.7',
    'limits: open files 65536',
    'took a connection from the pool in 2 ms',
  ],
};
