import { Buffer } from 'node:buffer';
import { Readable } from 'node:stream';
import { constants, gunzipSync } from 'node:zlib';
import { GetObjectCommand, NoSuchKey, type S3Client } from '@aws-sdk/client-s3';
import { isParquet } from '../../core/flow-log/is-parquet.ts';
import { looksLikeFlowLog } from '../../core/flow-log/looks-like-flow-log.ts';
import type { ArrivedObject } from './s3-notification.ts';

export type ReadObject<T> =
  | { readonly kind: 'read'; readonly content: T; readonly version: string; readonly warning: string | null }
  | { readonly kind: 'gone' };

/** Takes an object in chunks of any size, as text or as gzip, and says at the end what it makes of it. */
export type ObjectReader<T> = {
  push(chunk: Uint8Array): void;
  /** Returns how many bytes of text it has come to so far. */
  pushGzip(chunk: Uint8Array): number;
  /** What is wrong with the gzip as a whole, or null. What could be read before that was read. */
  endGzip(): string | null;
  finish(): T;
};

/** Streams an S3 object, or what makes text of Parquet, into a reader. What is broken within the object is a warning; what S3 refuses is thrown. */
export type ObjectSource = {
  read<T>(object: ArrivedObject, createReader: (name: string) => ObjectReader<T>): Promise<ReadObject<T>>;
};

/** Of the largest flow log object (75 MB, about 6:1) with a wide margin: a bomb ends here. */
const INFLATED_BYTES_LIMIT = 4 * 1024 ** 3;
/** Parquet is read from its end, so it is held as a whole. AWS closes a flow log object at 75 MB. */
const PARQUET_BYTES_LIMIT = 128 * 1024 ** 2;
const GZIP_MAGIC = [0x1f, 0x8b];

export function createObjectSource(s3: S3Client): ObjectSource {
  return {
    async read({ bucket, key }, createReader) {
      try {
        const { Body, ETag } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
        if (!(Body instanceof Readable)) throw new Error('S3 answered without a body');
        const name = `s3://${bucket}/${key}`;
        const reader = createReader(name);
        const warning = await pour(Body, reader, name);
        return { kind: 'read', content: reader.finish(), version: ETag ?? '', warning };
      } catch (error) {
        if (error instanceof NoSuchKey) return { kind: 'gone' };
        throw error;
      }
    },
  };
}

type Pushed = Omit<ObjectReader<unknown>, 'finish'>;

/** Text, gzip or Parquet, by its first bytes. Resolves with what is wrong with the object, or null. */
async function pour(body: Readable, reader: Pushed, name: string): Promise<string | null> {
  const { first, rest } = await peek(body);
  if (isParquet(first)) return pourParquet(rest, reader);
  try {
    const isPacked = GZIP_MAGIC.every((byte, at) => first[at] === byte);
    if (!looksLikeFlowLog(isPacked ? beginningOf(first) : first)) return await pourWrapped(rest, reader, name);
    if (isPacked) return await pourGzip(rest, reader);
    for await (const chunk of rest) reader.push(chunk as Uint8Array);
    return null;
  } finally {
    body.destroy();
  }
}

/** So much of a gzip tells what it is. */
const FIRST_GZIP_BYTES = 4096;

/** The text of it that can be had; nothing where it is damaged so early. */
function beginningOf(gzip: Uint8Array): Uint8Array {
  try {
    return gunzipSync(gzip.subarray(0, FIRST_GZIP_BYTES), { finishFlush: constants.Z_SYNC_FLUSH });
  } catch {
    return new Uint8Array(0);
  }
}

/** Few deployments have what does not begin with records: the others never load what reads it. */
async function pourWrapped(body: Readable, reader: Pushed, name: string): Promise<string | null> {
  const { readWrappedFlows } = await import('./wrapped-flows.ts');
  const stage = readWrappedFlows(name, reader, INFLATED_BYTES_LIMIT);
  for await (const chunk of body) stage.push(chunk as Uint8Array);
  return stage.finish();
}

async function pourGzip(body: Readable, reader: Pushed): Promise<string | null> {
  for await (const chunk of body)
    if (reader.pushGzip(chunk as Uint8Array) > INFLATED_BYTES_LIMIT)
      return `more than ${INFLATED_BYTES_LIMIT} bytes when unpacked: the rest is left`;
  const damage = reader.endGzip();
  return damage === null ? null : `${damage}: what could be read was read`;
}

/** Whatever is wrong with the bytes stays wrong: only what S3 refuses is worth another try. */
async function pourParquet(body: Readable, reader: Pushed): Promise<string | null> {
  const held: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    held.push(chunk as Uint8Array);
    bytes += (chunk as Uint8Array).byteLength;
    if (bytes > PARQUET_BYTES_LIMIT) {
      body.destroy();
      return `Parquet of more than ${PARQUET_BYTES_LIMIT} bytes: it is left`;
    }
  }
  // Few deployments have Parquet: the others never load its reader.
  const { parquetBytesText, UnreadableParquet } = await import('../../parquet-flows.ts');
  try {
    for await (const text of parquetBytesText(Buffer.concat(held, bytes))) reader.push(text);
    return null;
  } catch (error) {
    if (error instanceof UnreadableParquet) return error.message;
    throw error;
  }
}

/** Bytes that tell: a body may give a few at a time. */
const PEEKED_BYTES = 16 * 1024;

async function peek(body: Readable): Promise<{ first: Uint8Array; rest: Readable }> {
  const chunks = body[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
  const held: Uint8Array[] = [];
  for (let bytes = 0; bytes < PEEKED_BYTES;) {
    const { value, done } = await chunks.next();
    if (done === true) break;
    held.push(value);
    bytes += value.byteLength;
  }
  const first = Buffer.concat(held);
  const rest = Readable.from(
    (async function* rejoin() {
      if (first.byteLength > 0) yield first;
      for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) yield next.value;
    })(),
  );
  return { first, rest };
}
