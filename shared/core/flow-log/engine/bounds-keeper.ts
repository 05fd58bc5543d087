import * as pairBounds from './pair-bounds.ts';
import type { PairBounds } from './pair-bounds.ts';

// V8 takes an imported constant from memory, and checks it, at every use; a module's own stand in its code.
const { B_BYTES, B_MINUTE, B_PORTS, BOUND_WORDS, NO_BOUND, PAIR_BUCKETS } = pairBounds;

export type BoundsKeeper = {
  /** A minute closes, perhaps once more. */
  beginClosing(minute: number): void;
  addRow(bucket: number, ports: number, bytes: number): void;
  /** After the last row of a closing that has its bucket: all rows of a pair are written together. */
  endRows(): void;
  /** The bounds of all rows so far. */
  bounds(): PairBounds;
};

/**
 * First, second … closings of a minute, each with its own bound, which are added up in the end: late records make pieces
 * of rows. From the last one on, all closings are added up.
 */
const TIMES = 3;
const MINUTE_SLOTS = 1024;

export function createBoundsKeeper(): BoundsKeeper {
  const words: PairBounds = new Uint32Array(PAIR_BUCKETS * BOUND_WORDS);
  const laterTimes = new Uint32Array((TIMES - 1) * PAIR_BUCKETS);
  const touched = new Uint16Array(PAIR_BUCKETS);
  let touchedCount = 0;
  // What the rows of the closing at hand take: far less than a word can count.
  const openBytes = new Uint32Array(PAIR_BUCKETS);
  // The latest minute of a slot that closed, and how often it did.
  const latest = new Float64Array(MINUTE_SLOTS);
  const closed = new Uint8Array(MINUTE_SLOTS);
  let time = 0;
  let hasLater = false;
  return {
    beginClosing(minute) {
      const slot = minute & (MINUTE_SLOTS - 1);
      const times = closed[slot] as number;
      time = TIMES - 1;
      // An earlier one than the slot's latest may have closed any number of times.
      if (times > 0 && minute < (latest[slot] as number)) return;
      time = times === 0 || minute > (latest[slot] as number) ? 0 : Math.min(times, TIMES - 1);
      latest[slot] = minute;
      closed[slot] = time + 1;
    },
    addRow(bucket, ports, bytes) {
      const at = bucket * BOUND_WORDS;
      if (words[at] === 0) {
        touched[touchedCount] = bucket;
        touchedCount += 1;
      }
      words[at] = (words[at] as number) + ports;
      openBytes[bucket] = (openBytes[bucket] as number) + bytes;
    },
    endRows() {
      for (let i = 0; i < touchedCount; i += 1) {
        const bucket = touched[i] as number;
        const at = bucket * BOUND_WORDS;
        const open = words[at] as number;
        words[at] = 0;
        words[at + B_PORTS] = boundedSum(words[at + B_PORTS] as number, open);
        words[at + B_BYTES] = boundedSum(words[at + B_BYTES] as number, openBytes[bucket] as number);
        openBytes[bucket] = 0;
        if (time === 0) words[at + B_MINUTE] = Math.max(words[at + B_MINUTE] as number, open);
        else {
          const later = (time - 1) * PAIR_BUCKETS + bucket;
          const most = laterTimes[later] as number;
          hasLater = true;
          laterTimes[later] = time === TIMES - 1 ? boundedSum(most, open) : Math.max(most, open);
        }
      }
      touchedCount = 0;
    },
    bounds() {
      if (!hasLater) return words;
      for (let i = 0; i < laterTimes.length; i += 1) {
        const at = (i % PAIR_BUCKETS) * BOUND_WORDS + B_MINUTE;
        words[at] = boundedSum(words[at] as number, laterTimes[i] as number);
      }
      laterTimes.fill(0);
      hasLater = false;
      return words;
    },
  };
}

const boundedSum = (a: number, b: number): number => Math.min(a + b, NO_BOUND);
