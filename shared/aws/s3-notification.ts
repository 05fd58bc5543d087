import * as z from 'zod/mini';

/** An object that someone says has arrived. */
export type ArrivedObject = { readonly bucket: string; readonly key: string };

export type S3Notification =
  | { readonly kind: 'objects'; readonly objects: readonly ArrivedObject[] }
  /** S3 sends one when a notification is configured. */
  | { readonly kind: 'test' }
  | { readonly kind: 'unreadable'; readonly reason: string };

const testEvent = z.object({ Event: z.literal('s3:TestEvent') });
const s3Event = z.object({
  Records: z.array(
    z.object({ s3: z.object({ bucket: z.object({ name: z.string() }), object: z.object({ key: z.string() }) }) }),
  ),
});
const eventBridgeEvent = z.object({
  source: z.literal('aws.s3'),
  detail: z.object({ bucket: z.object({ name: z.string() }), object: z.object({ key: z.string() }) }),
});
const snsEnvelope = z.object({ Type: z.literal('Notification'), Message: z.string() });

/** Reads the body of a queue message, however S3's word came to the queue: directly, by SNS, or by EventBridge. */
export function readS3Notification(body: string): S3Notification {
  const message = parseJson(body);
  const envelope = snsEnvelope.safeParse(message);
  return envelope.success ? readMessage(parseJson(envelope.data.Message)) : readMessage(message);
}

function readMessage(message: unknown): S3Notification {
  if (testEvent.safeParse(message).success) return { kind: 'test' };
  const fromS3 = s3Event.safeParse(message);
  if (fromS3.success) return fromRecords(fromS3.data);
  const fromBus = eventBridgeEvent.safeParse(message);
  if (!fromBus.success) return { kind: 'unreadable', reason: 'the message is no S3 notification' };
  // EventBridge, unlike S3 itself, does not encode the key.
  const { bucket, object } = fromBus.data.detail;
  return { kind: 'objects', objects: [{ bucket: bucket.name, key: object.key }] };
}

function fromRecords({ Records }: z.infer<typeof s3Event>): S3Notification {
  const objects: ArrivedObject[] = [];
  for (const { s3 } of Records) {
    const key = decodeKey(s3.object.key);
    if (key === null) return { kind: 'unreadable', reason: 'an object key is not URL-encoded text' };
    objects.push({ bucket: s3.bucket.name, key });
  }
  return { kind: 'objects', objects };
}

/** Form encoding: a space is a plus sign. */
function decodeKey(encoded: string): string | null {
  try {
    return decodeURIComponent(encoded.replaceAll('+', ' '));
  } catch {
    return null;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
