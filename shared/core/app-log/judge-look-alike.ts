import type { NamedDestination } from '../model/destination.ts';
import type { Signature } from './signature.ts';
import { WORDINGS } from './wordings.ts';

/** Why the event is rather a mistake: it becomes part of the signature's id. */
export type Doubt = { readonly suffix: string; readonly certainty: number };

/** Looked for in the beginning of an event only, as all destinations are. */
const SEARCHED_LENGTH = 4_096;

const FAILED_HOST = /\bconnect(?:ex)? (?:WSA)?EADDRNOTAVAIL ([0-9a-z:.-]{2,253}):\d{1,5}\b/gi;
const PORT_ZERO =
  /connect[^\n]{0,80}?(?:\d{1,3}(?:\.\d{1,3}){3}|\]|localhost):0(?![\d.])|\.connect\(\('[^'\n]{1,64}', 0\)\)/i;
const UNIX_SOCKET = /\bconnect\(\) to unix:|\bAF_UNIX\b|\bunix:\/|\bno free ports[^\n]{0,40}\bunix@/i;
/** What stands between the attempts of one connect, when a program tries the addresses of a name in turn. */
const NEXT_ATTEMPT = /\n|; |, (?=\[Errno)/;
const UNAVAILABLE = new RegExp(WORDINGS.unavailable?.pattern ?? '(?!)', 'i');
const V4 = /(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.]*\d)/;
const V6 =
  /(?<![\w:])(?=[\da-f:]{0,39}\d)[\da-f]{0,4}(?::[\da-f]{1,4}){0,7}::(?:[\da-f]{1,4}(?::[\da-f]{1,4}){0,6})?(?!\w|:\S)/i;
const REFUSED =
  /\bconnection refused\b|\bECONNREFUSED\b|\bactively refused\b|\b(?:errno|os error|code:) (?:111|61|10061)\b/i;
/** Who asked is not where the connection went. */
const ASKED_BY =
  /\b(?:client|remote_?(?:addr|ip)|src|source|from|local)(?:_?address)?["']?\s?[:=]\s?["']?(?:AF_INET6?\()?\[?[\da-f:.]{2,45}/gi;
/** Winsock’s 10049, which no lack of ports brings about: Windows has 10048 and 10055 for that. Mono says “this context”. */
const NOT_VALID =
  /requested address is not valid \w{1,6} its context|\b(?:winerror|errno|error|exception|wsa\w{0,14})(?:\(\))?["']?[\s:=([#]{0,3}10049\b/i;
/** Multicast, class E and broadcast: no connection goes there. */
const RESERVED = /^(?:22[4-9]|2[345]\d)\./;
/** Where connecting to 0.0.0.0 means this machine; on Windows it is no destination at all. */
const BSD_WORDS = /\bcan't assign requested address|\berrno 49\b|\bos error 49\b|\bcode: 49\b/i;

/**
 * Why words that mean exhaustion are likelier a mistake here: where the connection went would fail on an idle machine
 * too. Null when nothing speaks for a mistake.
 */
export function judgeLookAlike(
  { verdict, failure }: Signature,
  event: string,
  destination: NamedDestination | null,
): Doubt | null {
  if (verdict !== 'connect-exhaustion' || (failure !== 'unavailable' && failure !== 'no-ports')) return null;
  const text = event.slice(0, SEARCHED_LENGTH).replace(/- Local \([^)\n]{1,80}\)/g, '');
  if (UNIX_SOCKET.test(text)) return { suffix: 'unix-socket', certainty: 0.7 };
  if (failure === 'no-ports') return null;
  const called = text.replace(ASKED_BY, '');
  if (PORT_ZERO.test(called)) return { suffix: 'port-zero', certainty: 0.7 };
  const attempts = called.split(NEXT_ATTEMPT).filter((attempt) => UNAVAILABLE.test(attempt));
  if (attempts.length > 0 && !attempts.some((attempt) => V4.test(attempt))) {
    const tried = attempts.map((attempt) => V6.exec(attempt)?.[0]).find((address) => address !== undefined);
    if (tried !== undefined) return ofV6(tried);
    if (REFUSED.test(text)) return { suffix: 'refused-elsewhere', certainty: 0.65 };
  }
  const failed = Array.from(text.matchAll(FAILED_HOST), ([, host = '']) => host);
  const host = failed.length > 0 && failed.every(isV6) ? (failed[0] ?? '') : (destination?.host ?? '');
  if (host === '0.0.0.0' && BSD_WORDS.test(text)) return null;
  if (host === '0.0.0.0' || host === '::') return { suffix: 'unspecified-address', certainty: 0.75 };
  if (RESERVED.test(host)) return { suffix: 'reserved-address', certainty: 0.7 };
  if (NOT_VALID.test(text)) return { suffix: 'not-valid', certainty: 0.6 };
  return isV6(host) ? ofV6(host) : null;
}

const ofV6 = (host: string): Doubt =>
  /^::1(?::\d{1,5})?$/.test(host)
    ? { suffix: 'ipv6-loopback', certainty: 0.7 }
    : { suffix: 'ipv6-address', certainty: 0.6 };

/** An IPv4 address that is written as an IPv6 one has IPv4's ports. */
const isV6 = (host: string): boolean => host.includes(':') && !/^::ffff:\d/i.test(host);
