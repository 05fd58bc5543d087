import { LIKELY, RANK, type Family } from '../signature.ts';
import { SUSPECT } from './posix-timeout.ts';

const CLIENT =
  'HttpRequestException|ConnectHelper|ConnectAsync|Socket\\.(?:Do|Internal|Begin|End)?Connect|ServicePoint|HttpWebRequest|WebException|HttpConnectionPool|TcpClient|ConnectToTcpHost|SqlConnection|NpgsqlConnector|RedisConnectionException|HttpClient|Unable to connect|Connect\\(\\)';
const SERVER =
  'Socket\\.(?:Listen|DoListen)|TcpListener|HttpListener|BindAsync|AddressBinder|AddressInUseException|Failed to bind|SocketConnectionListener|unable to start|failed to start';
/** The server's own names stand below the failures of everything it runs: they tell only where no client's call does. */
const SERVING = `${SERVER}|^(?![^]*(?:${CLIENT}))[^]*(?:Kestrel|IHostedService|HostingAbstractions)`;
const EXCEPTION =
  'System\\.(?:Net|IO)|SocketException|HttpRequestException|\\bat [\\w.<>`]{3,200}\\(|RpcException|ErrorCode:';

/** The JVM has a Socket.connect and an HttpClient too. */
const JVM = '\\.(?:java|kt|scala):\\d|\\bjava\\.(?:net|nio|io)\\.|\\(Native Method\\)';

