// AssemblyScript (WebAssembly SIMD), compiled by bench/signatures/build-needle-scan.ts into needle-scan-wasm.ts.
//
// Finds the lines that hold one of a few hundred texts, without regard to ASCII case, at memory speed. After "Teddy" of
// Hyperscan: four bytes of every needle, its fingerprint, are looked up for 32 positions at a time by their half-bytes
// in eight buckets at once; only where all four agree in one bucket is a needle compared byte by byte.

const MASKS: usize = 0; // for each of four bytes: 16 bytes by low half, 16 by high half; a bit per bucket
const TABLE: usize = 0x1000; // u16 first entry by fingerprint hash
const TABLE_BITS: u32 = 10;
const ENTRIES: usize = 0x2000; // 16 bytes: u32 fingerprint, u32 needle address, u16 length, u16 offset, u16 next
const HITS: usize = 0x10000; // u32 offsets from the text's start
const HITS_LIMIT: u32 = 16384;
const TEXT: usize = 0x20000;

const NEWLINE: u8 = 10;

@inline function folded(byte: u32): u32 {
  return byte >= 65 && byte <= 90 ? byte | 32 : byte;
}

/** Four bytes with their ASCII capitals made small, all at once. */
@inline function foldedWord(at: usize): u32 {
  const word = load<u32>(at);
  const low = word & 0x7f7f7f7f;
  const fromA = low + 0x3f3f3f3f; // bit 7 set from 'A' on
  const afterZ = low + 0x25252525; // bit 7 set after 'Z'
  return word | (((fromA ^ afterZ) & ~word & 0x80808080) >> 2);
}

/** The buckets that have a byte with these halves in one place of a fingerprint; halves are below 16. */
@inline function bucketsOf(lows: v128, highs: v128, low: v128, high: v128): v128 {
  return v128.and(i8x16.relaxed_swizzle(low, lows), i8x16.relaxed_swizzle(high, highs));
}

/** True when a needle whose fingerprint begins at `at` lies wholly within [TEXT, end). */
function isNeedle(at: usize, end: usize): bool {
  const fingerprint = foldedWord(at);
  let entry: u32 = load<u16>(TABLE + ((<usize>((fingerprint * 2654435761) >> (32 - TABLE_BITS))) << 1));
  while (entry != 0) {
    const place = ENTRIES + (<usize>entry << 4);
    if (load<u32>(place) == fingerprint) {
      const needle: usize = load<u32>(place, 4);
      const length: usize = load<u16>(place, 8);
      const start = at - <usize>load<u16>(place, 10);
      if (start >= TEXT && start + length <= end) {
        let index: usize = 0;
        while (index < length && folded(load<u8>(start + index)) == <u32>load<u8>(needle + index)) index++;
        if (index == length) return true;
      }
    }
    entry = load<u16>(place, 12);
  }
  return false;
}

/** The address of the next newline at or after `at`, or `end`. */
function lineEnd(at: usize, end: usize): usize {
  const newline = i8x16.splat(NEWLINE);
  while (at + 16 <= end) {
    const found = i8x16.bitmask(i8x16.eq(v128.load(at), newline));
    if (found) return at + ctz(found);
    at += 16;
  }
  while (at < end && load<u8>(at) != NEWLINE) at++;
  return at;
}

/**
 * Writes for each line of the text that holds a needle where one is, ascending, and returns how many. `from` and
 * `length` count from the text's start; after HITS_LIMIT hits it stops, to be called again from the line after the last.
 */
