import { Buffer } from 'node:buffer';
import { gunzipSync, inflateSync } from 'node:zlib';
import * as z from 'zod/mini';

/** What CloudWatch Logs hands to a function: gzip in base64, except that account policies were seen to use zlib. */
export const subscriptionEventSchema = z.object({ awslogs: z.object({ data: z.string() }) });

export type SubscriptionPayload =
  | { readonly kind: 'events'; readonly logGroup: string; readonly logStream: string; readonly json: Uint8Array }
  /** CloudWatch Logs probes a new destination. */
  | { readonly kind: 'control' }
  | { readonly kind: 'unreadable'; readonly reason: string };

const payloadSchema = z.object({ messageType: z.string(), logGroup: z.string(), logStream: z.string() });

/** A payload has at most 1 MB; what it inflates to is bounded all the same. */
const INFLATED_BYTES_LIMIT = 64 * 1024 * 1024;

export function readSubscription(event: unknown): SubscriptionPayload {
  const parsed = subscriptionEventSchema.safeParse(event);
  if (!parsed.success) return { kind: 'unreadable', reason: 'the event carries no awslogs.data' };
  try {
    const json = inflate(Buffer.from(parsed.data.awslogs.data, 'base64'));
    const payload = payloadSchema.safeParse(JSON.parse(json.toString()));
    if (!payload.success) return { kind: 'unreadable', reason: 'the payload is no CloudWatch Logs message' };
    const { messageType, logGroup, logStream } = payload.data;
    if (messageType === 'CONTROL_MESSAGE') return { kind: 'control' };
    return { kind: 'events', logGroup, logStream, json };
  } catch {
    return { kind: 'unreadable', reason: 'the payload is neither gzip nor zlib around JSON' };
  }
}

function inflate(bytes: Buffer): Buffer {
  const options = { maxOutputLength: INFLATED_BYTES_LIMIT };
  return bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes, options) : inflateSync(bytes, options);
}

const eventsSchema = z.object({ logEvents: z.array(z.unknown()) });
const messageSchema = z.object({ message: z.string() });

/** The texts of a payload's events; what is no event is left out, and its absence is no record lost: it never was one. */
export function messagesOf(json: Uint8Array): string[] {
  const events = eventsSchema.safeParse(JSON.parse(new TextDecoder().decode(json)));
  if (!events.success) return [];
  return events.data.logEvents.flatMap((raw) => {
    const event = messageSchema.safeParse(raw);
    return event.success ? [event.data.message] : [];
  });
}
