import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { GetObjectCommand, NoSuchKey, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';

/** Objects in memory behind the client's `send`: get and put with conditions, as far as the stores use S3. */
export function fakeS3(): S3Client {
  const objects = new Map<string, Uint8Array>();
  const client = new S3Client({ region: 'us-east-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } });
  const send = async (command: unknown): Promise<unknown> => {
    if (command instanceof GetObjectCommand) return getObject(objects, command);
    if (command instanceof PutObjectCommand) return putObject(objects, command);
    throw new Error('the fake knows GetObject and PutObject');
  };
  return Object.assign(client, { send });
}

const keyOf = ({ Bucket, Key }: { Bucket?: string | undefined; Key?: string | undefined }) => `${Bucket}/${Key}`;
const etagOf = (bytes: Uint8Array) => `"${createHash('md5').update(bytes).digest('hex')}"`;

function getObject(objects: Map<string, Uint8Array>, { input }: GetObjectCommand): unknown {
  const bytes = objects.get(keyOf(input));
  if (bytes === undefined) throw new NoSuchKey({ message: 'no such key', $metadata: {} });
  const Body = Object.assign(Readable.from([bytes]), { transformToByteArray: async () => bytes });
  return { Body, ETag: etagOf(bytes) };
}

function putObject(objects: Map<string, Uint8Array>, { input }: PutObjectCommand): unknown {
  const present = objects.get(keyOf(input));
  const refused =
    (input.IfNoneMatch === '*' && present !== undefined) ||
    (input.IfMatch !== undefined && (present === undefined || input.IfMatch !== etagOf(present)));
  if (refused) throw Object.assign(new Error('a condition did not hold'), { name: 'PreconditionFailed' });
  objects.set(keyOf(input), new Uint8Array(input.Body as Uint8Array));
  return {};
}
