import { constants, createGunzip, gunzipSync } from 'node:zlib';

/** zlib's default of 16 KiB makes a stream cost four times as much. */
const CHUNK_BYTES = 256 * 1024;

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
    return { damage: rest === null ? damage : yield* await restOfGzip(rest, bytes) };
  } finally {
    inflate.destroy();
    await fed;
  }
}

/** Few files are damaged: the others do not wait for what reads these. */
const restOfGzip = async (gzip: Iterable<Uint8Array>, bytes: number): Promise<Generator<Uint8Array, string | null>> =>
  (await import('./readable-gzip.ts')).restOfGzip(gzip, bytes);

/** Of a cut file nothing is lost: all output was handed over before its end was told. */
export const TRUNCATED = 'truncated gzip';

/** What zlib says of a damaged input, or null when the error is not about the input. */
export function zlibDamage(error: unknown): string | null {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  if (code === 'Z_BUF_ERROR') return TRUNCATED;
  return code === 'Z_DATA_ERROR' || code === 'Z_NEED_DICT' ? 'damaged gzip' : null;
}

/** What a small file may expand to in one step. */
export const SMALL_LIMIT_BYTES = 24 * 1024 * 1024;

/** All of a small gzip in one step; null when it is damaged, cut or expands too far: `gunzipChunks` reads what it can. */
export function gunzipSmall(gzip: Uint8Array): Uint8Array | null {
  try {
    return gunzipSync(gzip, { chunkSize: promisedRoom(gzip), maxOutputLength: SMALL_LIMIT_BYTES });
  } catch {
    return null;
  }
}

/** Thousands of files are asked what they are: zlib's default would leave 16 KiB of garbage for each. */
const BEGINNING_CHUNK_BYTES = 4096;

/** The text that so much of a small gzip holds, cut anywhere; null when it is damaged before that. */
export function gunzipBeginning(gzip: Uint8Array): Uint8Array | null {
  try {
    return gunzipSync(gzip, {
      finishFlush: constants.Z_SYNC_FLUSH,
      chunkSize: BEGINNING_CHUNK_BYTES,
      maxOutputLength: SMALL_LIMIT_BYTES,
    });
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
