import type { NamedDestination } from '../model/destination.ts';
import type { Signature } from './signature.ts';

export type Judgement = { readonly suffix: string; readonly certainty: number };

/**
 * Why words that mean exhaustion are likelier a mistake here: where the connection went, or from where, would fail on
 * an idle machine too. Null when nothing speaks for a mistake.
 */
export function judgeLookAlike(
  signature: Signature,
  text: string,
  destination: NamedDestination | null,
): Judgement | null {
  if (signature.verdict !== 'connect-exhaustion' || signature.failure !== 'unavailable') return null;
  const host = destination?.host ?? '';
  if (host === '0.0.0.0' || host === '::') return { suffix: 'unspecified-address', certainty: 0.75 };
  if (host === '::1') return { suffix: 'ipv6-loopback', certainty: 0.7 };
  if (host.includes(':')) return { suffix: 'ipv6-address', certainty: 0.6 };
  if (/\bconnect\(\) to unix:|\bAF_UNIX\b|\bunix:\//.test(text)) return { suffix: 'unix-socket', certainty: 0.7 };
  return null;
}
