import { constants, createGunzip, gunzipSync, unzipSync } from 'node:zlib';
import { readableGzip, readableZlib } from './inflate-readable.ts';

/** zlib's default of 16 KiB makes a stream cost four times as much. */
const CHUNK_BYTES = 256 * 1024;

/** Nested payloads are a few MiB; what expands past this is no log. */
const UNPACKED_LIMIT_BYTES = 256 * 1024 * 1024;

/** By its first bytes. */
export const isGzip = (first: Uint8Array): boolean => first[0] === 0x1f && first[1] === 0x8b;

export type Decompressed = { readonly damage: string | null };

/** The same bytes once more, for what zlib threw away; null where they can no longer be had. */
export type Again = () => Iterable<Uint8Array> | null;

/**
 * Inflates gzip of one or several members. What was readable before a damage or a cut is yielded; the returned value
 * says what went wrong, if anything did.
 */
export async function* gunzipChunks(
  source: AsyncIterable<Uint8Array>,
  again: Again,
  chunkBytes = CHUNK_BYTES,
): AsyncGenerator<Uint8Array, Decompressed> {
  const inflate = createGunzip({ chunkSize: chunkBytes });
  const closed = new Promise<void>((resolve) => inflate.once('close', () => resolve()));
  // A write whose bytes turn out to be damaged is never called back.
  const write = (chunk: Uint8Array): Promise<void> =>
    Promise.race([closed, new Promise<void>((resolve) => inflate.write(chunk, () => resolve()))]);
  // Each chunk is awaited and the end is told apart: zlib drops its last output when the end of a cut file comes with it.
  const feed = async (): Promise<void> => {
    for await (const chunk of source) {
      await write(chunk);
      if (inflate.destroyed) return;
    }
    inflate.end();
  };
  const fed = feed().catch((error: unknown) => {
    inflate.destroy(error instanceof Error ? error : new Error(String(error)));
  });
  let bytes = 0;
  try {
    for await (const chunk of inflate) {
      bytes += (chunk as Uint8Array).length;
      yield chunk as Uint8Array;
    }
    return { damage: null };
  } catch (error) {
    const damage = zlibDamage(error);
    if (damage === null) throw error;
    const rest = damage === TRUNCATED ? null : again();
    return { damage: rest === null ? damage : yield* restOfGzip(rest, bytes) };
  } finally {
    inflate.destroy();
    await fed;
  }
}

/**
 * What is readable of a gzip behind its first `bytes` of text. zlib does not hand over what it had put into its output
 * before it came upon a damage; so much of the text is lost as the output holds.
 */
export function* restOfGzip(gzip: Iterable<Uint8Array>, bytes: number): Generator<Uint8Array, string | null> {
  const texts = readableGzip(gzip);
  let left = bytes;
  let next = texts.next();
  for (; !next.done; next = texts.next()) {
    if (next.value.length > left) yield next.value.slice(left);
    left = Math.max(0, left - next.value.length);
  }
  return next.value;
}

/** Of a cut file nothing is lost: all output was handed over before its end was told. */
export const TRUNCATED = 'truncated gzip';

/** What zlib says of a damaged input, or null when the error is not about the input. */
export function zlibDamage(error: unknown): string | null {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  if (code === 'Z_BUF_ERROR') return TRUNCATED;
  return code === 'Z_DATA_ERROR' || code === 'Z_NEED_DICT' ? 'damaged gzip' : null;
}

/** What a small file may expand to in one step. */
const SMALL_LIMIT_BYTES = 24 * 1024 * 1024;

/** All of a small gzip in one step; null when it is damaged, cut or expands too far: `gunzipChunks` reads what it can. */
export function gunzipSmall(gzip: Uint8Array): Uint8Array | null {
  try {
    return gunzipSync(gzip, { chunkSize: promisedRoom(gzip), maxOutputLength: SMALL_LIMIT_BYTES });
  } catch {
    return null;
  }
}

/** What a small gzip that is damaged or cut holds before the damage. */
export function gunzipReadable(gzip: Uint8Array): Uint8Array {
  return beginningOf(gzip) ?? joined(readableGzip([gzip]), SMALL_LIMIT_BYTES);
}

function joined(texts: Iterable<Uint8Array>, limitBytes: number): Uint8Array {
  const held: Uint8Array[] = [];
  let bytes = 0;
  for (const text of texts) {
    if (bytes + text.length > limitBytes) break;
    bytes += text.length;
    held.push(text.slice());
  }
  return Buffer.concat(held);
}

function beginningOf(gzip: Uint8Array): Uint8Array | null {
  try {
    return gunzipSync(gzip, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: SMALL_LIMIT_BYTES });
  } catch {
    return null;
  }
}

const LEAST_ROOM_BYTES = 1024;

/** What the last member's own end says of its length; it may lie, and several members are longer. */
function promisedRoom({ buffer, byteOffset, length }: Uint8Array): number {
  const promised = length < 18 ? 0 : new DataView(buffer, byteOffset).getUint32(length - 4, true);
  return Math.min(CHUNK_BYTES, Math.max(LEAST_ROOM_BYTES, promised + 1));
}

export type Unpacked = { readonly bytes: Uint8Array; readonly damage: string | null };

/** A small gzip or zlib payload as a whole: damaged ones give what they hold. Null when it is neither, or too large. */
export function unpackPayload(packed: Uint8Array): Unpacked | null {
  try {
    return { bytes: unzipSync(packed, { maxOutputLength: UNPACKED_LIMIT_BYTES }), damage: null };
  } catch (error) {
    const damage = zlibDamage(error);
    const texts = isGzip(packed) ? readableGzip([packed]) : readableZlib(packed);
    const bytes = damage === null || texts === null ? EMPTY : joined(texts, UNPACKED_LIMIT_BYTES);
    return bytes.length === 0 ? null : { bytes, damage };
  }
}

const EMPTY = new Uint8Array(0);
