import { Buffer } from 'node:buffer';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { GetObjectCommand, NoSuchKey, type S3Client } from '@aws-sdk/client-s3';
import { isParquet } from '../core/flow-log/is-parquet.ts';
import type { ArrivedObject } from './s3-notification.ts';

export type ReadObject<T> =
  | { readonly kind: 'read'; readonly content: T; readonly version: string; readonly warning: string | null }
  | { readonly kind: 'gone' };

/** Takes an object's unpacked bytes in chunks of any size and says at the end what it makes of them. */
export type ObjectReader<T> = { push(chunk: Uint8Array): void; finish(): T };

/** Streams an S3 object through gunzip, or what makes text of Parquet, into a reader. What is broken within the object is a warning; what S3 refuses is thrown. */
export type ObjectSource = {
  read<T>(object: ArrivedObject, createReader: (name: string) => ObjectReader<T>): Promise<ReadObject<T>>;
};

/** Of the largest flow log object (75 MB, about 6:1) with a wide margin: a bomb ends here. */
const INFLATED_BYTES_LIMIT = 4 * 1024 ** 3;
/** Parquet is read from its end, so it is held as a whole. AWS closes a flow log object at 75 MB. */
const PARQUET_BYTES_LIMIT = 128 * 1024 ** 2;
/** zlib's default of 16 KiB makes a stream cost four times as much. */
const GUNZIP_BYTES = 256 * 1024;
const GZIP_MAGIC = [0x1f, 0x8b];

export function createObjectSource(s3: S3Client): ObjectSource {
  return {
    async read({ bucket, key }, createReader) {
      try {
        const { Body, ETag } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
        if (!(Body instanceof Readable)) throw new Error('S3 answered without a body');
        const reader = createReader(`s3://${bucket}/${key}`);
        const warning = await pour(Body, reader);
        return { kind: 'read', content: reader.finish(), version: ETag ?? '', warning };
      } catch (error) {
        if (error instanceof NoSuchKey) return { kind: 'gone' };
        throw error;
      }
    },
  };
}

/** Text, gzip or Parquet, by its first bytes. Resolves with what is wrong with the object, or null. */
async function pour(body: Readable, reader: Pick<ObjectReader<unknown>, 'push'>): Promise<string | null> {
  const { first, rest } = await peek(body);
  if (isParquet(first)) return pourParquet(rest, reader);
  const compressed = GZIP_MAGIC.every((byte, at) => first[at] === byte);
  const source = compressed ? rest.pipe(createGunzip({ chunkSize: GUNZIP_BYTES })) : rest;
  if (compressed) rest.once('error', (error) => source.destroy(error));
  let inflated = 0;
  try {
    for await (const chunk of source) {
      const bytes = chunk as Uint8Array;
      inflated += bytes.byteLength;
      if (inflated > INFLATED_BYTES_LIMIT)
        return `more than ${INFLATED_BYTES_LIMIT} bytes when unpacked: the rest is left`;
      reader.push(bytes);
    }
    return null;
  } catch (error) {
    if (isDamage(error)) return `damaged gzip after ${inflated} bytes: ${error.message}`;
    throw error;
  } finally {
    body.destroy();
  }
}

/** Whatever is wrong with the bytes stays wrong: only what S3 refuses is worth another try. */
async function pourParquet(body: Readable, reader: Pick<ObjectReader<unknown>, 'push'>): Promise<string | null> {
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
  const { parquetBytesText, UnreadableParquet } = await import('../parquet-flows.ts');
  try {
    for await (const text of parquetBytesText(Buffer.concat(held, bytes))) reader.push(text);
    return null;
  } catch (error) {
    if (error instanceof UnreadableParquet) return error.message;
    throw error;
  }
}

async function peek(body: Readable): Promise<{ first: Uint8Array; rest: Readable }> {
  const chunks = body[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
  const { value, done } = await chunks.next();
  const first = done === true ? new Uint8Array() : value;
  const rest = Readable.from(
    (async function* rejoin() {
      if (first.byteLength > 0) yield Buffer.from(first);
      for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) yield next.value;
    })(),
  );
  return { first, rest };
}

/** zlib's own verdict on the bytes, as opposed to a broken connection, which is worth another try. */
const isDamage = (error: unknown): error is Error =>
  error instanceof Error && 'code' in error && String(error.code).startsWith('Z_');
