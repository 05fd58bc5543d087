// Tuples of the open minutes: see minute-log.ts, whose layout and policy these are. A minute's slot holds for each
// partition where the next tuple goes, where its chunk ends, and its first chunk; chunks are linked by their first word.

import { closeMinute } from './close';
import { take } from './memory';

export const TUPLE_BYTES: usize = 32;
export const LOG_PARTITIONS: u32 = 8;
export const LOG_PARTITION_BITS: u32 = 3;

const CHUNK_TUPLES: u32 = 255;
const CHUNK_HEAD: usize = 32;
const CHUNK_BYTES: usize = CHUNK_HEAD + <usize>CHUNK_TUPLES * TUPLE_BYTES;

const SLOTS: u32 = 1024;
const NO_MINUTE: u32 = u32.MAX_VALUE;
// Per partition: next u32, end u32, first chunk u32, tuples in full chunks u32.
const PART_BYTES: usize = 16;
const SLOT_BYTES: usize = PART_BYTES * <usize>LOG_PARTITIONS;

let slotMinutes: usize = 0;
let slots: usize = 0;
let freeChunk: usize = 0;
let chunksLeft: u32 = 0;
let chunkLimit: u32 = 0;

export function prepareLog(tupleLimit: u32): void {
  slotMinutes = take(<usize>SLOTS * 4);
  memory.fill(slotMinutes, 0xff, <usize>SLOTS * 4);
  slots = take(<usize>SLOTS * SLOT_BYTES);
  chunkLimit = max(tupleLimit / CHUNK_TUPLES, LOG_PARTITIONS * 4);
  chunksLeft = chunkLimit;
}

// @ts-ignore: decorator
@inline
function partAt(slot: u32, partition: u32): usize {
  return slots + <usize>slot * SLOT_BYTES + <usize>partition * PART_BYTES;
}

// @ts-ignore: decorator
@inline
export function reserve(minute: u32, partition: u32): usize {
  const slot = minute & (SLOTS - 1);
  const part = partAt(slot, partition);
  const next = <usize>load<u32>(part);
  if (load<u32>(slotMinutes + (<usize>slot << 2)) == minute && next != <usize>load<u32>(part, 4)) {
    store<u32>(part, <u32>(next + TUPLE_BYTES));
    return next;
  }
  return reserveSlowly(minute, partition);
}

function reserveSlowly(minute: u32, partition: u32): usize {
  const slot = minute & (SLOTS - 1);
  openSlot(slot, minute);
  const part = partAt(slot, partition);
  if (load<u32>(part) == load<u32>(part, 4)) {
    const chunk = takeChunk();
    // Making room may have closed this very minute.
    openSlot(slot, minute);
    linkChunk(part, chunk);
  }
  const next = load<u32>(part);
  store<u32>(part, next + <u32>TUPLE_BYTES);
  return <usize>next;
}

function openSlot(slot: u32, minute: u32): void {
  const open = load<u32>(slotMinutes + (<usize>slot << 2));
  if (open == minute) return;
  if (open != NO_MINUTE) closeAll();
  store<u32>(slotMinutes + (<usize>slot << 2), minute);
}

function linkChunk(part: usize, chunk: usize): void {
  store<u32>(chunk, 0);
  const end = <usize>load<u32>(part, 4);
  if (end == 0) store<u32>(part, <u32>chunk, 8);
  else {
    store<u32>(end - CHUNK_BYTES, <u32>chunk);
    store<u32>(part, load<u32>(part, 12) + CHUNK_TUPLES, 12);
  }
  store<u32>(part, <u32>(chunk + CHUNK_HEAD));
  store<u32>(part, <u32>(chunk + CHUNK_BYTES), 4);
}

function takeChunk(): usize {
  if (freeChunk == 0 && chunksLeft == 0) closeHalf();
  if (freeChunk != 0) {
    const chunk = freeChunk;
    freeChunk = <usize>load<u32>(chunk);
    return chunk;
  }
  chunksLeft -= 1;
  return take(CHUNK_BYTES);
}

export function tuplesIn(slot: u32, partition: u32): u32 {
  const part = partAt(slot, partition);
  const end = <usize>load<u32>(part, 4);
  if (end == 0) return 0;
  return load<u32>(part, 12) + <u32>((<usize>load<u32>(part) - (end - CHUNK_BYTES + CHUNK_HEAD)) / TUPLE_BYTES);
}

/** The first chunk of a partition, or 0. */
export function firstChunk(slot: u32, partition: u32): usize {
  return <usize>load<u32>(partAt(slot, partition), 8);
}

export function chunkStart(chunk: usize): usize {
  return chunk + CHUNK_HEAD;
}

export function chunkEnd(slot: u32, partition: u32, chunk: usize): usize {
  return load<u32>(chunk) == 0 ? <usize>load<u32>(partAt(slot, partition)) : chunk + CHUNK_BYTES;
}

/** Gives a chunk back and returns the one after it, or 0. */
export function nextChunk(chunk: usize): usize {
  const next = <usize>load<u32>(chunk);
  store<u32>(chunk, <u32>freeChunk);
  freeChunk = chunk;
  return next;
}

export function forgetPartition(slot: u32, partition: u32): void {
  memory.fill(partAt(slot, partition), 0, PART_BYTES);
}

export function closeAll(): void {
  for (;;) {
    const slot = oldestSlot();
    if (slot == SLOTS) return;
    closeSlot(slot);
  }
}

// Closes the oldest minutes until half of the tuples there is room for are gone.
function closeHalf(): void {
  let wanted = <i32>(chunkLimit * CHUNK_TUPLES / 2);
  while (wanted > 0) {
    const slot = oldestSlot();
    if (slot == SLOTS) return;
    for (let partition: u32 = 0; partition < LOG_PARTITIONS; partition++) wanted -= <i32>tuplesIn(slot, partition);
    closeSlot(slot);
  }
}

function oldestSlot(): u32 {
  let oldest = SLOTS;
  let oldestMinute = NO_MINUTE;
  for (let slot: u32 = 0; slot < SLOTS; slot++) {
    const minute = load<u32>(slotMinutes + (<usize>slot << 2));
    if (minute < oldestMinute) {
      oldest = slot;
      oldestMinute = minute;
    }
  }
  return oldest;
}

function closeSlot(slot: u32): void {
  const minute = load<u32>(slotMinutes + (<usize>slot << 2));
  closeMinute(slot, minute);
  store<u32>(slotMinutes + (<usize>slot << 2), NO_MINUTE);
}
