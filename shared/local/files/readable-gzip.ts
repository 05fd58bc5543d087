import { gunzipTexts } from '../../core/flow-log/engine/wasm-gunzip.ts';
import { gunzipBeginning, SMALL_LIMIT_BYTES } from './decompress.ts';

/**
 * What is readable of a gzip behind its first `bytes` of text. zlib does not hand over what it had put into its output
 * before it came upon a damage; so much of the text is lost as the output holds.
 */
export function* restOfGzip(gzip: Iterable<Uint8Array>, bytes: number): Generator<Uint8Array, string | null> {
  const texts = gunzipTexts(gzip);
  let left = bytes;
  let next = texts.next();
  for (; !next.done; next = texts.next()) {
    if (next.value.length > left) yield next.value.subarray(left);
    left = Math.max(0, left - next.value.length);
  }
  return next.value;
}

/** What a small gzip that is damaged or cut holds before the damage. */
export const gunzipReadable = (gzip: Uint8Array): Uint8Array =>
  gunzipBeginning(gzip) ?? joined(gunzipTexts([gzip]), SMALL_LIMIT_BYTES);

/** What a gzip or zlib payload (RFC 1952, 1950) holds before its damage, up to a limit. */
export function unpackReadable(packed: Uint8Array, limitBytes: number): Uint8Array {
  return joined(gunzipTexts(isZlib(packed) ? [GZIP_HEADER, packed.subarray(2)] : [packed]), limitBytes);
}

const DEFLATE = 8;

const isZlib = ([first = 0, second = 0]: Uint8Array): boolean =>
  (first & 15) === DEFLATE && ((first << 8) | second) % 31 === 0;

/** Behind it, zlib's own wrapping is gzip but for the checksum. */
const GZIP_HEADER = Uint8Array.of(0x1f, 0x8b, DEFLATE, 0, 0, 0, 0, 0, 0, 0);

function joined(texts: Iterable<Uint8Array>, limitBytes: number): Uint8Array {
  const held: Uint8Array[] = [];
  let bytes = 0;
  for (const text of texts) {
    if (bytes + text.length > limitBytes) break;
    bytes += text.length;
    held.push(text);
  }
  return Buffer.concat(held);
}
