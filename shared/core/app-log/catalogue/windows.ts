import { LIKELY, RANK, type Family } from '../signature.ts';
import { CONNECTING, SERVING } from './words.ts';

/** Windows: the Tcpip events of the system log, and Winsock's 10048, 10049 and 10055 whoever prints them. */
export const WINDOWS: Family = {
  runtime: 'windows-eventlog',
  marks: '<Provider Name=["\']Tcpip|\\bSource:\\s{1,12}Tcpip|Microsoft-Windows-',
  signatures: [
    {
      id: 'tcpip-4227',
      failure: 'no-ports',
      needles: ['selected local endpoint'],
      rank: RANK.outright,
      verdict: 'connect-exhaustion',
      certainty: 0.9,
      pattern: 'establish an outgoing connection because the selected local endpoint\\s{1,4}was recently used',
      source: 'Windows Tcpip event 4227',
      examples: [
        'TCP/IP failed to establish an outgoing connection because the selected local endpoint was recently used to connect to the same remote endpoint.',
      ],
    },
    {
      id: 'tcpip-4231',
      failure: 'no-ports',
      needles: ['ephemeral port number from the global'],
      rank: RANK.outright,
      verdict: 'connect-exhaustion',
      certainty: 0.95,
      pattern: '\\bport number from the global (?:TCP|UDP) port space (?:has )?failed',
      source: 'Windows Tcpip events 4231 (TCP) and 4266 (UDP)',
      examples: [
        'A request to allocate an ephemeral port number from the global TCP port space has failed due to all such ports being in use.',
      ],
    },
    {
      id: 'tcpip-event',
      failure: 'no-ports',
      needles: ['tcpip'],
      rank: RANK.outright,
      verdict: 'connect-exhaustion',
      certainty: 0.9,
      pattern:
        '\\bTcpip\\b[^]{0,400}?[>:=]\\s{0,12}["\']?(?:4227|4231|4266)\\b|ID["\']?(?: Qualifiers=["\']\\d{1,6}["\'])?\\s{0,3}[>:=]\\s{0,12}["\']?(?:4227|4231|4266)\\b[^]{0,400}?\\bTcpip\\b|\\bTcpip\\b[\\s,;]{1,8}(?:4227|4231|4266)\\b',
      source: 'Windows event XML and text of any language: provider and number',
      examples: [
        "<Provider Name='Tcpip'/><EventID Qualifiers='32768'>4227</EventID>",
        'Source:        Tcpip\nDate:          12/2/2026 11:52:26 AM\nEvent ID:      4231',
      ],
    },
    {
      id: 'winsock-serving-in-use',
      failure: 'one-usage',
      runtime: null,
      rank: RANK.sentence,
      verdict: 'bind-misconfig',
      certainty: 0.75,
      pattern: '<one-usage>',
      also: [SERVING],
      unless: CONNECTING,
      source: 'WSAEADDRINUSE of a server',
      examples: [
        'unable to bind: Only one usage of each socket address (protocol/network address/port) is normally permitted.',
      ],
    },
    {
      id: 'winsock-in-use',
      failure: 'one-usage',
      runtime: null,
      rank: RANK.context,
      verdict: 'connect-exhaustion',
      certainty: 0.65,
      pattern: '<one-usage!>',
      unless: '\\blisten(?:ing|er)?\\b',
      source: 'WSAEADDRINUSE: a client of a machine without free ports, unless it listens',
      examples: [
        '[WinError 10048] Only one usage of each socket address (protocol/network address/port) is normally permitted',
      ],
    },
    {
      id: 'winsock-no-buffers',
      failure: 'no-buffers',
      runtime: null,
      rank: RANK.context,
      verdict: 'connect-exhaustion',
      certainty: LIKELY,
      pattern: '<no-buffers!>',
      unless: '\\b(?:write|spawn|send) enobufs|\\bsend(?:to|msg|mmsg)\\b',
      source: 'WSAENOBUFS: what Windows answers when no ephemeral port is left',
      examples: [
        '[WinError 10055] An operation on a socket could not be performed because the system lacked sufficient buffer space or because a queue was full',
        'ErrorCode: NoBufferSpaceAvailable',
      ],
    },
    {
      id: 'winsock-not-valid',
      failure: 'unavailable',
      needles: ['requested address is not valid', 'error 10049', 'errno 10049', 'exception (10049)', 'error: 10049'],
      runtime: null,
      rank: RANK.sentence,
      verdict: 'connect-misconfig',
      certainty: 0.6,
      pattern:
        'requested address is not valid in (?:its|this) context|(?:winerror|errno|error|exception|wsa)["\']?[\\s:=(\\[]{0,3}10049\\b',
      unless: SERVING,
      source: 'WSAEADDRNOTAVAIL: on Windows a destination such as 0.0.0.0, or port 0, not exhaustion',
      examples: ['connectex: The requested address is not valid in its context.'],
    },
  ],
  lookAlikes: [
    'bind failed with error 10049: The requested address is not valid in its context.',
    'Event ID 4231 of another source',
    'checkpoint[10048]: wrote 10048 buffers',
    'listen tcp :8080: bind: Only one usage of each socket address (protocol/network address/port) is normally permitted.',
  ],
};