/** .NET: SocketException with its number, on Linux and on Windows. */
export const DOTNET: Family = {
  runtime: 'dotnet',
  marks:
    'System\\.(?:Net|IO|Threading)\\.|ErrorCode: [A-Z]\\w|SocketException|HttpRequestException|\\bat [\\w.]{3,200}\\.\\w{1,80}\\([^)]{0,200}\\) in [^\\n]{1,200}\\.cs|Microsoft\\.',
  signatures: [
    {
      id: 'mono-bind',
      failure: 'unavailable',
      needles: ['valid in this context'],
      runtime: 'mono',
      rank: RANK.call,
      verdict: 'bind-misconfig',
      certainty: 0.75,
      pattern: 'requested address is not valid in this context[^]{0,200}\\bSocket\\.Bind \\(',
      source: 'Mono words EADDRNOTAVAIL as Winsock does, on every system: the frame that threw is a bind',
      examples: [
        'SocketException (0x80004005): The requested address is not valid in this context\n  at System.Net.Sockets.Socket.Bind (System.Net.EndPoint localEP) [0x0004c] in <a85c>:0',
      ],
    },
    {
      id: 'mono-connect',
      failure: 'unavailable',
      needles: ['valid in this context'],
      runtime: 'mono',
      rank: RANK.call,
      verdict: 'connect-exhaustion',
      certainty: 0.65,
      pattern:
        '\\bConnectFailure \\(The requested address is not valid in this context\\)|requested address is not valid in this context[^]{0,400}(?:TcpClient\\.(?:\\.ctor|Connect)|Socket\\.(?:End)?Connect|WebConnection\\.Connect) \\([^\\n]{0,200}\\[0x[\\da-f]{5}\\] in ',
      unless: '\\bSocket\\.Bind \\(',
      source: 'Mono words EADDRNOTAVAIL as Winsock does, on every system',
      examples: [
        'System.Net.WebException: Error: ConnectFailure (The requested address is not valid in this context)',
        '{"exception":"System.Net.Sockets.SocketException (0x80004005): The requested address is not valid in this context\\n  at System.Net.Sockets.TcpClient..ctor (System.String hostname, System.Int32 port) [0x00085] in <a85c>:0"}',
      ],
    },
    {
      id: 'dotnet-bind',
      failure: 'unavailable',
      rank: RANK.call,
      verdict: 'bind-misconfig',
      certainty: 0.75,
      pattern: '<unavailable!>',
      also: [EXCEPTION, SERVING],
      unless: JVM,
      source: 'Kestrel, TcpListener, HttpListener',
      examples: [
        'System.Net.Sockets.SocketException (99): Cannot assign requested address\n   at Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets.SocketConnectionListener.Bind()',
      ],
    },
    {
      id: 'dotnet-connect',
      failure: 'unavailable',
      rank: RANK.sentence,
      verdict: 'connect-exhaustion',
      certainty: LIKELY,
      pattern: '<unavailable!>',
      also: [EXCEPTION, CLIENT],
      unless: `${SERVER}|${JVM}`,
      source: 'System.Net.Sockets.Socket.ConnectAsync, System.Net.Http',
      examples: [
        'System.Net.Http.HttpRequestException: Cannot assign requested address (192.0.2.7:443)\n ---> System.Net.Sockets.SocketException (99): Cannot assign requested address',
        'System.Net.Http.HttpRequestException: Cannot assign requested address (192.0.2.7:443)\n   at Shop.Prices.Get()\n   at Microsoft.AspNetCore.Server.Kestrel.Core.Internal.Http.HttpProtocol.ProcessRequests()',
      ],
    },
    {
      id: 'dotnet-socket-exception',
      failure: 'unavailable',
      rank: RANK.context,
      verdict: 'connect-exhaustion',
      certainty: 0.6,
      pattern: 'SocketException[^\\n]{0,40}<unavailable>',
      source: 'System.Net.Sockets.SocketException alone',
      examples: ['System.Net.Sockets.SocketException (99): Cannot assign requested address'],
    },
    {
      id: 'dotnet-listen-in-use',
      failure: 'in-use',
      rank: RANK.sentence,
      verdict: 'bind-misconfig',
      certainty: 0.85,
      pattern: '<in-use!>',
      also: [SERVING, 'System\\.|Microsoft\\.|SocketException|AddressInUseException|address https?://'],
      source: 'Kestrel, TcpListener, HttpListener',
      examples: ['System.IO.IOException: Failed to bind to address http://127.0.0.1:5000: address already in use.'],
    },
    {
      id: 'dotnet-connect-in-use',
      failure: 'in-use',
      rank: RANK.sentence,
      verdict: 'connect-exhaustion',
      certainty: LIKELY,
      pattern: '<in-use!>',
      also: [EXCEPTION, CLIENT],
      unless: `${SERVER}|${JVM}`,
      source: 'System.Net.Sockets on Windows; a client that binds first on Linux',
      examples: [
        'System.Net.Http.HttpRequestException: Only one usage of each socket address (protocol/network address/port) is normally permitted.\n ---> System.Net.Sockets.SocketException (10048)',
        'System.Net.WebException: Unable to connect to the remote server ---> System.Net.Sockets.SocketException: Only one usage of each socket address (protocol/network address/port) is normally permitted 192.0.2.7:80',
      ],
    },
    {
      id: 'dotnet-connect-timeout',
      failure: 'timeout',
      rank: RANK.sentence,
      verdict: 'nat-timeout-suspect',
      certainty: SUSPECT,
      pattern: '<timeout!>',
      also: [
        'SocketException \\((?:110|10060)\\)|ConnectHelper|Socket\\.(?:Do|Internal)?Connect|ConnectAsync|TcpClient\\.(?:\\.ctor|Connect)|ConnectFailure',
        EXCEPTION,
      ],
      unless: JVM,
      source: 'System.Net.Sockets.SocketException on connect',
      examples: [
        'System.Net.Http.HttpRequestException: Connection timed out (192.0.2.7:443)\n ---> System.Net.Sockets.SocketException (110): Connection timed out',
      ],
    },
  ],
  lookAlikes: [
    'System.IO.IOException: Failed to bind to address http://127.0.0.1:5000: address already in use.',
    "Unable to bind to http://localhost:5000 on the IPv6 loopback interface: 'Cannot assign requested address'.",
    'System.Net.Sockets.SocketException (111): Connection refused',
  ],
};