export function scan(from: u32, length: u32): u32 {
  const end = TEXT + length;
  const low0 = v128.load(MASKS), high0 = v128.load(MASKS, 16);
  const low1 = v128.load(MASKS, 32), high1 = v128.load(MASKS, 48);
  const low2 = v128.load(MASKS, 64), high2 = v128.load(MASKS, 80);
  const low3 = v128.load(MASKS, 96), high3 = v128.load(MASKS, 112);
  const none = i8x16.splat(0);
  const half = i8x16.splat(15);
  // What the three bytes before `at` match in the first three places.
  let before0 = none, before1 = none, before2 = none;
  let hits: u32 = 0;
  let skipTo: usize = 0;
  for (let at = TEXT + from; at < end; at += 32) {
    const bytesA = v128.load(at), bytesB = v128.load(at, 16);
    const lowsA = v128.and(bytesA, half), highsA = i8x16.shr_u(bytesA, 4);
    const lowsB = v128.and(bytesB, half), highsB = i8x16.shr_u(bytesB, 4);
    const a0 = bucketsOf(lowsA, highsA, low0, high0), b0 = bucketsOf(lowsB, highsB, low0, high0);
    const a1 = bucketsOf(lowsA, highsA, low1, high1), b1 = bucketsOf(lowsB, highsB, low1, high1);
    const a2 = bucketsOf(lowsA, highsA, low2, high2), b2 = bucketsOf(lowsB, highsB, low2, high2);
    const a3 = bucketsOf(lowsA, highsA, low3, high3), b3 = bucketsOf(lowsB, highsB, low3, high3);
    // Each place moved so that a fingerprint's four bytes meet where its last one stands.
    const a = v128.and(v128.and(shifted3(before0, a0), shifted2(before1, a1)), v128.and(shifted1(before2, a2), a3));
    const b = v128.and(v128.and(shifted3(a0, b0), shifted2(a1, b1)), v128.and(shifted1(a2, b2), b3));
    before0 = b0;
    before1 = b1;
    before2 = b2;
    if (!v128.any_true(v128.or(a, b))) continue;
    let places = <u32>i8x16.bitmask(i8x16.ne(a, none)) | ((<u32>i8x16.bitmask(i8x16.ne(b, none))) << 16);
    while (places) {
      const place = at + ctz(places) - 3;
      places &= places - 1;
      if (place < skipTo || place >= end || !isNeedle(place, end)) continue;
      store<u32>(HITS + (<usize>hits << 2), <u32>(place - TEXT));
      hits++;
      if (hits == HITS_LIMIT) return hits;
      skipTo = lineEnd(place, end);
    }
  }
  return hits;
}

/** The last bytes of `before` in front of the first ones of `now`. */
@inline function shifted1(before: v128, now: v128): v128 {
  return i8x16.shuffle(before, now, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30);
}
@inline function shifted2(before: v128, now: v128): v128 {
  return i8x16.shuffle(before, now, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29);
}
@inline function shifted3(before: v128, now: v128): v128 {
  return i8x16.shuffle(before, now, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28);
}

@inline function isContinuation(byte: u32): bool {
  return byte == 32 || byte <= 13 || byte == 125 || byte == 41 || byte == 93;
}

/** Newlines that the last `count` saw. */
export let lines: u32 = 0;

/**
 * How many lines of [from, length) begin with something else than white space or a closing bracket: about the number of
 * log events. `from` must be the start of a line. Counts newlines on the way.
 */
export function count(from: u32, length: u32): u32 {
  const end = TEXT + length;
  let at = TEXT + from;
  let starts: u32 = at < end && !isContinuation(load<u8>(at)) ? 1 : 0;
  let newlines: u32 = 0;
  const newline = i8x16.splat(NEWLINE);
  while (at + 65 <= end) {
    const a = i8x16.eq(v128.load(at), newline), b = i8x16.eq(v128.load(at, 16), newline);
    const c = i8x16.eq(v128.load(at, 32), newline), d = i8x16.eq(v128.load(at, 48), newline);
    // Most pieces of 64 bytes hold no newline or one.
    if (v128.any_true(v128.or(v128.or(a, b), v128.or(c, d)))) {
      let places =
        <u64>i8x16.bitmask(a) | (<u64>i8x16.bitmask(b) << 16) | (<u64>i8x16.bitmask(c) << 32) | (<u64>i8x16.bitmask(d) << 48);
      newlines += <u32>popcnt(places);
      while (places) {
        if (!isContinuation(load<u8>(at + <usize>ctz(places), 1))) starts++;
        places &= places - 1;
      }
    }
    at += 64;
  }
  while (at < end) {
    if (load<u8>(at) == NEWLINE) {
      newlines++;
      if (at + 1 < end && !isContinuation(load<u8>(at, 1))) starts++;
    }
    at++;
  }
  lines = newlines;
  return starts;
}
