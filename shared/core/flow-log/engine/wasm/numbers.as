// Decimal numbers without a loop per digit.

import { NINES, ZEROS } from './vectors';

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

/** The number in the `length` (1 to 15) bytes before `end`, or NOT_A_NUMBER; so are other lengths. */
export function upTo15Digits(end: usize, length: u32): u64 {
  if (length - 1 < 8) return upTo8Digits(end, length);
  if (length - 1 > 14) return NOT_A_NUMBER;
  const low = upTo8Digits(end, 8);
  const high = upTo8Digits(end - 8, length - 8);
  if (<i64>(low | high) < 0) return NOT_A_NUMBER;
  return high * 100000000 + low;
}

// For each length from 0 to 8, eight bytes that keep that many of the last.
const MASKS = memory.data(9 * 8);

export function prepareNumbers(): void {
  for (let length: u32 = 1; length <= 8; length++)
    store<u64>(MASKS + (length << 3), u64.MAX_VALUE << <u64>(64 - (length << 3)));
}

const TENS = memory.data<u8>([10, 1, 10, 1, 10, 1, 10, 1, 10, 1, 10, 1, 10, 1, 10, 1]);
const HUNDREDS = memory.data<u16>([100, 1, 100, 1, 100, 1, 100, 1]);
const MYRIADS = memory.data<u16>([10000, 1, 10000, 1, 10000, 1, 10000, 1]);

// The digits of two numbers, eight bytes each; lengths of 1 to 8.
// @ts-ignore: decorator
@inline
function digitsOfTwo(end1: usize, length1: u32, end2: usize, length2: u32): v128 {
  const text = v128.load64_lane(end2 - 8, v128.load64_splat(end1 - 8), 1);
  const mask = v128.load64_lane(MASKS + (length2 << 3), v128.load64_splat(MASKS + (length1 << 3)), 1);
  return v128.and(i8x16.sub(text, v128.load(ZEROS)), mask);
}

// Four lanes: the first four and the last four digits of each of the two.
// @ts-ignore: decorator
@inline
function foursOf(digits: v128): v128 {
  return i32x4.dot_i16x8_s(i16x8.relaxed_dot_i8x16_i7x16_s(digits, v128.load(TENS)), v128.load(HUNDREDS));
}

/**
 * Two numbers of up to 8 digits at once, the first in the low half of the result; NOT_A_NUMBER when one of them is none.
 * Lengths past 8 are none too.
 */
// @ts-ignore: decorator
@inline
export function twoNumbers(end1: usize, length1: u32, end2: usize, length2: u32): u64 {
  if (((length1 - 1) | (length2 - 1)) >= 8) return NOT_A_NUMBER;
  const digits = digitsOfTwo(end1, length1, end2, length2);
  if (v128.any_true(i8x16.sub_sat_u(digits, v128.load(NINES)))) return NOT_A_NUMBER;
  const fours = foursOf(digits);
  return i64x2.extract_lane(i32x4.dot_i16x8_s(i16x8.narrow_i32x4_s(fours, fours), v128.load(MYRIADS)), 0);
}

/** Four numbers of up to 8 digits at once, as four u32 lanes; all bits are set when one of them is none. */
// @ts-ignore: decorator
@inline
export function fourNumbers(
  end1: usize,
  length1: u32,
  end2: usize,
  length2: u32,
  end3: usize,
  length3: u32,
  end4: usize,
  length4: u32,
): v128 {
  if (((length1 - 1) | (length2 - 1) | (length3 - 1) | (length4 - 1)) >= 8) return i32x4.splat(-1);
  const digits12 = digitsOfTwo(end1, length1, end2, length2);
  const digits34 = digitsOfTwo(end3, length3, end4, length4);
  const nines = v128.load(NINES);
  if (v128.any_true(v128.or(i8x16.sub_sat_u(digits12, nines), i8x16.sub_sat_u(digits34, nines))))
    return i32x4.splat(-1);
  return i32x4.dot_i16x8_s(i16x8.narrow_i32x4_s(foursOf(digits12), foursOf(digits34)), v128.load(MYRIADS));
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
