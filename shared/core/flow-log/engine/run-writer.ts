import type { Addresses } from './dictionary.ts';
import { copyPortEntries, portEntriesSize, writePortBitmaps } from './port-entries.ts';
import type { RowTable } from './row-table.ts';
import { createBoundsKeeper } from './bounds-keeper.ts';
import { pairBucket, type PairBounds } from './pair-bounds.ts';
import * as pairBounds from './pair-bounds.ts';
import * as rowWords from './row-words.ts';
import * as runFormat from './run-format.ts';
import * as tupleWords from './tuple.ts';

// V8 takes an imported constant from memory, and checks it, at every use; a module's own stand in its code.
const { HAS_RARE, OVERLAP_UNIT, RARE_LIFETIMES, RARE_WORDS, ROW_BYTES, ROW_KEY, ROW_OVERLAP } = rowWords;
const { ROW_PACKETS, ROW_PLACE, ROW_RECORDS, ROW_SET, ROW_VIA, ROW_WORDS } = rowWords;
const {
  RUN_BITMAP_BYTES,
  RUN_HEAD_BYTES,
  RUN_LIST_LIMIT,
  TAG_COVERAGE,
  TAG_INFERRED,
  TAG_LIFETIMES,
  TAG_LOCAL_TEXT,
  TAG_OVERLAP,
  TAG_REMOTE_TEXT,
  TAG_VIA,
  TAG_VIA_TEXT,
} = runFormat;
const { HAS_VIA, INFERRED, LOCAL_IS_ID, PARTITIONS, PARTITION_BITS, REMOTE_IS_ID, VIA_IS_ID } = tupleWords;
const { PAIR_BUCKET_BITS } = pairBounds;

/** Takes runs of a partition as they fill up; the bytes are only lent. */
export type RunSink = (partition: number, run: Uint8Array) => void;

export type RunWriter = {
  /** Rows and coverage of a minute follow. */
  beginClosing(minute: number): void;
  writeRows(table: RowTable, minute: number): void;
  writeCoverage(minute: number, place: number, counts: readonly [number, number, number]): void;
  flush(): void;
  /** Of all rows that were written. */
  bounds(): PairBounds;
};

/** There is one for each partition; longer records go to the sink at once. */
const BUFFER_BYTES = 16 * 1024;

export const pairPartition = (local: number, remote: number): number =>
  pairBucket(local, remote) >>> (PAIR_BUCKET_BITS - PARTITION_BITS);

export function createRunWriter(addresses: Addresses, sink: RunSink): RunWriter {
  const buffers = Array.from({ length: PARTITIONS }, () => new Uint8Array(0));
  const longRecord = new Uint8Array(RUN_HEAD_BYTES + 4 * RUN_BITMAP_BYTES);
  const ends = new Int32Array(PARTITIONS);

  const flushOne = (partition: number): void => {
    const end = ends[partition] as number;
    if (end > 0) sink(partition, (buffers[partition] as Uint8Array).subarray(0, end));
    ends[partition] = 0;
  };
  const room = (partition: number, bytes: number): Uint8Array => {
    if ((buffers[partition] as Uint8Array).length === 0) buffers[partition] = new Uint8Array(BUFFER_BYTES);
    if ((ends[partition] as number) + bytes > BUFFER_BYTES) flushOne(partition);
    return buffers[partition] as Uint8Array;
  };
  const bounds = createBoundsKeeper();
  const hashOf = (address: number, isId: number): number => (isId === 0 ? address : addresses.hashOf(address));

  return {
    beginClosing: (minute) => bounds.beginClosing(minute),
    bounds: () => bounds.bounds(),
    writeRows(table, minute) {
      const { rows } = table;
      for (let row = 0; row < table.count * ROW_WORDS; row += ROW_WORDS) {
        const key = rows[row + ROW_KEY] as number;
        const bucket = pairBucket(
          hashOf(rows[row] as number, key & LOCAL_IS_ID),
          hashOf(rows[row + 1] as number, key & REMOTE_IS_ID),
        );
        const partition = bucket >>> (PAIR_BUCKET_BITS - PARTITION_BITS);
        const ports = portEntriesSize(rows[row + ROW_SET] as number);
        const isLong = RUN_HEAD_BYTES + portBytes(ports) > BUFFER_BYTES;
        const buffer = isLong ? longRecord : room(partition, RUN_HEAD_BYTES + portBytes(ports));
        const from = isLong ? 0 : (ends[partition] as number);
        const end = writeRow(buffer, from, table, row, minute, addresses);
        bounds.addRow(bucket, ports, end - from);
        if (isLong) sink(partition, longRecord.subarray(0, end));
        else ends[partition] = end;
      }
      bounds.endRows();
    },
    writeCoverage(minute, place, [records, noData, skipData]) {
      const buffer = room(0, RUN_HEAD_BYTES);
      let at = ends[0] as number;
      buffer[at++] = TAG_COVERAGE;
      at = putU32(buffer, at, minute);
      for (const count of [place, records, noData, skipData]) at = putVarint(buffer, at, count);
      ends[0] = at;
    },
    flush() {
      for (let partition = 0; partition < PARTITIONS; partition += 1) flushOne(partition);
    },
  };
}

const portBytes = (size: number): number => (size > RUN_LIST_LIMIT ? 4 * RUN_BITMAP_BYTES : size * 3);

