import { listAt, parseJson, textAt } from '../guards.ts';

/** An object that someone says has arrived. */
export type ArrivedObject = { readonly bucket: string; readonly key: string };

export type S3Notification =
  | { readonly kind: 'objects'; readonly objects: readonly ArrivedObject[] }
  /** S3 sends one when a notification is configured. */
  | { readonly kind: 'test' }
  | { readonly kind: 'unreadable'; readonly reason: string };

/** Reads the body of a queue message, however S3's word came to the queue: directly, by SNS, or by EventBridge. */
export function readS3Notification(body: string): S3Notification {
  const message = parseJson(body);
  const inner = textAt(message, 'Type') === 'Notification' ? textAt(message, 'Message') : null;
  return readMessage(inner === null ? message : parseJson(inner));
}

function readMessage(message: unknown): S3Notification {
  if (textAt(message, 'Event') === 's3:TestEvent') return { kind: 'test' };
  const records = listAt(message, 'Records');
  if (records !== null) return objectsOf(records.map((record) => arrivedObject(record, 's3', true)));
  // EventBridge, unlike S3 itself, does not encode the key.
  if (textAt(message, 'source') === 'aws.s3') return objectsOf([arrivedObject(message, 'detail', false)]);
  return { kind: 'unreadable', reason: 'the message is no S3 notification' };
}

function objectsOf(objects: readonly (ArrivedObject | null)[]): S3Notification {
  const known = objects.filter((object) => object !== null);
  return known.length === objects.length
    ? { kind: 'objects', objects: known }
    : { kind: 'unreadable', reason: 'an entry names no bucket, or no key that is URL-encoded text' };
}

function arrivedObject(entry: unknown, within: string, encoded: boolean): ArrivedObject | null {
  const bucket = textAt(entry, within, 'bucket', 'name');
  const text = textAt(entry, within, 'object', 'key');
  const key = text === null || !encoded ? text : decodeKey(text);
  return bucket === null || key === null ? null : { bucket, key };
}

/** Form encoding: a space is a plus sign. */
function decodeKey(encoded: string): string | null {
  try {
    return decodeURIComponent(encoded.replaceAll('+', ' '));
  } catch {
    return null;
  }
}
