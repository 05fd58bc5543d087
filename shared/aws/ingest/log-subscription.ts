import { Buffer } from 'node:buffer';
import { gunzipSync, inflateSync } from 'node:zlib';
import { listAt, parseJson, textAt } from '../guards.ts';

export type SubscriptionPayload =
  | { readonly kind: 'events'; readonly logGroup: string; readonly logStream: string; readonly json: Uint8Array }
  /** CloudWatch Logs probes a new destination. */
  | { readonly kind: 'control' }
  | { readonly kind: 'unreadable'; readonly reason: string };

/** A payload has at most 1 MB; what it inflates to is bounded all the same. */
const INFLATED_BYTES_LIMIT = 64 * 1024 * 1024;

/** What CloudWatch Logs hands to a function: gzip in base64, except that account policies were seen to use zlib. */
export function readSubscription(event: unknown): SubscriptionPayload {
  const packed = textAt(event, 'awslogs', 'data');
  if (packed === null) return { kind: 'unreadable', reason: 'the event carries no awslogs.data' };
  const json = inflate(Buffer.from(packed, 'base64'));
  if (json === null) return { kind: 'unreadable', reason: 'the payload is neither gzip nor zlib' };
  const payload = parseJson(json.toString());
  const [type, logGroup, logStream] = ['messageType', 'logGroup', 'logStream'].map((name) => textAt(payload, name));
  if (type === 'CONTROL_MESSAGE') return { kind: 'control' };
  if (!type || !logGroup || !logStream)
    return { kind: 'unreadable', reason: 'the payload is no CloudWatch Logs message' };
  return { kind: 'events', logGroup, logStream, json };
}

function inflate(bytes: Buffer): Buffer | null {
  const options = { maxOutputLength: INFLATED_BYTES_LIMIT };
  try {
    return bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes, options) : inflateSync(bytes, options);
  } catch {
    return null;
  }
}

/** The texts of a payload's events; what is no event is left out, and its absence is no record lost: it never was one. */
export function messagesOf(json: Uint8Array): string[] {
  const events = listAt(parseJson(new TextDecoder().decode(json)), 'logEvents') ?? [];
  return events.flatMap((event) => textAt(event, 'message') ?? []);
}
