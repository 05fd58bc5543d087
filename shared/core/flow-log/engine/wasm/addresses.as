// IPv4 addresses without a branch per digit: where the dots stand tells which shuffle puts every digit where its weight
// is.

import { take } from './memory';

export const NOT_IPV4: u64 = u64.MAX_VALUE;

const SHORTEST: u32 = 7;
const LONGEST: u32 = 15;

// For each of 3^4 ways four octets can be one to three digits long, which byte of the text goes where: four bytes per
// octet, as nothing, hundreds, tens and ones. 0x80 picks a zero.
let shuffles: usize = 0;
// Which of the ways, plus one, has its dots and its end where the bits of the index are; 0 for all else. Of its 64 KiB
// hardly more than eighty lines of the cache are ever touched.
let ways: usize = 0;

export function prepareIpv4(): void {
  shuffles = take(82 * 16);
  memory.fill(shuffles, 0x80, 82 * 16);
  ways = take(1 << (LONGEST + 1));
  for (let way: u32 = 0; way < 81; way++) {
    const shuffle = shuffles + ((way + 1) << 4);
    let from: u32 = 0;
    let rest = way;
    let ends: u32 = 0;
    for (let octet: u32 = 0; octet < 4; octet++) {
      const digits = (rest % 3) + 1;
      rest /= 3;
      for (let digit: u32 = 0; digit < digits; digit++)
        store<u8>(shuffle + octet * 4 + 3 - digit, <u8>(from + digits - 1 - digit));
      ends |= 1 << (from + digits);
      from += digits + 1;
    }
    store<u8>(ways + ends, <u8>(way + 1));
  }
}

/** The address in the `length` bytes from `from` on, or NOT_IPV4. Sixteen bytes are read. */
// @ts-ignore: decorator
@inline
export function ipv4(from: usize, length: u32): u64 {
  if (length - SHORTEST > LONGEST - SHORTEST) return NOT_IPV4;
  const text = v128.load(from);
  const end: u32 = 1 << length;
  const dots = <u32>i8x16.bitmask(i8x16.eq(text, i8x16.splat(46))) & (end - 1);
  const way = <u32>load<u8>(ways + (dots | end));
  if (way == 0) return NOT_IPV4;
  const digits = i8x16.swizzle(i8x16.sub(text, i8x16.splat(48)), v128.load(shuffles + (way << 4)));
  // Per octet: [0, hundreds, tens, ones] become one number. What is no digit may come to anything, and is refused below.
  const weights = i8x16(0, 100, 10, 1, 0, 100, 10, 1, 0, 100, 10, 1, 0, 100, 10, 1);
  const octets = i32x4.relaxed_dot_i8x16_i7x16_add_s(digits, weights, i32x4.splat(0));
  if (v128.any_true(v128.or(i8x16.gt_u(digits, i8x16.splat(9)), i32x4.gt_u(octets, i32x4.splat(255))))) return NOT_IPV4;
  const packed = i8x16.swizzle(octets, i8x16(12, 8, 4, 0, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16));
  return <u64><u32>i32x4.extract_lane(packed, 0);
}
