import { LIKELY, RANK, type Family } from '../signature.ts';

/** PHP streams, sockets, mysqli and PDO, phpredis, Predis, Guzzle without libcurl. */
export const PHP: Family = {
  runtime: 'php',
  marks:
    '\\.php(?:[:(]\\d| on line)|\\bPHP (?:Warning|Fatal|Notice)|SQLSTATE\\[|\\bstream_socket_|\\bfsockopen\\(|Predis\\\\|\\[previous exception\\]|#0 \\{main\\}',
  signatures: [
    {
      id: 'php-server',
      failure: 'unavailable',
      rank: RANK.call,
      verdict: 'bind-misconfig',
      certainty: 0.85,
      pattern:
        '(?:stream_socket_server\\(\\)|socket_bind|socket_create_listen|unable to bind listening socket)[^\\n]{0,240}<unavailable>',
      source: 'php ext/standard/streamsfuncs.c: the server too says "unable to connect"',
      examples: [
        'PHP Warning:  stream_socket_server(): unable to connect to tcp://192.0.2.7:80 (Cannot assign requested address)',
      ],
    },
    {
      id: 'php-source-bind',
      failure: 'unavailable',
      rank: RANK.call,
      verdict: 'connect-misconfig',
      certainty: 0.65,
      pattern: "Failed to bind to '[^'\\n]{1,120}:0', system said: <unavailable>",
      source: 'php main/network.c: the bindto option of a client',
      examples: ["Warning: Failed to bind to '198.51.100.9:0', system said: Cannot assign requested address"],
    },
    {
      id: 'php-connect',
      failure: 'unavailable',
      rank: RANK.call,
      verdict: 'connect-exhaustion',
      certainty: LIKELY,
      pattern:
        '(?:stream_socket_client\\(\\)|p?fsockopen\\(\\)|(?<!apr_)socket_connect\\(\\)|unable to connect to (?:tcp|tls|ssl|udp)://|failed to open stream|Redis::p?connect\\(\\)|mysqli?(?:::|_)\\w{1,24}\\(\\)|\\(HY000/2002\\)|SQLSTATE\\[HY000\\] ?\\[2002\\]|SQLSTATE\\[08006\\] ?\\[7\\]|\\bRedisException|AMQP\\w{0,24}Exception|Predis_ClientException|\\\\ConnectionException(?:\\(code: 99\\))?)[:\\s][^\\n]{0,200}<unavailable>',
      unless: 'stream_socket_server',
      source: 'php main/streams/transports.c, ext/mysqlnd, phpredis, Predis',
      examples: [
        'PHP Warning:  stream_socket_client(): unable to connect to tcp://192.0.2.7:2300 (Cannot assign requested address)',
        'SQLSTATE[HY000] [2002] Cannot assign requested address',
        'RedisException: Cannot assign requested address',
      ],
    },
    {
      id: 'php-address',
      failure: 'unavailable',
      rank: RANK.call,
      verdict: 'connect-exhaustion',
      certainty: LIKELY,
      pattern: '<unavailable> \\[(?:tcp|tls|rediss?)://',
      source: 'Predis AbstractConnection::onConnectionError',
      examples: ['production.ERROR: Cannot assign requested address [tcp://192.0.2.7:6379]'],
    },
    {
      id: 'php-server-in-use',
      failure: 'in-use',
      rank: RANK.call,
      verdict: 'bind-misconfig',
      certainty: 0.85,
      pattern: '(?:stream_socket_server\\(\\)|socket_bind)[^\\n]{0,240}<in-use>',
      source: 'php ext/standard/streamsfuncs.c',
      examples: ['stream_socket_server(): unable to connect to tcp://0.0.0.0:2346 (Address already in use)'],
    },
    {
      id: 'php-connect-in-use',
      failure: 'in-use',
      rank: RANK.call,
      verdict: 'connect-exhaustion',
      certainty: 0.7,
      pattern:
        '(?:stream_socket_client\\(\\)|fsockopen\\(\\)|socket_connect\\(\\)|system said:|SQLSTATE\\[HY000\\] ?\\[2002\\])[^\\n]{0,200}<in-use>',
      source: 'php main/network.c',
      examples: [
        'fsockopen(): unable to connect to 192.0.2.7:80 (Only one usage of each socket address (protocol/network address/port) is normally permitted.)',
      ],
    },
  ],
  lookAlikes: [
    'stream_socket_server(): unable to connect to tcp://0.0.0.0:2346 (Address already in use)',
    'SQLSTATE[HY000] [2002] Connection refused',
    'SQLSTATE[HY000] [1040] Too many connections',
    'socket_bind(): unable to bind address [99]: Cannot assign requested address',
  ],
};
