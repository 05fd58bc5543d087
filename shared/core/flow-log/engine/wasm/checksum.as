// CRC-32 with tables for few of the bytes. The polynomial divides 1 + x^8·1837 + x^8·2091 + x^8·4018, so sixteen bytes may
// be struck out when they are added to what stands 1,927, 2,181 and 4,018 bytes behind them: three additions for sixteen
// bytes instead of sixteen look-ups. What remains are the last 4,018 bytes and what was added to them, and their checksum
// is that of all. Such multiples of few terms are Chorba's idea (Russell, 2024); `node bench/flow/find-multiple.ts` finds
// them.

import { take } from './memory';

// Far enough apart that what is read was written long before: a load across the ends of stores on their way would wait.
const NEAR: usize = 1927;
const MIDDLE: usize = 2181;
const FAR: usize = 4018;

const STEP: usize = 64;
// So many folded bytes are looked back on, and so many are folded before those are moved: all in the first cache.
const BEFORE_BYTES: usize = 4096;
const PIECE_BYTES: usize = 16384;
// Shorter texts gain nothing.
const SHORTEST: usize = 2 * BEFORE_BYTES;

let folded: usize = 0;
// Where the next bytes go; 0 as long as none have come.
let foldedEnd: usize = 0;
let rest: usize = 0;

// For the byte k places before the last of eight, the 256 values it adds.
const TABLES = memory.data(8 * 1024);

export function prepareChecksum(): void {
  folded = take(BEFORE_BYTES + PIECE_BYTES + FAR + 2 * STEP);
  rest = take(FAR + 2 * STEP);
  for (let value: u32 = 0; value < 256; value++) {
    let crc = value;
    for (let bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ (crc & 1 ? 0xedb88320 : 0);
    store<u32>(TABLES + (value << 2), crc);
  }
  for (let i: usize = 0; i < 7 * 1024; i += 4) {
    const crc = load<u32>(TABLES + i);
    store<u32>(TABLES + i + 1024, (crc >> 8) ^ load<u32>(TABLES + ((crc & 255) << 2)));
  }
}

export function beginChecksum(): void {
  foldedEnd = 0;
}

/**
 * Takes in text; 64 bytes after its end must be readable. Returns from where it must be given again, with what follows:
 * what is struck out is added to the next 4,018 bytes, so those wait.
 */
export function takeIn(from: usize, end: usize): usize {
  if (end - from < SHORTEST) return from;
  if (foldedEnd != 0) return foldAll(from, end);
  memory.fill(folded, 0, BEFORE_BYTES);
  foldedEnd = folded + BEFORE_BYTES;
  // A checksum begins with the inverse of its first bytes.
  store<u32>(from, ~load<u32>(from));
  const left = foldAll(from, end);
  store<u32>(from, ~load<u32>(from));
  return left;
}

/** The checksum of all text, the last of which is [from, end). */
export function endChecksum(from: usize, end: usize): u32 {
  if (foldedEnd == 0) return ~byTables(from, end - from, u32.MAX_VALUE);
  const last = end - from < FAR + STEP ? from : foldAll(from, end);
  // From here on nothing is struck out any more.
  const left = end - last;
  memory.fill(foldedEnd, 0, left + STEP);
  for (let i: usize = 0; i < left; i += 16) v128.store(rest + i, fold(last + i, foldedEnd + i));
  return ~byTables(rest, left, 0);
}

// Sixteen bytes, and what was struck out before them.
// @ts-ignore: decorator
@inline
function fold(text: usize, at: usize): v128 {
  const near = v128.xor(v128.load(text), v128.load(at - NEAR));
  return v128.xor(near, v128.xor(v128.load(at - MIDDLE), v128.load(at - FAR)));
}

// Strikes out all but the last bytes, and returns where those begin.
function foldAll(from: usize, last: usize): usize {
  const begin = folded + BEFORE_BYTES;
  const end = from + ((last - from - FAR) & ~(STEP - 1));
  let text = from;
  let at = foldedEnd;
  while (text < end) {
    if (at != begin) memory.copy(folded, at - BEFORE_BYTES, BEFORE_BYTES);
    at = begin;
    const pieceEnd = min<usize>(text + PIECE_BYTES, end);
    for (; text < pieceEnd; text += STEP, at += STEP) {
      v128.store(at, fold(text, at));
      v128.store(at, fold(text + 16, at + 16), 16);
      v128.store(at, fold(text + 32, at + 32), 32);
      v128.store(at, fold(text + 48, at + 48), 48);
    }
  }
  foldedEnd = at;
  return end;
}

// Eight bytes at a time, without the inversions before and after.
function byTables(from: usize, length: usize, before: u32): u32 {
  let crc = before;
  let at = from;
  const end = from + length;
  for (; at + 8 <= end; at += 8) {
    const word = load<u64>(at) ^ <u64>crc;
    crc = entry(7, word) ^ entry(6, word >> 8) ^ entry(5, word >> 16) ^ entry(4, word >> 24);
    crc ^= entry(3, word >> 32) ^ entry(2, word >> 40) ^ entry(1, word >> 48) ^ entry(0, word >> 56);
  }
  for (; at < end; at++) crc = (crc >> 8) ^ entry(0, <u64>(crc ^ <u32>load<u8>(at)));
  return crc;
}

// @ts-ignore: decorator
@inline
function entry(table: usize, bits: u64): u32 {
  return load<u32>(TABLES + (table << 10) + (<usize>(<u32>bits & 255) << 2));
}
