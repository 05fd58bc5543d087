// What the rows of each bucket of pairs can come to, kept while they are written: see pair-bounds.ts, whose words these
// are. A closing is one time that a minute closes.

import { take } from './memory';
import { BUCKET_BITS } from './runs';

const BUCKETS: u32 = 1 << BUCKET_BITS;
const BUCKET_BYTES: usize = 16;
const NO_BOUND: u32 = u32.MAX_VALUE;
/** First, second … closings of a minute, each with its own bound; from the last one on they are added up. */
const TIMES: u32 = 3;
const MINUTE_SLOTS: u32 = 1024;

let buckets: usize = 0;
// Bounds of the second closing and of all after it, one list after the other.
let laterTimes: usize = 0;
// Buckets of the rows at hand.
let touched: usize = 0;
let touchedCount: u32 = 0;
// Per slot: the latest minute that closed, and how often it did.
let minuteSlots: usize = 0;
let time: u32 = 0;

export function prepareBounds(): void {
  buckets = take(<usize>BUCKETS * BUCKET_BYTES);
  laterTimes = take(<usize>(TIMES - 1) * BUCKETS * 4);
  touched = take(<usize>BUCKETS * 2);
  minuteSlots = take(<usize>MINUTE_SLOTS * 8);
}

/** Tells how often the minute closed before: an earlier one than the slot's latest may have, any number of times. */
export function beginClosing(minute: u32): void {
  const slot = minuteSlots + (<usize>(minute & (MINUTE_SLOTS - 1)) << 3);
  const latest = load<u32>(slot);
  const closed = load<u32>(slot, 4);
  time = TIMES - 1;
  if (closed != 0 && minute < latest) return;
  time = closed == 0 || minute > latest ? 0 : min(closed, TIMES - 1);
  store<u32>(slot, minute);
  store<u32>(slot, time + 1, 4);
}

// @ts-ignore: decorator
@inline
function addBounded(at: usize, value: u32): void {
  const sum = load<u32>(at) + value;
  store<u32>(at, sum < value ? NO_BOUND : sum);
}

// @ts-ignore: decorator
@inline
export function boundRow(bucket: u32, ports: u32, bytes: u32): void {
  const at = buckets + (<usize>bucket << 4);
  const open = load<u32>(at);
  if (open == 0) {
    store<u16>(touched + (<usize>touchedCount << 1), <u16>bucket);
    touchedCount += 1;
  }
  store<u32>(at, open + ports);
  addBounded(at + 12, bytes);
}

/** After the last row of a closing that has its bucket: all rows of a pair are written together. */
export function boundRows(): void {
  for (let i: u32 = 0; i < touchedCount; i++) {
    const bucket = <u32>load<u16>(touched + (<usize>i << 1));
    const at = buckets + (<usize>bucket << 4);
    const open = load<u32>(at);
    store<u32>(at, 0);
    addBounded(at + 4, open);
    const most = time == 0 ? at + 8 : laterTimes + (<usize>((time - 1) * BUCKETS + bucket) << 2);
    if (time == TIMES - 1) addBounded(most, open);
    else store<u32>(most, max(load<u32>(most), open));
  }
  touchedCount = 0;
}

/** The bounds of all rows so far. */
export function pairBounds(): usize {
  for (let i: u32 = 0; i < (TIMES - 1) * BUCKETS; i++) {
    const later = load<u32>(laterTimes + (<usize>i << 2));
    if (later != 0) addBounded(buckets + (<usize>(i & (BUCKETS - 1)) << 4) + 8, later);
  }
  memory.fill(laterTimes, 0, <usize>(TIMES - 1) * BUCKETS * 4);
  return buckets;
}
