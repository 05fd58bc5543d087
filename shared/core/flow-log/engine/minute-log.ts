import * as tupleWords from './tuple.ts';

// V8 takes an imported constant from memory, and checks it, at every use; a module's own stand in its code.
const { LOG_PARTITIONS, TUPLE_WORDS } = tupleWords;

/**
 * Tuples of the open minutes, per minute and partition, in chunks of one arena. They are only written here, one after
 * the other; tables are built when a minute closes, one partition at a time, so that they stay in the core's cache:
 * updating big tables in place costs a walk to memory for every record.
 */
export type MinuteLog = {
  readonly words: Int32Array;
  /** Where the next tuple of this minute and partition goes: an index into `words`. Closes minutes when the arena is full. */
  reserve(minute: number, partition: number): number;
  openMinutes(): number[];
  /** Hands the spans of a minute's partition to `visit` (start and end index into `words`), then frees them. */
  drain(minute: number, partition: number, visit: (from: number, to: number) => void): void;
  /** Forgets a drained minute. */
  forget(minute: number): void;
  tuplesOf(minute: number): number;
  partitionTuples(minute: number, partition: number): number;
};

const CHUNK_TUPLES = 256;
const CHUNK_WORDS = CHUNK_TUPLES * TUPLE_WORDS;
/** Minutes are found by their lowest bits first; more than this many open at once are closed early. */
const SLOTS = 1024;
const NONE = -1;

export type MinuteLogOptions = {
  /** Tuples the arena holds, about. */
  readonly tupleLimit: number;
  /** Called when the arena is full: must drain and forget at least one minute that holds tuples. */
  readonly closeSome: () => void;
  /** Called when a minute needs the slot of another: must drain and forget every minute. */
  readonly closeAll: () => void;
};

export function createMinuteLog({ tupleLimit, closeSome, closeAll }: MinuteLogOptions): MinuteLog {
  const chunkCount = Math.max(Math.ceil(tupleLimit / CHUNK_TUPLES), LOG_PARTITIONS * 4);
  const words = new Int32Array(chunkCount * CHUNK_WORDS);
  const nextChunk = new Int32Array(chunkCount).fill(NONE);
  const minuteOfSlot = new Int32Array(SLOTS).fill(NONE);
  const firstChunk = new Int32Array(SLOTS * LOG_PARTITIONS).fill(NONE);
  // Where the next tuple goes; at the beginning of a chunk when there is no room, or no chunk yet.
  const tailEnd = new Int32Array(SLOTS * LOG_PARTITIONS);
  const chunksUsed = new Int32Array(SLOTS * LOG_PARTITIONS);
  let freeChunk = NONE;
  let unusedChunks = chunkCount;

  const slotFor = (minute: number): number => {
    const slot = minute & (SLOTS - 1);
    if (minuteOfSlot[slot] === minute) return slot;
    if (minuteOfSlot[slot] !== NONE) closeAll();
    minuteOfSlot[slot] = minute;
    return slot;
  };
  const takeChunk = (): number => {
    if (freeChunk === NONE && unusedChunks === 0) closeSome();
    if (freeChunk !== NONE) {
      const chunk = freeChunk;
      freeChunk = nextChunk[chunk] as number;
      return chunk;
    }
    unusedChunks -= 1;
    return unusedChunks;
  };
  const grow = (minute: number, partition: number): number => {
    const chunk = takeChunk();
    // Making room may have closed this very minute: its slot is looked up again.
    const at = slotFor(minute) * LOG_PARTITIONS + partition;
    nextChunk[chunk] = NONE;
    if (firstChunk[at] === NONE) firstChunk[at] = chunk;
    else nextChunk[(tailEnd[at] as number) / CHUNK_WORDS - 1] = chunk;
    tailEnd[at] = chunk * CHUNK_WORDS;
    chunksUsed[at] = (chunksUsed[at] as number) + 1;
    return at;
  };
  const tuplesAt = (at: number): number => {
    const room = -(tailEnd[at] as number) & (CHUNK_WORDS - 1);
    return (chunksUsed[at] as number) * CHUNK_TUPLES - room / TUPLE_WORDS;
  };
  return {
    words,
    reserve(minute, partition) {
      let at = slotFor(minute) * LOG_PARTITIONS + partition;
      let index = tailEnd[at] as number;
      if ((index & (CHUNK_WORDS - 1)) === 0) {
        at = grow(minute, partition);
        index = tailEnd[at] as number;
      }
      tailEnd[at] = index + TUPLE_WORDS;
      return index;
    },
    openMinutes: () => [...minuteOfSlot].filter((minute) => minute !== NONE).sort((a, b) => a - b),
    drain(minute, partition, visit) {
      const at = (minute & (SLOTS - 1)) * LOG_PARTITIONS + partition;
      let chunk = firstChunk[at] as number;
      while (chunk !== NONE) {
        const next = nextChunk[chunk] as number;
        visit(chunk * CHUNK_WORDS, next === NONE ? (tailEnd[at] as number) : (chunk + 1) * CHUNK_WORDS);
        nextChunk[chunk] = freeChunk;
        freeChunk = chunk;
        chunk = next;
      }
      firstChunk[at] = NONE;
      tailEnd[at] = 0;
      chunksUsed[at] = 0;
    },
    forget(minute) {
      minuteOfSlot[minute & (SLOTS - 1)] = NONE;
    },
    tuplesOf(minute) {
      const at = (minute & (SLOTS - 1)) * LOG_PARTITIONS;
      let tuples = 0;
      for (let partition = 0; partition < LOG_PARTITIONS; partition += 1) tuples += tuplesAt(at + partition);
      return tuples;
    },
    partitionTuples: (minute, partition) => tuplesAt((minute & (SLOTS - 1)) * LOG_PARTITIONS + partition),
  };
}
