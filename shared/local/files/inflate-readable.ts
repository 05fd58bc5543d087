import { crc32 } from 'node:zlib';
import { gunzipBeginning, SMALL_LIMIT_BYTES } from './decompress.ts';
import { createBitSource, damageOf, type BitSource } from './inflate-bits.ts';
import { inflateBlocks } from './inflate-blocks.ts';

/** What the engine in WebAssembly calls the same. */
const DAMAGED = 'damaged gzip';
const TRUNCATED = 'truncated gzip';
const NOT_GZIP = 'not gzip';
const WRONG_CHECKSUM = 'gzip with a wrong checksum';
const FOLLOWED = 'gzip with something else behind it';

const GZIP_MAGIC = [0x1f, 0x8b];
const DEFLATE = 8;
/** Bits of a header's flags. */
const HEADER_CHECKSUM = 2;
const EXTRA = 4;
const NAME = 8;
const COMMENT = 16;
const RESERVED = 0xe0;

type Texts = Generator<Uint8Array, string | null>;

/**
 * All that can be read of gzip with one or several members, up to its damage: for inputs that zlib has given up on.
 * Each text is good until the next. Returns what is wrong, or null.
 */
export function* readableGzip(chunks: Iterable<Uint8Array>): Texts {
  const source = createBitSource(chunks[Symbol.iterator]());
  for (let isFirst = true; ; isFirst = false) {
    const header = readGzipHeader(source, isFirst);
    if (header.kind === 'ended') return header.damage;
    const damage = yield* readableMember(source);
    if (damage !== null) return damage;
  }
}

function* readableMember(source: BitSource): Texts {
  let checksum = 0;
  let length = 0;
  const texts = inflateBlocks(source);
  let next = texts.next();
  for (; !next.done; next = texts.next()) {
    checksum = crc32(next.value, checksum);
    length += next.value.length;
    yield next.value;
  }
  if (next.value !== null) return next.value === 'damaged' ? DAMAGED : TRUNCATED;
  try {
    const [wantedChecksum, wantedLength] = [readU32(source), readU32(source)];
    return wantedChecksum === checksum && wantedLength === length % 2 ** 32 ? null : WRONG_CHECKSUM;
  } catch (error) {
    return damageOf(error) === 'truncated' ? TRUNCATED : DAMAGED;
  }
}

const readU32 = (source: BitSource): number => source.take(16) + source.take(16) * 2 ** 16;

type Header = { readonly kind: 'member' } | { readonly kind: 'ended'; readonly damage: string | null };

/** Zeros behind the last member are padding; anything else is said, as it may be a member whose beginning is damaged. */
function readGzipHeader(source: BitSource, isFirst: boolean): Header {
  const ended = (damage: string | null): Header => ({ kind: 'ended', damage });
  if (source.isAtEnd()) return ended(isFirst ? TRUNCATED : null);
  try {
    const first = source.take(8);
    if (first !== GZIP_MAGIC[0]) return ended(isFirst ? NOT_GZIP : first === 0 ? null : FOLLOWED);
    if (source.take(8) !== GZIP_MAGIC[1]) return ended(isFirst ? NOT_GZIP : FOLLOWED);
    const [method, flags] = [source.take(8), source.take(8)];
    for (let i = 0; i < 3; i += 1) source.take(16);
    if (flags & EXTRA) for (let left = source.take(16); left > 0; left -= 1) source.take(8);
    if (flags & NAME) skipText(source);
    if (flags & COMMENT) skipText(source);
    if (flags & HEADER_CHECKSUM) source.take(16);
    if (method === DEFLATE && (flags & RESERVED) === 0) return { kind: 'member' };
    return ended(isFirst ? NOT_GZIP : DAMAGED);
  } catch (error) {
    damageOf(error);
    return ended(TRUNCATED);
  }
}

function skipText(source: BitSource): void {
  while (source.take(8) !== 0);
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

/** What a small gzip that is damaged or cut holds before the damage. */
export function gunzipReadable(gzip: Uint8Array): Uint8Array {
  return gunzipBeginning(gzip) ?? joined(readableGzip([gzip]), SMALL_LIMIT_BYTES);
}

/** Up to a limit. */
export function joined(texts: Iterable<Uint8Array>, limitBytes: number): Uint8Array {
  const held: Uint8Array[] = [];
  let bytes = 0;
  for (const text of texts) {
    if (bytes + text.length > limitBytes) break;
    bytes += text.length;
    held.push(text.slice());
  }
  return Buffer.concat(held);
}

/** The same of zlib's own wrapping (RFC 1950); its checksum is left unread. Null when it is none. */
export function readableZlib(bytes: Uint8Array): Texts | null {
  const isZlib = bytes.length > 2 && ((bytes[0] as number) & 15) === DEFLATE && first16(bytes) % 31 === 0;
  return isZlib ? textsOfZlib(bytes.subarray(2)) : null;
}

const first16 = (bytes: Uint8Array): number => ((bytes[0] as number) << 8) | (bytes[1] as number);

function* textsOfZlib(deflated: Uint8Array): Texts {
  const damage = yield* inflateBlocks(createBitSource([deflated].values()));
  return damage === null ? null : `${damage} zlib`;
}
