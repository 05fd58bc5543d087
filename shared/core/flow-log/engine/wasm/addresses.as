// IPv4 addresses without a branch per digit: one shuffle puts every digit where its weight is.

import { take } from './memory';

export const NOT_IPV4: u64 = u64.MAX_VALUE;

// For each of 3^4 ways four octets can be one to three digits long, which byte of the text goes where: four bytes per
// octet, as nothing, hundreds, tens and ones. 0x80 picks a zero.
let shuffles: usize = 0;

export function prepareIpv4(): void {
  shuffles = take(81 * 16);
  memory.fill(shuffles, 0x80, 81 * 16);
  for (let way: u32 = 0; way < 81; way++) {
    let from: u32 = 0;
    let rest = way;
    for (let octet: u32 = 0; octet < 4; octet++) {
      const digits = (rest % 3) + 1;
      rest /= 3;
      for (let digit: u32 = 0; digit < digits; digit++)
        store<u8>(shuffles + way * 16 + octet * 4 + 3 - digit, <u8>(from + digits - 1 - digit));
      from += digits + 1;
    }
  }
}

/** The address in the `length` bytes from `from` on, or NOT_IPV4. Sixteen bytes are read. */
// @ts-ignore: decorator
@inline
export function ipv4(from: usize, length: u32): u64 {
  if (length - 7 > 8) return NOT_IPV4;
  const text = v128.load(from);
  let dots = <u32>i8x16.bitmask(i8x16.eq(text, i8x16.splat(46))) & ((1 << length) - 1);
  const first = <u32>ctz(dots);
  dots &= dots - 1;
  const second = <u32>ctz(dots);
  dots &= dots - 1;
  const third = <u32>ctz(dots);
  dots &= dots - 1;
  // With fewer than three dots some of these are 32 or more; with more, `dots` is left.
  const a = first - 1;
  const b = second - first - 2;
  const c = third - second - 2;
  const d = length - third - 2;
  if (dots != 0 || a > 2 || b > 2 || c > 2 || d > 2) return NOT_IPV4;
  const shuffle = v128.load(shuffles + ((a + b * 3 + c * 9 + d * 27) << 4));
  const digits = i8x16.swizzle(i8x16.sub(text, i8x16.splat(48)), shuffle);
  // Per octet: [0, hundreds] and [tens, ones] become hundreds and tens × 10 + ones, then one number.
  const pairs = i16x8.add(
    i16x8.mul(v128.and(digits, i16x8.splat(255)), i16x8.splat(10)),
    i16x8.shr_u(digits, 8),
  );
  const octets = i32x4.dot_i16x8_s(pairs, i16x8(100, 1, 100, 1, 100, 1, 100, 1));
  if (v128.any_true(v128.or(i8x16.gt_u(digits, i8x16.splat(9)), i32x4.gt_u(octets, i32x4.splat(255))))) return NOT_IPV4;
  const packed = i8x16.swizzle(octets, i8x16(12, 8, 4, 0, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16));
  return <u64><u32>i32x4.extract_lane(packed, 0);
}
