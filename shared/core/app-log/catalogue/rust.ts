import { LIKELY, RANK, type Family } from '../signature.ts';

/** std::io::Error as Display and as Debug, and what hyper, reqwest, tonic and sqlx put around it. */
export const RUST: Family = {
  runtime: 'rust',
  marks: '\\(os error \\d|\\bkind: [A-Z]\\w{3,30}, message:|\\bOs \\{ code|\\.rs:\\d',
  signatures: [
    {
      id: 'rust-connect',
      failure: 'unavailable',
      rank: RANK.call,
      verdict: 'connect-exhaustion',
      certainty: LIKELY,
      pattern:
        '(?:tcp connect error|error trying to connect|client error \\(Connect\\)|ConnectError\\(|hyper::Error\\(Connect|kind: Connect|TcpStream::connect|error sending request for url)(?:(?!bind local)[^]){0,300}<unavailable>',
      source: 'hyper-util connect, reqwest, tonic',
      examples: [
        'error sending request for url (http://192.0.2.7/): error trying to connect: tcp connect error: Cannot assign requested address (os error 99)',
        'hyper::Error(Connect, ConnectError("tcp connect error", Os { code: 99, kind: AddrNotAvailable, message: "Cannot assign requested address" }))',
      ],
    },
    {
      id: 'rust-bind-local',
      failure: 'unavailable',
      rank: RANK.call,
      verdict: 'connect-misconfig',
      certainty: 0.65,
      pattern: 'tcp bind local error[^\\n]{0,120}<unavailable>',
      source: 'hyper-util connect: a local address that this machine does not have',
      examples: ['error trying to connect: tcp bind local error: Cannot assign requested address (os error 99)'],
    },
    {
      id: 'rust-port-reuse',
      failure: 'unavailable',
      rank: RANK.call,
      verdict: 'connect-misconfig',
      certainty: 0.6,
      pattern: '/(?:ip[46]|dns[46]?)/[^\\s]{1,120}/tcp/\\d[^\\n]{0,300}<unavailable>',
      unless: 'listen',
      source: 'libp2p dials from the port it listens on: two connections to one peer collide',
      examples: [
        'Transport([("/ip4/192.0.2.7/tcp/4001", Other(Os { code: 99, kind: AddrNotAvailable, message: "Cannot assign requested address" }))])',
      ],
    },
    {
      id: 'rust-connect-in-use',
      failure: 'in-use',
      rank: RANK.call,
      verdict: 'connect-exhaustion',
      certainty: LIKELY,
      pattern:
        '(?:tcp connect error|tcp bind local error|error trying to connect|client error \\(Connect\\))[^\\n]{0,200}<in-use>',
      source: 'hyper-util connect on Windows, or with a local address',
      examples: [
        'error trying to connect: tcp connect error: Only one usage of each socket address (protocol/network address/port) is normally permitted. (os error 10048)',
      ],
    },
    {
      id: 'rust-connect-no-buffers',
      failure: 'no-buffers',
      rank: RANK.call,
      verdict: 'connect-exhaustion',
      certainty: LIKELY,
      pattern: '(?:tcp connect error|tcp bind local error|error trying to connect)[^\\n]{0,200}<no-buffers>',
      source: 'hyper-util connect on Windows',
      examples: ['error trying to connect: tcp bind local error: 10055 (os error 10055)'],
    },
  ],
  lookAlikes: [
    'Error: Os { code: 98, kind: AddrInUse, message: "Address already in use" }',
    'error binding to 192.0.2.7:3000: error creating server listener: Cannot assign requested address (os error 99)',
    'tcp connect error: Connection refused (os error 111)',
  ],
};
