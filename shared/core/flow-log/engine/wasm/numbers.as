// Decimal numbers without a loop per digit.

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
