// Closing a minute: its tuples become rows, one partition after the other, and the rows become runs.

import { beginClosing } from './bounds';
import { chunkEnd, chunkStart, firstChunk, forgetPartition, LOG_PARTITIONS, nextChunk, tuplesIn } from './log';
import { take } from './memory';
import { addTuples, beginRows, ROW_BYTES, rowCount, rows } from './rows';
import { writeCoverage, writeRows } from './runs';

const RECORDS: u32 = 0;

// Three counters (records, no-data, skip-data) per place, and the places touched in this minute.
const COUNTS_BYTES: usize = 12;
let counts: usize = 0;
let touched: usize = 0;
let touchedCount: u32 = 0;
let placeRoom: u32 = 0;

/** The host tells how many places there are before tuples mention them. */
export function makePlaceRoom(places: u32): void {
  if (places <= placeRoom) return;
  const grown = max<u32>(places * 2, 1024);
  const oldCounts = counts;
  const oldTouched = touched;
  counts = take(<usize>grown * COUNTS_BYTES);
  touched = take(<usize>grown * 4);
  if (oldCounts != 0) {
    memory.copy(counts, oldCounts, <usize>placeRoom * COUNTS_BYTES);
    memory.copy(touched, oldTouched, <usize>placeRoom * 4);
  }
  placeRoom = grown;
}

export function cover(place: u32, what: u32, count: u32): void {
  const at = counts + <usize>place * COUNTS_BYTES;
  if ((load<u32>(at) | load<u32>(at, 4) | load<u32>(at, 8)) == 0) {
    store<u32>(touched + (<usize>touchedCount << 2), place);
    touchedCount += 1;
  }
  const counter = at + (<usize>what << 2);
  store<u32>(counter, load<u32>(counter) + count);
}

export function closeMinute(slot: u32, minute: u32): void {
  beginClosing(minute);
  for (let partition: u32 = 0; partition < LOG_PARTITIONS; partition++) {
    const tuples = tuplesIn(slot, partition);
    if (tuples == 0) continue;
    beginRows(tuples);
    let chunk = firstChunk(slot, partition);
    while (chunk != 0) {
      addTuples(chunkStart(chunk), chunkEnd(slot, partition, chunk));
      chunk = nextChunk(chunk);
    }
    forgetPartition(slot, partition);
    for (let i: u32 = 0; i < rowCount; i++) {
      const row = rows + <usize>i * ROW_BYTES;
      const records = load<u32>(row, 48);
      if (records != 0) cover(load<u32>(row, 16), RECORDS, records);
    }
    writeRows(minute);
  }
  for (let i: u32 = 0; i < touchedCount; i++) {
    const place = load<u32>(touched + (<usize>i << 2));
    const at = counts + <usize>place * COUNTS_BYTES;
    writeCoverage(minute, place, load<u32>(at), load<u32>(at, 4), load<u32>(at, 8));
    memory.fill(at, 0, COUNTS_BYTES);
  }
  touchedCount = 0;
}
