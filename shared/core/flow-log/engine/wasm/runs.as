// Rows as bytes, by partition: see run-format.ts for what they mean. A full buffer goes to the host.

import { boundRow, boundRows } from './bounds';
import { hashOfId, textOfId } from './address-ids';
import { take } from './memory';
import { formOf, IN_USE, listSlots, NIBBLES, portWord, sizeOf } from './ports';
import { HAS_VIA, INFERRED, LOCAL_IS_ID, REMOTE_IS_ID, ROW_BYTES, rowCount, rows, VIA_IS_ID } from './rows';

const PARTITIONS: u32 = 256;
export const PARTITION_BITS: u32 = 8;
export const BUCKET_BITS: u32 = 12;
// One for each partition; longer records go to the host at once.
const BUFFER_BYTES: usize = 16 * 1024;
export const BITMAP_BYTES: usize = 8192;
/** What a record takes at most besides its ports. */
const HEAD_BYTES: usize = 3 * 46 + 20 * 8 + 16;
const LIST_LIMIT: u32 = 4096;

export const TAG_COVERAGE: u32 = 1;
export const TAG_VIA: u32 = 2;
export const TAG_LOCAL_TEXT: u32 = 4;
export const TAG_REMOTE_TEXT: u32 = 8;
export const TAG_VIA_TEXT: u32 = 16;
export const TAG_INFERRED: u32 = 32;
export const TAG_OVERLAP: u32 = 64;
export const TAG_LIFETIMES: u32 = 128;

// @ts-ignore: decorator
@external("host", "run")
declare function hostRun(partition: u32, from: usize, length: usize): void;

let buffers: usize = 0;
let ends: usize = 0;
let longRecord: usize = 0;

export function prepareRuns(): void {
  buffers = take(<usize>PARTITIONS * BUFFER_BYTES);
  ends = take(<usize>PARTITIONS * 4);
  longRecord = take(HEAD_BYTES + 4 * BITMAP_BYTES);
}

/** Which bucket a pair of addresses belongs to, whichever is which: its upper bits are the partition. */
// @ts-ignore: decorator
@inline
export function pairBucket(local: u32, remote: u32): u32 {
  const hash = ((local + remote) * 0x9e3779b1) ^ ((local ^ remote) * 0x85ebca6b);
  return ((hash ^ (hash >> 15)) * 0x27d4eb2f) >> (32 - BUCKET_BITS);
}

// @ts-ignore: decorator
@inline
export function pairPartition(local: u32, remote: u32): u32 {
  return pairBucket(local, remote) >> (BUCKET_BITS - PARTITION_BITS);
}

// @ts-ignore: decorator
@inline
export function hashAddress(address: u32, isId: u32): u32 {
  return isId ? hashOfId(address) : address;
}

function flushOne(partition: u32): void {
  const end = load<u32>(ends + (<usize>partition << 2));
  if (end == 0) return;
  hostRun(partition, buffers + <usize>partition * BUFFER_BYTES, end);
  store<u32>(ends + (<usize>partition << 2), 0);
}

export function flushRuns(): void {
  for (let partition: u32 = 0; partition < PARTITIONS; partition++) flushOne(partition);
}

function room(partition: u32, bytes: usize): usize {
  if (<usize>load<u32>(ends + (<usize>partition << 2)) + bytes > BUFFER_BYTES) flushOne(partition);
  return buffers + <usize>partition * BUFFER_BYTES + <usize>load<u32>(ends + (<usize>partition << 2));
}

function written(partition: u32, to: usize): void {
  store<u32>(ends + (<usize>partition << 2), <u32>(to - buffers - <usize>partition * BUFFER_BYTES));
}

export function writeCoverage(minute: u32, place: u32, records: u32, noData: u32, skipData: u32): void {
  let to = room(0, HEAD_BYTES);
  store<u8>(to, <u8>TAG_COVERAGE);
  store<u32>(to, minute, 1);
  to = putVarint(to + 5, place);
  to = putVarint(to, records);
  to = putVarint(to, noData);
  written(0, putVarint(to, skipData));
}

export function writeRows(minute: u32): void {
  for (let i: u32 = 0; i < rowCount; i++) {
    const row = rows + <usize>i * ROW_BYTES;
    const key = load<u32>(row, 12);
    const bucket = pairBucket(
      hashAddress(load<u32>(row), key & LOCAL_IS_ID),
      hashAddress(load<u32>(row, 4), key & REMOTE_IS_ID),
    );
    const partition = bucket >> (BUCKET_BITS - PARTITION_BITS);
    const ports = sizeOf(load<u32>(row, 24));
    const most = HEAD_BYTES + portBytes(ports);
    const isLong = most > BUFFER_BYTES;
    const from = isLong ? longRecord : room(partition, most);
    const end = writeRow(from, row, key, minute);
    boundRow(bucket, ports, <u32>(end - from));
    if (isLong) hostRun(partition, longRecord, end - longRecord);
    else written(partition, end);
  }
  boundRows();
}

// @ts-ignore: decorator
@inline
function portBytes(size: u32): usize {
  return size > LIST_LIMIT ? 4 * BITMAP_BYTES : <usize>size * 3 + 1;
}

