import { RANK, type Family } from '../signature.ts';

/** Names of errors one after another: a list, not an outcome. */
const LISTED = '(?-i:\\bE[A-Z_]{4,14}[\'"`]?, ?[\'"`]?E[A-Z_]{4,14}\\b)';

/** What resolvers answer: gai_strerror(3), libuv, Erlang's inet, nginx. */
const UNKNOWN =
  ': NXDOMAIN\\b|\\{(?:error|inet, ?\\[inet6?\\]), ?:?nxdomain\\}|:nxdomain\\b|\\bEAI_AGAIN\\b|\\bENOTFOUND\\b|\\bUnknownHostException\\b|\\bname or service not known|\\bnodename nor servname provided|\\bno such host\\b|\\bname does not resolve\\b|\\bcould not be resolved \\(\\d{1,3}: ';
const NO_ANSWER =
  '\\bfailure in name resolution|\\bname resolution failure|\\bgetaddrinfo\\b(?![^\\n]{0,40}\\bE[MN]FILE\\b)[^\\n]{0,160}?(?:\\bfailed\\b|: system error|\\bEAI_[A-Z]{3,12}\\b|\\bEBUSY\\b)';
/** How clients word it. */
const IN_SENTENCES =
  "\\b(?:could not|couldn't|cannot|can't|failed to|unable to) resolve (?:the |any )?(?:host|broker|(?:domain|server) name|['\"][\\w.-]{1,253}:\\d)";

/**
 * Connections that fail, or wait, for want of something else than ports: a name's address, a file descriptor, a place in
 * the program's own pool; or that are refused. Of the lowest rank: whatever else an event says of connecting tells more.
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
        'to resolve',
        'name does not resolve',
        'could not be resolved',
        'getaddrinfo',
        'nxdomain',
      ],
      rank: RANK.bare,
      verdict: 'name-resolution',
      certainty: 0.9,
      pattern: `${UNKNOWN}|${NO_ANSWER}|${IN_SENTENCES}`,
      unless: LISTED,
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
        "** server can't find orders.internal: NXDOMAIN",
        '{failed_connect,[{to_address,{"orders",80}},{inet,[inet],nxdomain}]}',
        'orders.internal could not be resolved (3: Host not found)',
        "getaddrinfo(host='orders.internal'): System error",
        '[Errno 11001] getaddrinfo failed',
        'ERROR: getaddrinfo callback: unknown node or service (EAI_NONAME)',
        "Failed to resolve 'orders.internal:9092': Name does not resolve",
      ],
    },
    {
      id: 'connection-refused',
      failure: 'refused',
      needles: ['econnrefused', 'connection refused', 'connection_refused', 'actively refused', 'connectionrefused'],
      rank: RANK.bare,
      verdict: 'connection-refused',
      certainty: 0.9,
      pattern: '\\b(?:WSA)?ECONNREFUSED\\b|\\bconnection refused\\b|connection_?refused|\\bactively refused\\b',
      unless: LISTED,
      source: 'strerror of ECONNREFUSED, Winsock’s sentence for 10061, and what browsers and .NET make of it',
      examples: [
        'Error: connect ECONNREFUSED 192.0.2.7:5432',
        'dial tcp 192.0.2.7:5432: connect: connection refused',
        'net::ERR_CONNECTION_REFUSED',
        'No connection could be made because the target machine actively refused it. (192.0.2.7:5432)',
        'SocketError: ConnectionRefused',
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
      unless: LISTED,
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
        'connection pool timeout',
        'timed out waiting for connection',
        'dropped from queue after',
        'pooltimeout',
        'waitqueuefull',
      ],
      rank: RANK.bare,
      verdict: 'pool-exhausted',
      certainty: 0.8,
      pattern:
        '\\bConnection is not available, request timed out|\\btimeout waiting for (?:connection from pool|idle object)|\\bQueuePool limit of\\b|\\bTimeout acquiring a connection|\\b(?:timed out|prior to|could not|cannot|unable to|failed to)\\b[^\\n]{0,60}\\b(?:connection|resource) from the (?:connection )?pool|ConnectionAcquireTimeoutError|\\bconnection pool (?:is |has been |was )?exhausted|\\bpool error: ?pool exhausted|\\bredis: connection pool timeout|\\btimed out waiting for connection\\b|\\bconnection not available and request was dropped from queue after|\\bhttpx?\\w{0,5}\\.PoolTimeout\\b|\\bMongoWaitQueueFull',
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
        'redis: connection pool timeout',
        '(DBConnection.ConnectionError) connection not available and request was dropped from queue after 170ms',
        'JedisException: Could not get a resource from the pool',
        'SequelizeConnectionAcquireTimeoutError: Operation timeout',
        'The connection pool has been exhausted, either raise MaxPoolSize (currently 100)',
      ],
    },
  ],
  lookAlikes: [
    'thread pool is exhausted: 200 of 200 active',
    'the user refused the connection to the calendar',
    'connections refused since start: 0',
    'name resolution of orders.internal took 3 ms',
    'getaddrinfo of orders.internal took 3 ms',
    "Failed to resolve './orders.js' from src/index.js",
    'ticket 17 could not be resolved yet',
    'resolved host api.example.com to 192.0.2.7',
    'limits: open files 65536',
    'took a connection from the pool in 2 ms',
  ],
};