function writeRow(
  buffer: Uint8Array,
  from: number,
  table: RowTable,
  row: number,
  minute: number,
  addresses: Addresses,
): number {
  const { rows, doubles, rare, entries } = table;
  const key = rows[row + ROW_KEY] as number;
  const early = doubles[row / 2 + ROW_OVERLAP] as number;
  const late = doubles[row / 2 + ROW_OVERLAP + 1] as number;
  const hasOverlap = early + late !== 0;
  const own = (row / ROW_WORDS) * RARE_WORDS;
  const hasLifetimes = (key & HAS_RARE) !== 0 && anyWord(rare, own + RARE_LIFETIMES, 7);
  let at = from;
  buffer[at++] = tagOf(key) | (hasOverlap ? TAG_OVERLAP : 0) | (hasLifetimes ? TAG_LIFETIMES : 0);
  at = putU32(buffer, at, minute);
  at = putAddress(buffer, at, rows[row] as number, (key & LOCAL_IS_ID) !== 0, addresses);
  at = putAddress(buffer, at, rows[row + 1] as number, (key & REMOTE_IS_ID) !== 0, addresses);
  if ((key & HAS_VIA) !== 0)
    at = putAddress(buffer, at, rows[row + ROW_VIA] as number, (key & VIA_IS_ID) !== 0, addresses);
  const port = key >>> 16;
  buffer[at++] = port;
  buffer[at++] = port >>> 8;
  buffer[at++] = key;
  at = putVarint(buffer, at, rows[row + ROW_PLACE] as number);
  at = putLongVarint(buffer, at, doubles[row / 2 + ROW_BYTES] as number);
  at = putLongVarint(buffer, at, doubles[row / 2 + ROW_PACKETS] as number);
  at = putVarint(buffer, at, rows[row + ROW_RECORDS] as number);
  at = putVarint(buffer, at, (key & HAS_RARE) === 0 ? 0 : (rare[own] as number));
  if (hasOverlap) at = putOverlaps(buffer, putOverlaps(buffer, at, early), late);
  if (hasLifetimes) for (let i = 0; i < 7; i += 1) at = putVarint(buffer, at, rare[own + RARE_LIFETIMES + i] as number);
  const size = portEntriesSize(rows[row + ROW_SET] as number);
  if (size > RUN_LIST_LIMIT) {
    at = putVarint(buffer, at, size * 2 + 1);
    writePortBitmaps(entries, rows, row + ROW_SET, buffer, at);
    return at + 4 * RUN_BITMAP_BYTES;
  }
  at = putVarint(buffer, at, size * 2);
  copyPortEntries(entries, rows, row + ROW_SET, portsOfRow);
  for (let i = 0; i < size; i += 1) {
    const entry = portsOfRow[i] as number;
    buffer[at++] = entry;
    buffer[at++] = entry >>> 8;
    buffer[at++] = entry >>> 16;
  }
  return at;
}

/** The ports of the row that is being written. */
const portsOfRow = new Int32Array(65_536);

function anyWord(words: Int32Array, from: number, count: number): boolean {
  let any = 0;
  for (let i = from; i < from + count; i += 1) any |= words[i] as number;
  return any !== 0;
}

const tagOf = (key: number): number =>
  ((key & HAS_VIA) === 0 ? 0 : TAG_VIA) |
  ((key & LOCAL_IS_ID) === 0 ? 0 : TAG_LOCAL_TEXT) |
  ((key & REMOTE_IS_ID) === 0 ? 0 : TAG_REMOTE_TEXT) |
  ((key & VIA_IS_ID) === 0 ? 0 : TAG_VIA_TEXT) |
  ((key & INFERRED) === 0 ? 0 : TAG_INFERRED);

function putU32(buffer: Uint8Array, at: number, value: number): number {
  buffer[at] = value;
  buffer[at + 1] = value >>> 8;
  buffer[at + 2] = value >>> 16;
  buffer[at + 3] = value >>> 24;
  return at + 4;
}

/** Two counts of overlaps, as rows have them. */
function putOverlaps(buffer: Uint8Array, at: number, overlaps: number): number {
  const second = (overlaps / OVERLAP_UNIT) | 0;
  return putVarint(buffer, putVarint(buffer, at, (overlaps - second * OVERLAP_UNIT) | 0), second);
}

/** Of a number below 2^32. */
function putVarint(buffer: Uint8Array, from: number, value: number): number {
  let at = from;
  let rest = value;
  while (rest >>> 0 > 127) {
    buffer[at++] = (rest & 127) | 128;
    rest >>>= 7;
  }
  buffer[at++] = rest;
  return at;
}

/** Of any whole number. */
function putLongVarint(buffer: Uint8Array, from: number, value: number): number {
  if (value < 0x7fffffff) return putVarint(buffer, from, value | 0);
  let at = from;
  let rest = value;
  for (; rest > 0x7fffffff; rest = Math.floor(rest / 128)) buffer[at++] = (rest % 128) | 128;
  return putVarint(buffer, at, rest | 0);
}

function putAddress(buffer: Uint8Array, from: number, address: number, isId: boolean, addresses: Addresses): number {
  if (!isId) return putU32(buffer, from, address);
  const text = addresses.textOf(address);
  buffer[from] = text.length;
  for (let i = 0; i < text.length; i += 1) buffer[from + 1 + i] = text.charCodeAt(i);
  return from + 1 + text.length;
}
