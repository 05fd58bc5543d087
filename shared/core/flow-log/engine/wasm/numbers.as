// Decimal numbers without a loop per digit.

import { take } from './memory';

export const NOT_A_NUMBER: u64 = u64.MAX_VALUE;

/**
 * The number in the `length` (1 to 8) bytes before `end`, or NOT_A_NUMBER. Eight bytes are read at once, those before the
 * number are masked away, and pairs, fours and eights of digits are summed in three multiplications.
 */
// @ts-ignore: decorator
@inline
export function upTo8Digits(end: usize, length: u32): u64 {
  let x = (load<u64>(end - 8) ^ 0x3030303030303030) & (u64.MAX_VALUE << <u64>(64 - (length << 3)));
  if (((x + 0x7676767676767676) | x) & 0x8080808080808080) return NOT_A_NUMBER;
  x = (x * 2561) >> 8;
  x = ((x & 0x00ff00ff00ff00ff) * 6553601) >> 16;
  return ((x & 0x0000ffff0000ffff) * 42949672960001) >> 32;
}

/** The number in [from, end) of 1 to 15 digits, or NOT_A_NUMBER. */
// @ts-ignore: decorator
@inline
export function upTo15Digits(from: usize, end: usize): u64 {
  const length = <u32>(end - from);
  if (length - 1 < 8) return upTo8Digits(end, length);
  if (length - 1 > 14) return NOT_A_NUMBER;
  const low = upTo8Digits(end, 8);
  const high = upTo8Digits(end - 8, length - 8);
  if (<i64>(low | high) < 0) return NOT_A_NUMBER;
  return high * 100000000 + low;
}

// For each length from 0 to 8, eight bytes that keep that many of the last.
let masks: usize = 0;

export function prepareNumbers(): void {
  masks = take(9 * 8);
  for (let length: u32 = 1; length <= 8; length++)
    store<u64>(masks + (length << 3), u64.MAX_VALUE << <u64>(64 - (length << 3)));
}

/**
 * Two numbers of up to 8 digits at once, the first in the low half of the result; NOT_A_NUMBER when one of them is none.
 * Lengths past 8 are none too.
 */
// @ts-ignore: decorator
@inline
export function twoNumbers(end1: usize, length1: u32, end2: usize, length2: u32): u64 {
  if ((length1 - 1) >= 8 || (length2 - 1) >= 8) return NOT_A_NUMBER;
  const text = v128.load64_lane(end2 - 8, v128.load64_splat(end1 - 8), 1);
  const mask = v128.load64_lane(masks + (length2 << 3), v128.load64_splat(masks + (length1 << 3)), 1);
  const digits = v128.and(i8x16.sub(text, i8x16.splat(48)), mask);
  if (v128.any_true(i8x16.gt_u(digits, i8x16.splat(9)))) return NOT_A_NUMBER;
  const pairs = i16x8.relaxed_dot_i8x16_i7x16_s(digits, i8x16(10, 1, 10, 1, 10, 1, 10, 1, 10, 1, 10, 1, 10, 1, 10, 1));
  const fours = i32x4.dot_i16x8_s(pairs, i16x8(100, 1, 100, 1, 100, 1, 100, 1));
  const first = <u32>i32x4.extract_lane(fours, 0) * 10000 + <u32>i32x4.extract_lane(fours, 1);
  const second = <u32>i32x4.extract_lane(fours, 2) * 10000 + <u32>i32x4.extract_lane(fours, 3);
  return <u64>first | (<u64>second << 32);
}

/** One to three digits, mostly one or two: protocols and flags. Past 999, or no number: something larger. */
// @ts-ignore: decorator
@inline
export function upTo3Digits(from: usize, length: u32): u32 {
  const ones = <u32>load<u8>(from + length - 1) - 48;
  if (length == 1) return ones > 9 ? 1000 : ones;
  const tens = <u32>load<u8>(from + length - 2) - 48;
  if (ones > 9 || tens > 9) return 1000;
  if (length == 2) return tens * 10 + ones;
  const hundreds = <u32>load<u8>(from) - 48;
  return length == 3 && hundreds <= 9 ? hundreds * 100 + tens * 10 + ones : 1000;
}
