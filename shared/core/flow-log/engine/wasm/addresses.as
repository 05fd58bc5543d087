// IPv4 addresses without a branch per digit: where the dots stand tells which shuffle puts every digit where its weight
// is. The two of a record are read side by side.

import { NINES, ZEROS } from './vectors';

export const NOT_IPV4: u64 = u64.MAX_VALUE;

const LONGEST: u32 = 15;

const DOTS = memory.data<u8>([46, 46, 46, 46, 46, 46, 46, 46, 46, 46, 46, 46, 46, 46, 46, 46]);
// Per octet: [0, hundreds, tens, ones] become one number.
const WEIGHTS = memory.data<u8>([0, 100, 10, 1, 0, 100, 10, 1, 0, 100, 10, 1, 0, 100, 10, 1]);

// For each of 3^4 ways four octets can be one to three digits long, which byte of the text goes where: four bytes per
// octet, the last octet first, as nothing, hundreds, tens and ones. 0x80 picks a zero.
const SHUFFLES = memory.data(82 * 16, 16);
// Which of the ways, plus one, has its dots and its end where the bits of the index are; 0 for all else. Of its 64 KiB
// hardly more than eighty lines of the cache are ever touched.
const WAYS = memory.data(1 << 16);

export function prepareIpv4(): void {
  memory.fill(SHUFFLES, 0x80, 82 * 16);
  for (let way: u32 = 0; way < 81; way++) {
    const shuffle = SHUFFLES + ((way + 1) << 4);
    let from: u32 = 0;
    let rest = way;
    let ends: u32 = 0;
    for (let octet: u32 = 0; octet < 4; octet++) {
      const digits = (rest % 3) + 1;
      rest /= 3;
      for (let digit: u32 = 0; digit < digits; digit++)
        store<u8>(shuffle + (3 - octet) * 4 + 3 - digit, <u8>(from + digits - 1 - digit));
      ends |= 1 << (from + digits);
      from += digits + 1;
    }
    store<u8>(WAYS + ends, <u8>(way + 1));
  }
}

// Which way the `length` ≤ 15 bytes are written.
// @ts-ignore: decorator
@inline
function wayOf(text: v128, length: u32): u32 {
  const end: u32 = 1 << length;
  const dots = <u32>i8x16.bitmask(i8x16.eq(text, v128.load(DOTS))) & (end - 1);
  return <u32>load<u8>(WAYS + (dots | end));
}

// @ts-ignore: decorator
@inline
function digitsOf(text: v128, way: u32): v128 {
  return i8x16.relaxed_swizzle(i8x16.sub(text, v128.load(ZEROS)), v128.load(SHUFFLES + (way << 4)));
}

// Four numbers, of whatever size if the digits are none: that is told by what exceeds nine.
// @ts-ignore: decorator
@inline
function octetsOf(digits: v128): v128 {
  return i32x4.relaxed_dot_i8x16_i7x16_add_s(digits, v128.load(WEIGHTS), i32x4.splat(0));
}

/**
 * The addresses in the `length1` bytes from `from1` on, in the low half, and in those from `from2` on, in the high one;
 * or NOT_IPV4 when one of them is none. Sixteen bytes of each are read.
 */
// @ts-ignore: decorator
@inline
export function twoIpv4(from1: usize, length1: u32, from2: usize, length2: u32): u64 {
  if ((length1 | length2) > LONGEST) return NOT_IPV4;
  const text1 = v128.load(from1);
  const text2 = v128.load(from2);
  const way1 = wayOf(text1, length1);
  const way2 = wayOf(text2, length2);
  if (way1 == 0 || way2 == 0) return NOT_IPV4;
  const digits1 = digitsOf(text1, way1);
  const digits2 = digitsOf(text2, way2);
  const octets = i16x8.narrow_i32x4_u(octetsOf(digits1), octetsOf(digits2));
  const nines = v128.load(NINES);
  const tooMuch = v128.or(i8x16.sub_sat_u(digits1, nines), i8x16.sub_sat_u(digits2, nines));
  if (v128.any_true(v128.or(tooMuch, i16x8.shr_u(octets, 8)))) return NOT_IPV4;
  return i64x2.extract_lane(i8x16.narrow_i16x8_u(octets, octets), 0);
}

/** One address, or NOT_IPV4. */
export function ipv4(from: usize, length: u32): u64 {
  if (length > LONGEST) return NOT_IPV4;
  const text = v128.load(from);
  const way = wayOf(text, length);
  if (way == 0) return NOT_IPV4;
  const digits = digitsOf(text, way);
  const octets = i16x8.narrow_i32x4_u(octetsOf(digits), i32x4.splat(0));
  if (v128.any_true(v128.or(i8x16.sub_sat_u(digits, v128.load(NINES)), i16x8.shr_u(octets, 8)))) return NOT_IPV4;
  return <u64><u32>i32x4.extract_lane(i8x16.narrow_i16x8_u(octets, octets), 0);
}
