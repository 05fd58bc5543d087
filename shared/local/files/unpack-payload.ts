import { unzipSync } from 'node:zlib';
import { zlibDamage } from './decompress.ts';
import { unpackReadable } from './readable-gzip.ts';

/** Nested payloads are a few MiB; what expands past this is no log. */
const UNPACKED_LIMIT_BYTES = 256 * 1024 * 1024;

export type Unpacked = { readonly bytes: Uint8Array; readonly damage: string | null };

/** A small gzip or zlib payload as a whole: damaged ones give what they hold. Null when it is neither, or too large. */
export function unpackPayload(packed: Uint8Array): Unpacked | null {
  try {
    return { bytes: unzipSync(packed, { maxOutputLength: UNPACKED_LIMIT_BYTES }), damage: null };
  } catch (error) {
    const damage = zlibDamage(error);
    const bytes = damage === null ? null : unpackReadable(packed, UNPACKED_LIMIT_BYTES);
    return bytes === null || bytes.length === 0 ? null : { bytes, damage };
  }
}
