// Where columns and lines end, for a whole window of text at once: 64 bytes become one bit mask, and the mask's bits
// become positions. Knowing them all beforehand is what lets the fields be read without a branch per byte.

import { take } from './memory';

/** Positions (u32 addresses) of every byte up to 0x20: spaces, newlines, and what else splits words. */
export let separators: usize = 0;
/** For each newline its ordinal among the separators, plus one. */
export let newlines: usize = 0;
export let newlineCount: usize = 0;
/** True when two separators stand side by side, other than before a newline: some column may be empty. */
export let hasGaps: bool = false;

export function prepareSeparators(windowBytes: usize): void {
  // Every byte may be a separator; four positions are written at a time, so a few go beyond.
  separators = take((windowBytes + 64) * 4) + 16;
  newlines = take((windowBytes + 64) * 4);
}

// Loaded, as those of vectors.as are.
const SPACES = memory.data<u8>([32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32]);
const NEWLINES = memory.data<u8>([10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10]);

// @ts-ignore: decorator
@inline
function maskOf(a: v128, b: v128, c: v128, d: v128): u64 {
  return (
    <u64><u32>i8x16.bitmask(a) |
    (<u64><u32>i8x16.bitmask(b) << 16) |
    (<u64><u32>i8x16.bitmask(c) << 32) |
    (<u64><u32>i8x16.bitmask(d) << 48)
  );
}

/** Indexes [from, end); 64 bytes after `end` must be readable. */
export function findSeparators(from: usize, end: usize): void {
  const space = v128.load(SPACES);
  const newline = v128.load(NEWLINES);
  let out = separators;
  let lines = newlines;
  let gaps: u64 = 0;
  // A window begins where a line does.
  let before: u64 = 1;
  for (let at = from; at < end; at += 64) {
    const a = v128.load(at);
    const b = v128.load(at, 16);
    const c = v128.load(at, 32);
    const d = v128.load(at, 48);
    let found = maskOf(i8x16.le_u(a, space), i8x16.le_u(b, space), i8x16.le_u(c, space), i8x16.le_u(d, space));
    let breaks = maskOf(i8x16.eq(a, newline), i8x16.eq(b, newline), i8x16.eq(c, newline), i8x16.eq(d, newline));
    if (end - at < 64) {
      const inside = ((<u64>1) << <u64>(end - at)) - 1;
      found &= inside;
      breaks &= inside;
    }
    gaps |= found & ((found << 1) | before) & ~breaks;
    before = found >> 63;
    const ordinal = <u32>((out - separators) >> 2);
    while (breaks != 0) {
      store<u32>(lines, ordinal + <u32>popcnt(found & (breaks ^ (breaks - 1))));
      lines += 4;
      breaks &= breaks - 1;
    }
    const next = out + (<usize>popcnt(found) << 2);
    const base = <u32>at;
    while (out < next) {
      store<u32>(out, base + <u32>ctz(found));
      found &= found - 1;
      store<u32>(out, base + <u32>ctz(found), 4);
      found &= found - 1;
      store<u32>(out, base + <u32>ctz(found), 8);
      found &= found - 1;
      store<u32>(out, base + <u32>ctz(found), 12);
      found &= found - 1;
      out += 16;
    }
    out = next;
  }
  newlineCount = (lines - newlines) >> 2;
  hasGaps = gaps != 0;
}
