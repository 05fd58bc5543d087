// IPv6 addresses: every spelling of RFC 4291 §2.2 is read, and written as RFC 5952 has it, so that one address is one text.

const COLON: u32 = 58;
const DOT: u32 = 46;
const PERCENT: u32 = 37;
const GROUPS: u32 = 8;
const NO_DIGIT: u32 = 16;
const NO_BYTE: u32 = 256;

/** The longest canonical text. */
export const IPV6_TEXT_BYTES: usize = 39;

// The eight groups of the address that was read.
const groups = memory.data(16, 8);

// @ts-ignore: decorator
@inline
function group(index: u32): u32 {
  return <u32>load<u16>(groups + (<usize>index << 1));
}

// @ts-ignore: decorator
@inline
function setGroup(index: u32, value: u32): void {
  store<u16>(groups + (<usize>index << 1), <u16>value);
}

// The byte there, zero past the end.
// @ts-ignore: decorator
@inline
function byteAt(at: usize, end: usize): u32 {
  return at < end ? <u32>load<u8>(at) : 0;
}

function digitAt(at: usize, end: usize): u32 {
  const byte = byteAt(at, end);
  if (byte - 48 < 10) return byte - 48;
  const letter = (byte | 32) - 97;
  return letter < 6 ? letter + 10 : NO_DIGIT;
}

/** Reads the `length` bytes from `from` on; what follows a `%` is left out. False when they are no IPv6 address. */
export function readIpv6(from: usize, length: u32): bool {
  let end = from + length;
  for (let at = from; at < end; at++) if (<u32>load<u8>(at) == PERCENT) end = at;
  let at = from;
  let count: u32 = 0;
  let gap: i32 = -1;
  if (byteAt(at, end) == COLON) {
    if (byteAt(at + 1, end) != COLON) return false;
    gap = 0;
    at += 2;
  }
  while (at < end) {
    // A gap stands for one group at least.
    const room = GROUPS - count - u32(gap >= 0);
    if (room == 0) return false;
    if (<u32>load<u8>(at) == COLON) {
      if (gap >= 0) return false;
      gap = count;
      at += 1;
      continue;
    }
    const first = at;
    let value: u32 = 0;
    for (let digit = digitAt(at, end); at < first + 4 && digit < NO_DIGIT; digit = digitAt(at, end)) {
      value = (value << 4) | digit;
      at += 1;
    }
    if (at == first) return false;
    if (byteAt(at, end) == DOT) {
      if (room < 2 || !readEmbeddedIpv4(first, end, count)) return false;
      count += 2;
      break;
    }
    setGroup(count, value);
    count += 1;
    if (at == end) break;
    if (<u32>load<u8>(at) != COLON || at + 1 == end) return false;
    at += 1;
  }
  if (gap < 0) return count == GROUPS;
  openGap(gap, count);
  return true;
}

// Moves the groups behind a gap to the end.
function openGap(gap: u32, count: u32): void {
  const behind = count - gap;
  for (let i: u32 = 1; i <= behind; i++) setGroup(GROUPS - i, group(count - i));
  for (let i = gap; i < GROUPS - behind; i++) setGroup(i, 0);
}

// The last two groups in decimal, up to the end: four numbers to 255, which no zero leads.
function readEmbeddedIpv4(from: usize, end: usize, index: u32): bool {
  let at = from;
  let value: u32 = 0;
  for (let part: u32 = 0; part < 4; part++) {
    if (part != 0) {
      if (byteAt(at, end) != DOT) return false;
      at += 1;
    }
    const byte = readDecimalByte(at, end);
    if (byte == NO_BYTE) return false;
    at += byte < 10 ? 1 : byte < 100 ? 2 : 3;
    value = (value << 8) | byte;
  }
  setGroup(index, value >> 16);
  setGroup(index + 1, value & 0xffff);
  return at == end;
}

function readDecimalByte(at: usize, end: usize): u32 {
  const first = digitAt(at, end);
  if (first > 9) return NO_BYTE;
  let value = first;
  let digits: usize = 1;
  for (let digit = digitAt(at + 1, end); digits < 4 && digit < 10; digit = digitAt(at + digits, end)) {
    value = value * 10 + digit;
    digits += 1;
  }
  return value > 255 || (first == 0 && digits > 1) ? NO_BYTE : value;
}

/** Whether what was read is ::ffff:0:0/96, and so an IPv4 address. */
export function isMappedIpv4(): bool {
  return load<u64>(groups) == 0 && load<u32>(groups, 8) == 0xffff0000;
}

export function mappedIpv4(): u32 {
  return (group(6) << 16) | group(7);
}

/** Writes the address that was read, and returns how long its text is: `IPV6_TEXT_BYTES` at most. */
export function spellIpv6(to: usize): u32 {
  // The first of the longest runs of two zeros and more is left out.
  let gapEnd: u32 = 0;
  let gapLength: u32 = 1;
  let run: u32 = 0;
  for (let i: u32 = 0; i < GROUPS; i++) {
    run = group(i) == 0 ? run + 1 : 0;
    if (run <= gapLength) continue;
    gapLength = run;
    gapEnd = i + 1;
  }
  let at = to;
  for (let i: u32 = 0; i < GROUPS; i++) {
    if (gapEnd != 0 && i == gapEnd - gapLength) {
      store<u16>(at, 0x3a3a);
      at += 2;
      i = gapEnd - 1;
      continue;
    }
    if (i != 0 && i != gapEnd) {
      store<u8>(at, <u8>COLON);
      at += 1;
    }
    at = spellGroup(at, group(i));
  }
  return <u32>(at - to);
}

function spellGroup(to: usize, value: u32): usize {
  const digits = <i32>(35 - clz(value | 1)) >> 2;
  for (let i = digits - 1; i >= 0; i--) {
    const digit = (value >> (<u32>(digits - 1 - i) << 2)) & 15;
    store<u8>(to + i, <u8>(digit < 10 ? digit + 48 : digit + 87));
  }
  return to + digits;
}
