import { LIKELY, RANK, type Family } from '../signature.ts';
import { SUSPECT } from './posix-timeout.ts';

const CONNECT_FRAMES =
  'Net\\.(?:poll)?connect0?\\(|socketConnect|SocketChannelImpl\\.(?:finish|check)?connect|Socket\\.connect|connect0\\(|doConnect\\(|PGStream|HttpURLConnection|HttpClientImpl|sendAsync|<-- HTTP FAILED|RealConnection|openConnection|JedisConnection|NioSocketChannel\\.doConnect|finishConnect';
const SERVER_FRAMES =
  'ServerSocket|Net\\.bind0?\\(|socketBind|ServerBootstrap|NioEndpoint|JVM_Bind|Acceptor|DatagramSocket|DatagramChannel|doBind\\(|HttpServer|Connector\\.start|failed to start|start(?:ing)? (?:the )?(?:server|connector|acceptor|tomcat|jetty|netty)|Address already in use: bind|Failed to bind|JMXServerImpl|ExportException|Problem binding';
const EXCEPTION = '\\bjava\\.(?:net|nio|io)\\.|\\bj\\.n\\.|\\(Native Method\\)|\\.(?:java|kt|scala):\\d';

/** The JVM: Socket, NIO, HttpClient, Netty, OkHttp, Apache HttpClient, Hikari, pgjdbc. */
export const JAVA: Family = {
  runtime: 'java',
  marks: `${EXCEPTION}|\\b(?:Bind|NoRouteToHost|ClosedChannel)Exception|\\bat [\\w$.]{3,200}\\([\\w$]{1,80}\\.(?:java|kt|scala):\\d|\\(Native Method\\)|maximum connections reached\\?`,
  signatures: [
    {
      id: 'java-source-bind',
      failure: 'unavailable',
      rank: RANK.call,
      verdict: 'connect-misconfig',
      certainty: 0.65,
      pattern: '<unavailable!>',
      also: ['\\bjava\\.net\\.Socket\\.bind\\('],
      source: 'jdk java.net.Socket.bind: the source address of a client',
      examples: [
        'java.net.BindException: Cannot assign requested address (Bind failed)\n\tat java.net.PlainSocketImpl.socketBind(Native Method)\n\tat java.net.Socket.bind(Socket.java:1)',
      ],
    },
    {
      id: 'java-bind',
      failure: 'unavailable',
      rank: RANK.call,
      verdict: 'bind-misconfig',
      certainty: 0.75,
      pattern: "<unavailable>(?:: (?:bind|JVM_Bind)\\b| \\(Bind failed\\)|: Service ')",
      source: 'jdk java.net.PlainSocketImpl.socketBind; Spark Utils.startServiceOnPort',
      examples: [
        'java.net.BindException: Cannot assign requested address (Bind failed)',
        "java.net.BindException: Cannot assign requested address: Service 'driver' failed after 16 retries",
      ],
    },
    {
      id: 'java-bind-frame',
      failure: 'unavailable',
      rank: RANK.call,
      verdict: 'bind-misconfig',
      certainty: 0.75,
      pattern: '<unavailable>[^\\n]{0,80}\\n\\s{0,40}at (?:java|sun|jdk)[^\\n]{1,120}\\b(?:bind0?|socketBind)\\(',
      source: 'the frame that threw is a bind',
      examples: [
        'Caused by: java.net.BindException: Cannot assign requested address\n    at sun.nio.ch.Net.bind0(Native Method)\n    at org.example.connect.SocketConnection.connect(SocketConnection.java:106)',
      ],
    },
    {
      id: 'java-bind-frames',
      failure: 'unavailable',
      rank: RANK.call,
      verdict: 'bind-misconfig',
      certainty: 0.75,
      pattern: '<unavailable!>',
      also: [SERVER_FRAMES, EXCEPTION],
      unless: CONNECT_FRAMES,
      source: 'the frames of a server socket',
      examples: [
        'java.net.BindException: Cannot assign requested address\n    ... 12 more\n    at java.base/java.net.ServerSocket.<init>(ServerSocket.java:1)',
      ],
    },
    {
      id: 'java-connect',
      failure: 'unavailable',
      rank: RANK.call,
      verdict: 'connect-exhaustion',
      certainty: LIKELY,
      pattern:
        '(?:ConnectException|NoRouteToHostException|Annotated\\w{0,24}Exception|ConnectTimeoutException|HttpHostConnectException)[:)][^\\n]{0,200}<unavailable>',
      source: 'jdk HttpClient and NIO wrap the connect; Netty annotates it; SocksSocketImpl says NoRouteToHost',
      examples: [
        'java.net.ConnectException: Cannot assign requested address (connect failed)',
        'java.net.NoRouteToHostException: Cannot assign requested address (Address not available)',
        'io.netty.channel.AbstractChannel$AnnotatedConnectException: connect(..) failed: Cannot assign requested address: localhost/127.0.0.1:8444',
      ],
    },
    {
      id: 'java-connect-call',
      failure: 'unavailable',
      rank: RANK.call,
      verdict: 'connect-exhaustion',
      certainty: 0.6,
      pattern:
        '<unavailable>(?:: (?:connect|getsockopt|no further information)\\b| \\(connect failed\\)| \\(Address not available\\))',
      source: 'jdk on Windows names the call; there a wrong address is as likely',
      examples: ['java.net.BindException: Cannot assign requested address: connect'],
    },
    {
      id: 'java-connect-frames',
      failure: 'unavailable',
      rank: RANK.sentence,
      verdict: 'connect-exhaustion',
      certainty: LIKELY,
      pattern: '<unavailable!>',
      also: [CONNECT_FRAMES, EXCEPTION],
      source: 'the frames of a client socket',
      examples: [
        'java.net.BindException: Cannot assign requested address\n\tat java.base/sun.nio.ch.Net.connect0(Native Method)',
      ],
    },
    {
      id: 'java-request',
      failure: 'unavailable',
      rank: RANK.sentence,
      verdict: 'connect-exhaustion',
      certainty: LIKELY,
      pattern:
        '(?:\\bI/O exception \\(java\\.net\\.\\w{1,32}\\) caught when processing request|fail to connect to host|Connect to [^\\n\\[]{1,200} \\[[^\\]\\n]{0,200}\\] failed|Error connecting to node)[^\\n]{0,200}<unavailable>',
      source: 'Apache HttpClient, MariaDB Connector/J, Kafka, OkHttp',
      examples: [
        'INFO: I/O exception (java.net.BindException) caught when processing request to {}->http://192.0.2.7:80: Cannot assign requested address',
      ],
    },
    {
      id: 'java-connect-in-use',
      failure: 'in-use',
      rank: RANK.call,
      verdict: 'connect-exhaustion',
      certainty: LIKELY,
      pattern: '<in-use>(?:: (?:connect|getsockopt|no further information)\\b| \\(connect failed\\))',
      source: 'jdk on Windows: connect, or the getsockopt that asks how a connect ended',
      examples: [
        'java.net.BindException: Address already in use: connect',
        'java.net.BindException: Address already in use: no further information',
        'Caused by: java.net.BindException: Address already in use: getsockopt',
      ],
    },
    {
      id: 'java-client-in-use',
      failure: 'in-use',
      rank: RANK.sentence,
      verdict: 'connect-exhaustion',
      certainty: 0.7,
      pattern: '<in-use!>',
      also: [
        EXCEPTION,
        `(?:Net\\.(?:poll)?connect0?\\(|socketConnect|<-- HTTP FAILED|RealConnection|Annotated(?:Connect|Socket)Exception|PlainSocketImpl\\.connect|HttpURLConnection|ConnectException)`,
      ],
      unless: 'ServerSocket|ServerBootstrap|NioEndpoint\\.(?:bind|init)|failed to start|JVM_Bind',
      source: 'a client that binds before it connects: OkHttp on Android, a local address',
      examples: ['<-- HTTP FAILED: java.net.BindException: bind failed: EADDRINUSE (Address already in use)'],
    },
    {
      id: 'java-no-buffers',
      failure: 'no-buffers',
      rank: RANK.call,
      verdict: 'connect-exhaustion',
      certainty: LIKELY,
      pattern: '<no-buffers>',
      also: ['maximum connections reached\\?'],
      source: 'jdk on Windows: WSAENOBUFS; its bind is the implicit one of a client',
      examples: [
        'java.net.SocketException: No buffer space available (maximum connections reached?): connect',
        'No buffer space available (maximum connections reached?): bind',
      ],
    },
    {
      id: 'java-connect-timeout',
      failure: 'timeout',
      rank: RANK.call,
      verdict: 'nat-timeout-suspect',
      certainty: SUSPECT,
      pattern:
        '(?:ConnectException|ConnectTimeoutException|HttpConnectTimeoutException|NoRouteToHostException)[:)][^\\n]{0,200}<timeout>',
      source: 'jdk Socket.connect, Netty connectTimeoutMillis',
      examples: [
        'java.net.ConnectException: Connection timed out',
        'io.netty.channel.ConnectTimeoutException: connection timed out: example.com/192.0.2.7:443',
      ],
    },
  ],
  lookAlikes: [
    'java.net.BindException: Address already in use',
    'java.net.BindException: Address already in use: JVM_Bind',
    'java.net.BindException: Cannot assign requested address (Bind failed)',
    'java.net.NoRouteToHostException: No route to host (Host unreachable)',
    'HikariPool-1 - Connection is not available, request timed out after 30000ms',
  ],
};
