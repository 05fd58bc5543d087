/**
 * What rows can come to, kept while they are written, so that a ranking need not read them to leave them out. Pairs of
 * addresses, whichever is which, share 4,096 buckets; the upper bits of a bucket are its partition. However the rows of
 * a pair are turned and added up, a flow of it never has more ports, opens or unanswered opens than the sets of all rows
 * of the pair have ports together, and in one minute no more than those of that minute's rows.
 */
export type PairBounds = Uint32Array;

// Words of a bucket: first the ports in the rows of the closing at hand, which are nothing in the end.
/** Ports in the sets of all rows. */
export const B_PORTS = 1;
/** The most ports in the rows of any one minute. */
export const B_MINUTE = 2;
/** What the rows take in runs. */
export const B_BYTES = 3;
export const BOUND_WORDS = 4;

/** Sums that do not fit stop here, which bounds nothing. */
export const NO_BOUND = 0xffff_ffff;

/** With more of them, counting a row would be a cache miss; with fewer, a bucket would hold more small pairs. */
export const PAIR_BUCKET_BITS = 12;
export const PAIR_BUCKETS = 1 << PAIR_BUCKET_BITS;

/**
 * Which bucket a pair of addresses belongs to, whichever is which: by their sum and their difference. An address goes in
 * as its 32 bits, or as the hash of its text.
 */
export function pairBucket(local: number, remote: number): number {
  const hash = Math.imul((local + remote) | 0, 0x9e3779b1) ^ Math.imul(local ^ remote, 0x85ebca6b);
  return Math.imul(hash ^ (hash >>> 15), 0x27d4eb2f) >>> (32 - PAIR_BUCKET_BITS);
}

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
  // The latest minute of a slot that closed, and how often it did.
  const latest = new Float64Array(MINUTE_SLOTS);
  const closed = new Uint8Array(MINUTE_SLOTS);
  let time = 0;
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
      words[at + B_BYTES] = boundedSum(words[at + B_BYTES] as number, bytes);
    },
    endRows() {
      for (let i = 0; i < touchedCount; i += 1) {
        const bucket = touched[i] as number;
        const at = bucket * BOUND_WORDS;
        const open = words[at] as number;
        words[at] = 0;
        words[at + B_PORTS] = boundedSum(words[at + B_PORTS] as number, open);
        if (time === 0) words[at + B_MINUTE] = Math.max(words[at + B_MINUTE] as number, open);
        else {
          const later = (time - 1) * PAIR_BUCKETS + bucket;
          const most = laterTimes[later] as number;
          laterTimes[later] = time === TIMES - 1 ? boundedSum(most, open) : Math.max(most, open);
        }
      }
      touchedCount = 0;
    },
    bounds() {
      for (let i = 0; i < laterTimes.length; i += 1) {
        const at = (i % PAIR_BUCKETS) * BOUND_WORDS + B_MINUTE;
        words[at] = boundedSum(words[at] as number, laterTimes[i] as number);
      }
      laterTimes.fill(0);
      return words;
    },
  };
}

export const boundedSum = (a: number, b: number): number => Math.min(a + b, NO_BOUND);
