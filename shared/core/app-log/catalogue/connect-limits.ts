import { RANK, type Family } from '../signature.ts';
import { SUSPECT } from './posix-timeout.ts';

/** Waiting for a connection that exists already, or for one of the program's own pool, is no connect. */
const OTHER_WAIT = '\\bpool\\b|\\bidle object\\b|\\bacquir|\\bread timed out|\\bread operation timed out|\\bqueued?\\b';
const CANNOT_CONNECT =
  "(?:cannot|can't|could not|couldn't|failed to|unable to|tried) connect(?:ing)?\\b|\\bconnection to [^\\n]{1,120} failed\\b";

/** Clients that limit the time of a connect themselves, and word its end themselves. */
export const CONNECT_LIMITS: Family = {
  runtime: null,
  marks: null,
  signatures: [
    {
      id: 'connect-limit',
      failure: 'timeout',
      needles: [
        'timeout connecting',
        'timeout while connecting',
        'timeout when connecting',
        'timed out connecting',
        'timed out while connecting',
        'timed out while trying to',
        'setup timed out',
        'setup timeout',
        'attempt timed out',
        'user timeout caused',
        'establish connection in',
        'within the configured timeout',
        'connect timeout',
        'connection timeout to host',
        'timeoutconnect exceeded',
      ],
      rank: RANK.sentence,
      verdict: 'nat-timeout-suspect',
      certainty: SUSPECT,
      pattern:
        '\\btim(?:eout|ed out) (?:(?:while|when) )?connecting\\b|\\btimed out while trying to (?:establish|connect|open)|\\bconnection (?:setup|attempt) time(?:d |-)?out|\\buser timeout caused connection failure|\\bfailed to establish connection in \\d|\\bestablish a connection to [^\\n]{1,200} within the configured timeout|\\bconnect timeout on endpoint|sockettimeoutexception: connect timeout\\b|\\bconnection timeout to host|\\bTIMEOUTconnect exceeded',
      source:
        'redis-py, Tornado, Jetty, botocore, aiohttp, pika, librdkafka, Twisted, neo4j, UnboundID, Kafka, Elasticsearch',
      examples: [
        'redis.exceptions.TimeoutError: Timeout connecting to server',
        'tornado.simple_httpclient.HTTPTimeoutError: Timeout while connecting to 192.0.2.7:80',
        'SQLTimeoutException: Socket timeout when connecting to 192.0.2.7.',
        'Error: Timed out while connecting to server',
        'Error: Timed out while trying to establish connection',
        '192.0.2.7:9092/bootstrap: Connection setup timed out in state CONNECT (after 2002ms in state CONNECT)',
        'Disconnecting from node -1 due to socket connection setup timeout. The timeout value is 1000 ms.',
        'TimeoutError("TCP connection attempt timed out: \'192.0.2.7\'")',
        'twisted.internet.error.TimeoutError: User timeout caused connection failure.',
        'Neo4jError: Failed to connect to server. Caused by: Failed to establish connection in 2500ms',
        'Unable to establish a connection to server /192.0.2.7:389 within the configured timeout of 2500 milliseconds.',
        'java.util.concurrent.ExecutionException: java.net.SocketTimeoutException: Connect Timeout',
        'Connect timeout on endpoint URL: "http://192.0.2.7:8000/"',
        'ConnectionTimeoutError: Connection timeout to host http://192.0.2.7/orders',
        's_connect: s_poll_wait 192.0.2.7:443: TIMEOUTconnect exceeded',
      ],
    },
    {
      id: 'connect-limit-sentence',
      failure: 'timeout',
      needles: ['timed out', 'failed: timeout', 'connect: timeout', '...  timeout', 'redis::timeouterror'],
      rank: RANK.sentence,
      verdict: 'nat-timeout-suspect',
      certainty: SUSPECT,
      pattern: `(?:${CANNOT_CONNECT})[^\\n]{0,200}?\\btimed out\\b|\\bserver on '[^'\\n]{1,200}' \\(timed out\\)|\\bconnect(?:ion)?(?: failed)?: timeout\\b|\\bConnecting to [^\\n]{1,200} \\.\\.\\.  timeout|\\bError connecting to Redis on [^\\n]{1,200}\\(Redis::TimeoutError\\)`,
      unless: OTHER_WAIT,
      source: 'Celery, PyMySQL, cassandra-driver, stomp.py, dig, IO::Socket, LuaSocket, s-nail, redis-rb',
      examples: [
        'consumer: Cannot connect to amqp://guest:**@192.0.2.7:5672//: timed out.',
        "pymysql.err.OperationalError: (2003, \"Can't connect to MySQL server on '192.0.2.7' (timed out)\")",
        'OSError(None, "Tried connecting to [(\'192.0.2.7\', 9042)]. Last error: timed out")',
        ';; Connection to 192.0.2.7#53(192.0.2.7) for example.com failed: timed out.',
        'IO::Socket::INET: connect: timeout',
        'redis connect failed: timeout',
        's-nail: Connecting to 192.0.2.7:25 ...  timeout',
        'Error connecting to Redis on 192.0.2.7:6379 (Redis::TimeoutError) (Redis::CannotConnectError)',
      ],
    },
    {
      id: 'connect-limit-frame',
      failure: 'timeout',
      needles: ['timed out'],
      runtime: 'python',
      rank: RANK.sentence,
      verdict: 'nat-timeout-suspect',
      certainty: SUSPECT,
      pattern:
        '\\.connect(?:_ex)?\\([^\\n]{0,200}\\n(?:[ \\t~^]{1,200}\\n)?(?:[\\w.]{1,40}\\.)?(?:TimeoutError|timeout): timed out\\b|\\bin _internal_connect\\n[^]{0,1600}?(?:TimeoutError|timeout): timed out\\b|<urlopen error timed out>',
      source: 'CPython socket.settimeout: the frame that threw is a connect',
      examples: [
        '{"exc_info": "in create_connection\\n    sock.connect(sa)\\nTimeoutError: timed out"}',
        'urllib.error.URLError: <urlopen error timed out>',
      ],
    },
    {
      id: 'connect-limit-in-ms',
      failure: 'timeout',
      needles: ['failed to connect to'],
      runtime: 'node',
      rank: RANK.sentence,
      verdict: 'nat-timeout-suspect',
      certainty: SUSPECT,
      pattern: '\\bFailed to connect to [^\\s]{1,253}:\\d{1,5} in \\d{1,9} ?ms\\b',
      source: 'tedious lib/connection.js',
      examples: ['ConnectionError: Failed to connect to 192.0.2.7:1433 in 2500ms'],
    },
    {
      id: 'connect-limit-bare',
      failure: 'timeout',
      needles: ['connection timeout', 'connect timeout'],
      rank: RANK.context,
      verdict: 'nat-timeout-suspect',
      certainty: 0.25,
      pattern:
        '(?:(?:Error|\\[Connection\\]|\\[error\\] [^\\n]{0,80}):? (?:connection|connect) timeout|^connect timeout)(?=\\s*(?:$|\\n)| at \\S{1,200} line \\d)',
      source: 'nodemailer, ldapjs, cassandra-driver, KafkaJS, Mojolicious',
      examples: [
        'Error: Connection timeout\n    at SMTPConnection._connectToHost (smtp-connection/index.js:372:18)',
        '[Connection] Connection timeout',
        'Connect timeout at client.pl line 9.',
      ],
    },
    {
      id: 'php-connect-timeout',
      failure: 'timeout',
      runtime: 'php',
      rank: RANK.sentence,
      verdict: 'nat-timeout-suspect',
      certainty: SUSPECT,
      pattern:
        '(?:\\bRedisException(?:\\(code: \\d{1,5}\\))?|\\bmysqli_sql_exception|SQLSTATE\\[HY000\\] ?\\[2002\\]|\\bfailed to open stream|\\bsocket_connect\\(\\) failed[^\\n]{0,40}?):? <timeout>',
      source: 'phpredis, ext/mysqlnd, main/streams',
      examples: [
        'PHP Fatal error:  Uncaught RedisException: Connection timed out in /srv/app.php:13',
        'SQLSTATE[HY000] [2002] Connection timed out',
        'file_get_contents(http://192.0.2.7/): Failed to open stream: Connection timed out',
      ],
    },
    {
      id: 'socket-create-timeout',
      failure: 'timeout',
      rank: RANK.sentence,
      verdict: 'nat-timeout-suspect',
      certainty: SUSPECT,
      pattern:
        '(?:\\b(?:create|construct|open) (?:a )?socket\\b[^\\n]{0,40}?|\\bNet::[A-Z]\\w{1,10}: |\\bHTTP ERROR: 59[56], |\\bError running context: |\\bestablishing connection failed: socket: [^\\n]{1,120}: |\\] \\d{1,5} \\([\\w?-]{1,20}\\) : |\\bOS error 110, "|\\berrno=)<timeout>',
      source: 'IO::Socket, Net::SMTP, AnyEvent::HTTP, Subversion, nc, FreeTDS, git, lighttpd',
      examples: [
        'Could not create socket: Connection timed out',
        'HTTP ERROR: 595, Connection timed out',
        'svn: E000110: Error running context: Connection timed out',
        'db.internal [192.0.2.7] 80 (http) : Connection timed out',
        '(gw_backend.c.274) establishing connection failed: socket: tcp:192.0.2.7:80: Connection timed out',
      ],
    },
  ],
  lookAlikes: [
    'Error: Connection timeout of session 17 is 30 s',
    'Could not connect to the pool: timed out waiting for idle object',
    "curl: (7) Failed to connect to 192.0.2.7 port 80 after 0 ms: Couldn't connect to server",
    '    data = sock.recv(1)\nTimeoutError: timed out',
    'connect timeout is 5 s',
    'Opening handshake has timed out',
  ],
};
