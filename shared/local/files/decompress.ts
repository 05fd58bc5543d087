import { constants, createGunzip, gunzipSync, unzipSync } from 'node:zlib';

/** zlib's default of 16 KiB makes a stream cost four times as much. */
const CHUNK_BYTES = 256 * 1024;

/** Nested payloads are a few MiB; what expands past this is no log. */
const UNPACKED_LIMIT_BYTES = 256 * 1024 * 1024;

/** By its first bytes. */
export const isGzip = (first: Uint8Array): boolean => first[0] === 0x1f && first[1] === 0x8b;

export type Decompressed = { readonly damage: string | null };

/**
 * Inflates gzip of one or several members. What was readable before a damage or a cut is yielded; the returned value
 * says what went wrong, if anything did.
 */
export async function* gunzipChunks(
  source: AsyncIterable<Uint8Array>,
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
  try {
    for await (const chunk of inflate) yield chunk as Uint8Array;
    return { damage: null };
  } catch (error) {
    const damage = zlibDamage(error);
    if (damage === null) throw error;
    return { damage };
  } finally {
    inflate.destroy();
    await fed;
  }
}

/** What zlib says of a damaged input, or null when the error is not about the input. */
export function zlibDamage(error: unknown): string | null {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  if (code === 'Z_BUF_ERROR') return 'truncated gzip';
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

/**
 * What a small gzip that is damaged or cut holds before the damage: the text of the longest beginning that zlib does not
 * complain of. A stream loses what it had not handed over yet, which of a small gzip is all.
 */
export function gunzipReadable(gzip: Uint8Array): Uint8Array {
  const whole = beginningOf(gzip);
  if (whole !== null) return whole;
  let text: Uint8Array = new Uint8Array(0);
  for (let good = 0, bad = gzip.length; bad - good > 1;) {
    const middle = (good + bad) >>> 1;
    const found = beginningOf(gzip.subarray(0, middle));
    if (found === null) bad = middle;
    else [good, text] = [middle, found];
  }
  return text;
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

/** A small gzip or zlib payload as a whole: truncated ones give what they hold. Null when it is neither, or too large. */
export function unpackPayload(bytes: Uint8Array): Uint8Array | null {
  try {
    return unzipSync(bytes, { maxOutputLength: UNPACKED_LIMIT_BYTES, finishFlush: constants.Z_SYNC_FLUSH });
  } catch {
    return null;
  }
}
