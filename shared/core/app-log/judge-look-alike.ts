import type { NamedDestination } from '../model/destination.ts';
import type { Signature } from './signature.ts';

/** Why the event is rather a mistake: it becomes part of the signature's id. */
export type Doubt = { readonly suffix: string; readonly certainty: number };

/** Looked for in the beginning of an event only, as all destinations are. */
const SEARCHED_LENGTH = 4_096;

const FAILED_HOST = /\bconnect(?:ex)? (?:WSA)?EADDRNOTAVAIL ([0-9a-z:.-]{2,253}):\d{1,5}\b/gi;
const PORT_ZERO =
  /connect[^\n]{0,80}?(?:\d{1,3}(?:\.\d{1,3}){3}|\]|localhost):0(?![\d.])|\.connect\(\('[^'\n]{1,64}', 0\)\)/i;
const UNIX_SOCKET = /\bconnect\(\) to unix:|\bAF_UNIX\b|\bunix:\/|\bno free ports[^\n]{0,40}\bunix@/i;
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
  if (PORT_ZERO.test(text)) return { suffix: 'port-zero', certainty: 0.7 };
  const failed = Array.from(text.matchAll(FAILED_HOST), ([, host = '']) => host);
  const host = failed.length > 0 && failed.every(isV6) ? (failed[0] ?? '') : (destination?.host ?? '');
  if (host === '0.0.0.0' && BSD_WORDS.test(text)) return null;
  if (host === '0.0.0.0' || host === '::') return { suffix: 'unspecified-address', certainty: 0.75 };
  if (host === '::1') return { suffix: 'ipv6-loopback', certainty: 0.7 };
  return isV6(host) ? { suffix: 'ipv6-address', certainty: 0.6 } : null;
}

/** An IPv4 address that is written as an IPv6 one has IPv4's ports. */
const isV6 = (host: string): boolean => host.includes(':') && !/^::ffff:\d/i.test(host);