function writeRow(from: usize, row: usize, key: u32, minute: u32): usize {
  const overlap = v128.load(row, 32);
  // Seven counters by two loads that share one.
  const lifetimes = v128.or(v128.load(row, 56), v128.load(row, 68));
  const tag =
    (key & HAS_VIA ? TAG_VIA : 0) |
    (key & LOCAL_IS_ID ? TAG_LOCAL_TEXT : 0) |
    (key & REMOTE_IS_ID ? TAG_REMOTE_TEXT : 0) |
    (key & VIA_IS_ID ? TAG_VIA_TEXT : 0) |
    (key & INFERRED ? TAG_INFERRED : 0) |
    (v128.any_true(overlap) ? TAG_OVERLAP : 0) |
    (v128.any_true(lifetimes) ? TAG_LIFETIMES : 0);
  store<u8>(from, <u8>tag);
  store<u32>(from, minute, 1);
  let to = putAddress(from + 5, load<u32>(row), key & LOCAL_IS_ID);
  to = putAddress(to, load<u32>(row, 4), key & REMOTE_IS_ID);
  if (key & HAS_VIA) to = putAddress(to, load<u32>(row, 20), key & VIA_IS_ID);
  store<u16>(to, <u16>load<u32>(row, 8));
  store<u8>(to, <u8>key, 2);
  to = putVarint(to + 3, load<u32>(row, 16));
  to = putVarint(to, load<u64>(row, 88));
  to = putVarint(to, load<u64>(row, 96));
  to = putVarint(to, load<u32>(row, 48));
  to = putVarint(to, load<u32>(row, 52));
  if (tag & TAG_OVERLAP) for (let i: usize = 0; i < 16; i += 4) to = putVarint(to, load<u32>(row + i, 32));
  if (tag & TAG_LIFETIMES) for (let i: usize = 0; i < 28; i += 4) to = putVarint(to, load<u32>(row + i, 56));
  return putPorts(to, load<u32>(row, 24), load<u32>(row, 28));
}

function putPorts(from: usize, meta: u32, ref: u32): usize {
  const size = sizeOf(meta);
  const form = formOf(meta);
  if (size > LIST_LIMIT) {
    const bitmaps = putVarint(from, size * 2 + 1);
    memory.fill(bitmaps, 0, 4 * BITMAP_BYTES);
    for (let i: u32 = 0; i < 8192; i++) putNibbles(bitmaps + i, load<u32>(portWord(ref + i)));
    return bitmaps + 4 * BITMAP_BYTES;
  }
  let to = putVarint(from, size * 2);
  if (form == 0) return putEntry(to, ref);
  if (form != NIBBLES) {
    // Half of the slots of a list are empty, in no order that a branch could be predicted by: what is written for an
    // empty one is written over.
    const end = portWord(ref + listSlots(form));
    for (let at = portWord(ref); at < end; at += 4) {
      const entry = load<u32>(at);
      to = select<usize>(putEntry(to, entry), to, entry != 0);
    }
    return to;
  }
  for (let eight: u32 = 0; eight < 8192; eight++) {
    let nibbles = load<u32>(portWord(ref + eight));
    while (nibbles != 0) {
      const shift = <u32>ctz(nibbles) & 28;
      to = putEntry(to, (eight << 3) | (shift >> 2) | (((nibbles >> shift) & 15) << 16));
      nibbles &= ~(15 << shift);
    }
  }
  return to;
}

// @ts-ignore: decorator
@inline
function putEntry(to: usize, entry: u32): usize {
  store<u32>(to, entry & ~IN_USE);
  return to + 3;
}

// Eight ports of four bits each become a byte in each of the four bitmaps.
function putNibbles(to: usize, nibbles: u32): void {
  if (nibbles == 0) return;
  store<u8>(to, <u8>everyFourthBit(nibbles >> 3));
  store<u8>(to, <u8>everyFourthBit(nibbles), BITMAP_BYTES);
  store<u8>(to, <u8>everyFourthBit(nibbles >> 1), 2 * BITMAP_BYTES);
  store<u8>(to, <u8>everyFourthBit(nibbles >> 2), 3 * BITMAP_BYTES);
}

// @ts-ignore: decorator
@inline
function everyFourthBit(word: u32): u32 {
  const x = word & 0x11111111;
  return (x | (x >> 3) | (x >> 6) | (x >> 9)) & 0xf | (((x >> 16) | (x >> 19) | (x >> 22) | (x >> 25)) & 0xf) << 4;
}

// @ts-ignore: decorator
@inline
function putVarint(from: usize, value: u64): usize {
  let to = from;
  let rest = value;
  while (rest > 127) {
    store<u8>(to, <u8>(rest | 128));
    rest >>= 7;
    to += 1;
  }
  store<u8>(to, <u8>rest);
  return to + 1;
}

function putAddress(to: usize, address: u32, isId: u32): usize {
  if (!isId) {
    store<u32>(to, address);
    return to + 4;
  }
  const text = textOfId(address);
  const length = <usize>load<u8>(text) + 1;
  memory.copy(to, text, length);
  return to + length;
}
