import { LIKELY, RANK, type Family } from '../signature.ts';
import { SUSPECT } from './posix-timeout.ts';

const CLIENT =
  "NewConnectionError|Failed to establish a new connection|MaxRetryError|HTTPS?ConnectionPool|Cannot connect to host|ClientConnectorError|ClientOSError|ConnectError\\b|EndpointConnectionError|urlopen error|create_connection|\\.connect(?:_ex)?\\(|, in _?connect\\b|_connect\\w{0,24}\\(|Connect call failed|Error \\d{1,5} connecting to|Can't connect to MySQL server on '|open_connection|getresponse|aiohttp|httpx|kombu|amqp";
/** The call that serves: the server's own frames stand above the failures of everything it runs. */
const SERVER =
  '\\.bind\\(|server_bind|create_server|start_server|\\.listen\\(|while attempting to bind|bind on address|bind_sockets?\\b|\\bin (?:bind|listen)\\b';

/** CPython's OSError, bare or as urllib3, requests, aiohttp, httpx, redis, pymysql, psycopg and asyncio wrap it. */
export const PYTHON: Family = {
  runtime: 'python',
  marks:
    '\\[Errno -?\\d|\\[WinError \\d|Traceback \\(most recent|\\bFile "[^"\\n]{1,200}\\.py"|\\.py:\\d|urllib3|aiohttp|psycopg|\\bOSError\\b',
  signatures: [
    {
      id: 'python-source-bind',
      failure: 'unavailable',
      rank: RANK.sentence,
      verdict: 'connect-misconfig',
      certainty: 0.65,
      pattern: '<unavailable!>',
      also: ['\\.bind\\((?:self\\.)?(?:_?source_address|local_addr|laddr|source)\\b'],
      source: 'socket.create_connection(source_address=…)',
      examples: [
        '  File "/usr/lib/python3.11/socket.py", line 836, in create_connection\n    sock.bind(source_address)\nOSError: [Errno 99] Cannot assign requested address',
      ],
    },
    {
      id: 'gunicorn-bind',
      failure: 'unavailable',
      rank: RANK.call,
      verdict: 'bind-misconfig',
      certainty: 0.8,
      pattern: "\\bconnection to \\('[^'\\n]{1,253}', \\d{1,5}\\) failed: \\[Errno \\d{2,5}\\] <unavailable>",
      source: 'gunicorn gunicorn/sock.py create_sockets: it listens, whatever it says',
      examples: ["[ERROR] connection to ('192.0.2.7', 8000) failed: [Errno 99] Cannot assign requested address"],
    },
    {
      id: 'gunicorn-bind-in-use',
      failure: 'in-use',
      rank: RANK.call,
      verdict: 'bind-misconfig',
      certainty: 0.9,
      pattern: "\\bconnection to \\('[^'\\n]{1,253}', \\d{1,5}\\) failed: \\[Errno \\d{2,5}\\] <in-use>",
      source: 'gunicorn gunicorn/sock.py create_sockets',
      examples: ["[ERROR] connection to ('127.0.0.1', 8000) failed: [Errno 98] Address already in use"],
    },
    {
      id: 'python-connect-first',
      failure: 'unavailable',
      rank: RANK.sentence,
      verdict: 'connect-exhaustion',
      certainty: LIKELY,
      pattern: '<unavailable!>',
      also: [
        '(?:sock|socket|conn|s|_sock)\\.connect(?:_ex)?\\(|\\[Errno -?\\d{1,5}\\] Cannot connect to host|NewConnectionError|Failed to establish a new connection|Cannot connect to host|urlopen error',
      ],
      unless: '\\.bind\\(',
      source: 'the frame or the wrapper that names the connect: socket, urllib3, aiohttp, redis',
      examples: [
        '    self.sock.connect(addr)\nOSError: [Errno 99] Cannot assign requested address',
        "HTTPConnectionPool(host='192.0.2.7', port=80): Max retries exceeded with url: / (Caused by NewConnectionError('<urllib3.connection.HTTPConnection object at 0x7f>: Failed to establish a new connection: [Errno 99] Cannot assign requested address'))",
        'aiohttp.client_exceptions.ClientConnectorError: Cannot connect to host 192.0.2.7:80 ssl:default [Cannot assign requested address]',
      ],
    },
    {
      id: 'python-bind',
      failure: 'unavailable',
      rank: RANK.context,
      verdict: 'bind-misconfig',
      certainty: 0.75,
      pattern: '<unavailable!>',
      also: [SERVER],
      source: 'socketserver, asyncio.create_server, uvicorn, werkzeug',
      examples: ['    self.socket.bind(self.server_address)\nOSError: [Errno 99] Cannot assign requested address'],
    },
    {
      id: 'python-connect',
      failure: 'unavailable',
      rank: RANK.context,
      verdict: 'connect-exhaustion',
      certainty: 0.7,
      pattern: '<unavailable!>',
      also: [CLIENT],
      source: 'any client of the standard library and its wrappers',
      examples: [
        '  File "/app/x.py", line 7, in open_connection\nOSError: [Errno 99] Cannot assign requested address',
        '  File "/app/gunicorn/workers/sync.py", line 7, in handle\n  File "/app/stats.py", line 9, in connect\nOSError: [Errno 99] Cannot assign requested address',
      ],
    },
    {
      id: 'python-bind-in-use',
      failure: 'in-use',
      rank: RANK.sentence,
      verdict: 'bind-misconfig',
      certainty: 0.8,
      pattern: '<in-use!>',
      also: [SERVER],
      unless: '\\.bind\\((?:self\\.)?(?:_?source_address|local_addr)',
      source: 'socketserver, asyncio.create_server, uvicorn, werkzeug',
      examples: [
        "[Errno 10048] error while attempting to bind on address ('127.0.0.1', 8000): only one usage of each socket address (protocol/network address/port) is normally permitted",
      ],
    },
    {
      id: 'python-connect-in-use',
      failure: 'in-use',
      rank: RANK.context,
      verdict: 'connect-exhaustion',
      certainty: 0.7,
      pattern: '<in-use!>',
      also: [`${CLIENT}|\\.bind\\((?:self\\.)?(?:_?source_address|local_addr)`],
      source: 'a source address with port 0, or Windows',
      examples: ['    self.sock.connect(self.remote)\nOSError: [Errno 48] Address already in use'],
    },
    {
      id: 'python-connect-timeout',
      failure: 'timeout',
      rank: RANK.sentence,
      verdict: 'nat-timeout-suspect',
      certainty: SUSPECT,
      pattern: '<timeout!>',
      also: [
        'ConnectTimeoutError|ConnectTimeout\\b|Connection to [^\\n]{1,253} timed out\\. \\(connect timeout|Failed to establish a new connection|Connect call failed|urlopen error|\\.connect\\(|, in create_connection|Error \\d{1,5} connecting to',
      ],
      unless: 'read operation timed out|Read timed out',
      source: 'urllib3 ConnectTimeoutError, asyncio sock_connect, urllib',
      examples: ['urllib.error.URLError: <urlopen error [Errno 110] Connection timed out>'],
    },
    {
      id: 'python-connect-call-timeout',
      failure: 'timeout',
      needles: ['connect call failed'],
      rank: RANK.call,
      verdict: 'nat-timeout-suspect',
      certainty: SUSPECT,
      pattern: '\\[Errno (?:110|60)\\] Connect call failed',
      source: 'asyncio selector_events._sock_connect_cb',
      examples: ["TimeoutError: [Errno 110] Connect call failed ('192.0.2.7', 80)"],
    },
    {
      id: 'python-redis-connect',
      failure: 'unavailable',
      needles: ['error 99 connecting to', 'error 49 connecting to'],
      rank: RANK.call,
      verdict: 'connect-exhaustion',
      certainty: LIKELY,
      pattern: '\\bError (?:99|49) connecting to [^\\n]{1,200}',
      source: 'redis-py redis/connection.py _error_message: also where musl words the errno',
      examples: [
        'redis.exceptions.ConnectionError: Error 99 connecting to 192.0.2.7:6379. Cannot assign requested address.',
        'kombu.exceptions.OperationalError: Error 99 connecting to 192.0.2.7:6379. Address not available.',
      ],
    },
    {
      id: 'python-connect-call',
      failure: 'unavailable',
      needles: ['connect call failed'],
      rank: RANK.call,
      verdict: 'connect-exhaustion',
      certainty: LIKELY,
      pattern: '\\[Errno (?:99|49|10049)\\] Connect call failed',
      source: 'asyncio selector_events._sock_connect_cb',
      examples: ["OSError: [Errno 99] Connect call failed ('192.0.2.7', 80)"],
    },
  ],
  lookAlikes: [
    'OSError: [Errno 98] Address already in use',
    '    self.socket.bind(self.server_address)\nOSError: [Errno 99] Cannot assign requested address',
    'OSError: [Errno 105] No buffer space available',
    '[Errno 111] Connection refused',
  ],
};
