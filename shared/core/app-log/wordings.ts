import { LOCALISED } from './localised-wordings.ts';
import type { Failure } from './signature.ts';

type Wording = {
  /** Regular expression source, without regard to case, for the places where a call or a sentence names the failure. */
  readonly pattern: string;
  /** As `pattern`, for the places where nothing else speaks of the network: only what can mean nothing else. */
  readonly alone: string;
  /** Lower-case texts, one of which is in every event that the patterns can match: what ordinary lines are sifted by. */
  readonly needles: readonly string[];
};

const escaped = (texts: readonly string[]): string =>
  texts.map((text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll(' ', GAP)).join('|');

/** Between words: terminals wrap them, and Envoy's response details put underscores there. */
const GAP = '[\\s_]{1,8}';
const words = (text: string): string => text.replaceAll(' ', GAP);

/** An error number as the runtimes print it: `[Errno 99]`, `errno: -99`, `os error 99`, `SocketException (99)`. */
const numbered = (numbers: string): string =>
  `(?:errno|os error|socketexception)["']?[\\s:=(\\[#]{0,3}-?(?:${numbers})\\b`;

/** Winsock's numbers have five digits, and stand beside a mere `error` too. */
const winsock = (number: number): string =>
  `(?:winerror|wsa(?:getlasterror)?|error(?: ?code)?|errno|socketexception)(?:\\(\\))?["']?[\\s:=(\\[#]{0,3}${number}\\b`;

const UNAVAILABLE = [
  words("can(?:not|'t| not) assign requested address"),
  '(?:wsa)?eaddrnotavail',
  'addr(?:ess)?notavail(?:able)?',
  words('requested address is not valid (?:in|to|for|within) its context'),
  numbered('99|49'),
  winsock(10_049),
  escaped(LOCALISED.unavailable),
].join('|');

/** Windows words EADDRINUSE and EADDRNOTAVAIL in sentences of its own. */
const ONE_USAGE = [
  words('only one usage of each socket address'),
  words('normally only one use of each socket address'),
  winsock(10_048),
  escaped(LOCALISED['one-usage']),
].join('|');

const IN_USE = [
  words('addr(?:ess)? already in use'),
  words('address in use'),
  '(?:wsa)?eaddrinuse',
  'addr(?:ess)?(?:already)?inuse',
  numbered('98'),
  escaped(LOCALISED['in-use']),
  ONE_USAGE,
].join('|');

const NO_BUFFERS = [
  words('lacked sufficient buffer space'),
  words('maximum connections reached\\?'),
  'err_no_buffer_space',
  'no_?buffer_?space_?available',
  '(?:wsa|connect(?:ex)? )enobufs',
  winsock(10_055),
  escaped(LOCALISED['no-buffers']),
].join('|');

const TIMEOUT = [
  words('(?:connection|operation|connect|attempt) timed out'),
  words('connection time-?out'),
  '(?:wsa)?etimedout',
  'i/o timeout',
  words('the timeout specified has expired'),
  words('timeout expired'),
  words('did not properly respond after a period of time'),
  numbered('110|60|145'),
  winsock(10_060),
  escaped(LOCALISED.timeout),
].join('|');

/** musl words EADDRNOTAVAIL as ordinary programs word a missing postal address: only beside a call or a number. */
const MUSL_UNAVAILABLE = `(?<=^|[:(\\]"'] ?)${words('address not available')}(?=[^\\S\\n]*(?:$|\\n|[^\\w\\s])| for (?:\\d{1,3}(?:\\.\\d{1,3}){3}|[\\da-f]{0,4}:[\\da-f:]{1,36})\\b)`;

const ONE_USAGE_NEEDLES: readonly string[] = [
  'each socket address',
  'error 10048',
  'errno 10048',
  'exception (10048)',
  'error: 10048',
  ...LOCALISED['one-usage'],
];

export const WORDINGS: Readonly<Partial<Record<Failure, Wording>>> = {
  unavailable: {
    pattern: `(?:${UNAVAILABLE}|${MUSL_UNAVAILABLE})`,
    alone: `(?:${UNAVAILABLE})`,
    needles: [
      'assign requested',
      'assign_requested',
      'requested address is not valid',
      'eaddrnotavail',
      'addrnotavail',
      'addressnotavail',
      'address not available',
      'errno 99',
      'errno 49',
      'errno=99',
      'errno = 99',
      'errno: 99',
      'errno: -99',
      'errno: -49',
      'errno":-99',
      'errno":-49',
      'os error 99',
      'os error 49',
      'exception (99)',
      'exception (10049)',
      'error 10049',
      'errno 10049',
      'error: 10049',
      ...LOCALISED.unavailable,
    ],
  },
  'one-usage': {
    pattern: `(?:${ONE_USAGE})`,
    alone: `(?:${ONE_USAGE})`,
    needles: ONE_USAGE_NEEDLES,
  },
  'in-use': {
    pattern: `(?:${IN_USE})`,
    alone: `(?:${IN_USE})`,
    needles: [
      'already in use',
      'address in use',
      'eaddrinuse',
      'addrinuse',
      'addressalreadyinuse',
      'errno 98',
      'os error 98',
      ...LOCALISED['in-use'],
      ...ONE_USAGE_NEEDLES,
    ],
  },
  'no-buffers': {
    pattern: `(?:${NO_BUFFERS})`,
    alone: `(?:${NO_BUFFERS})`,
    needles: [
      'lacked sufficient buffer',
      'maximum connections reached',
      'no_buffer_space',
      'nobufferspace',
      'enobufs',
      'error 10055',
      'errno 10055',
      'exception (10055)',
      'error: 10055',
      'wsagetlasterror() 10055',
      ...LOCALISED['no-buffers'],
    ],
  },
  timeout: {
    pattern: `(?:${TIMEOUT})`,
    alone: `(?:${TIMEOUT})`,
    needles: [
      'timed out',
      'timedout',
      'i/o timeout',
      'timeout expired',
      'connection timeout',
      'timeout specified',
      'errno 110',
      'error 10060',
      'errno 10060',
      'exception (10060)',
      'period of time',
      ...LOCALISED.timeout,
    ],
  },
  again: {
    pattern: `(?:${words('resource temporarily unavailable')}|\\beagain\\b)`,
    alone: `(?:${words('resource temporarily unavailable')}|\\beagain\\b)`,
    needles: ['temporarily unavailable', 'eagain'],
  },
};
