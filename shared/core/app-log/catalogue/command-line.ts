import { LIKELY, RANK, type Family } from '../signature.ts';
import { SUSPECT } from './posix-timeout.ts';

/** curl and libcurl, wget, and load generators. What curl says without -v is the same for every failure to connect. */
export const COMMAND_LINE: Family = {
  runtime: 'curl',
  marks: '\\bcurl: \\(\\d|\\bpycurl\\.|cURL error|Immediate connect fail for',
  signatures: [
    {
      id: 'curl-source-bind',
      failure: 'unavailable',
      rank: RANK.call,
      verdict: 'connect-misconfig',
      certainty: 0.7,
      pattern: 'bind failed with errno (?:99|49|10049): <unavailable>',
      source: 'curl lib/cf-socket.c bindlocal: --interface',
      examples: ['curl: (45) bind failed with errno 99: Cannot assign requested address'],
    },
    {
      id: 'curl-interface',
      failure: 'unavailable',
      needles: ["couldn't bind to"],
      rank: RANK.call,
      verdict: 'connect-misconfig',
      certainty: 0.7,
      pattern: "Couldn't bind to (?:interface |')",
      source: 'curl lib/cf-socket.c bindlocal: --interface names nothing that exists',
      examples: ["curl: (45) Couldn't bind to '198.51.100.9'"],
    },
    {
      id: 'curl-source-in-use',
      failure: 'in-use',
      rank: RANK.call,
      verdict: 'connect-exhaustion',
      certainty: 0.7,
      pattern: 'bind failed with errno (?:98|48|10048): <in-use>',
      source: 'curl lib/cf-socket.c bindlocal: every port of --local-port',
      examples: ['curl: (45) bind failed with errno 98: Address already in use'],
    },
    {
      id: 'curl-immediate',
      failure: 'unavailable',
      rank: RANK.call,
      verdict: 'connect-exhaustion',
      certainty: LIKELY,
      pattern:
        '(?:Immediate connect fail for |^\\s{0,8}\\* connect to |\\n\\s{0,8}\\* connect to )[^\\n]{1,80}?(?: port \\d{1,5}[^\\n]{0,60})?(?: failed)?: <unavailable>',
      source: 'curl lib/cf-socket.c, with -v',
      examples: [
        '* Immediate connect fail for 192.0.2.7: Cannot assign requested address',
        '* connect to 192.0.2.7 port 80 failed: Cannot assign requested address',
      ],
    },
    {
      id: 'wget-connect',
      failure: 'unavailable',
      rank: RANK.call,
      verdict: 'connect-exhaustion',
      certainty: LIKELY,
      runtime: 'wget',
      pattern: '(?:Connecting to [^\\n]{1,300}\\.\\.\\. |^|\\n|: )failed: <unavailable>\\.',
      source: 'wget src/connect.c connect_to_ip',
      examples: [
        'Connecting to 192.0.2.7:80... failed: Cannot assign requested address.',
        'failed: Cannot assign requested address.',
      ],
    },
    {
      id: 'curl-connect-timeout',
      failure: 'timeout',
      needles: [
        'curl: (28)',
        'curl error 28',
        'timeout was reached',
        'connection timed out after',
        'connection timeout after',
        'timed out',
      ],
      rank: RANK.call,
      verdict: 'nat-timeout-suspect',
      certainty: SUSPECT,
      pattern:
        '(?:curl: \\(28\\)|cURL error 28:) (?:Failed to connect|Connection timed? ?out|Connection timeout|Timeout was reached)|Failed to connect to [^\\n]{1,200} after \\d{4,} ms|Failed to connect to [^\\s]{1,253} port \\d{1,5}(?: after \\d{1,9} ms)?: Timed out|Connection time(?:d out|out) after \\d{1,9} (?:ms|milliseconds)',
      source: 'curl lib/connect.c: CURLE_OPERATION_TIMEDOUT before the connect is done',
      examples: [
        "curl: (28) Failed to connect to 192.0.2.7 port 80 after 3066 ms: Couldn't connect to server",
        'curl: (7) Failed to connect to 192.0.2.7 port 80: Timed out',
      ],
    },
  ],
  lookAlikes: [
    "curl: (7) Failed to connect to 192.0.2.7 port 80 after 0 ms: Couldn't connect to server",
    'curl: (45) bind failed with errno 99: Cannot assign requested address',
    '* Immediate connect fail for ::1: Cannot assign requested address',
    'Connecting to host (host)|2001:db8::7|:80... failed: Cannot assign requested address.',
  ],
};
