import { PARTITIONS } from '../../core/flow-log/engine/tuple.ts';

/**
 * Where the runs of a thread are, by partition. In shared memory, as a long reading leaves more of them than should be
 * copied from thread to thread.
 */
export type RunLayout = {
  /** The first run of each partition; behind the last partition, how many runs there are. */
  readonly firsts: Uint32Array;
  /** Bytes written before each run. */
  readonly starts: Float64Array;
  readonly lengths: Uint32Array;
};

/** Runs in the order in which they are written, one behind the other: four bytes for each. */
export type RunList = { add(partition: number, length: number): void; layOut(): RunLayout };

const LENGTH_BITS = 24;
const LONGEST = 2 ** LENGTH_BITS - 1;

export function createRunList(): RunList {
  let words = new Uint32Array(1024);
  let count = 0;
  return {
    add(partition, length) {
      if (length > LONGEST) throw new Error(`a run of ${length} bytes: ${LONGEST} are the most`);
      if (count === words.length) {
        const more = new Uint32Array(count * 2);
        more.set(words);
        words = more;
      }
      words[count] = (partition << LENGTH_BITS) | length;
      count += 1;
    },
    layOut: () => layOut(words.subarray(0, count)),
  };
}

/** Sorts them by partition; within one they stay in their order. */
function layOut(words: Uint32Array): RunLayout {
  const firsts = new Uint32Array(new SharedArrayBuffer((PARTITIONS + 1) * 4));
  for (const word of words) firsts[(word >>> LENGTH_BITS) + 1]! += 1;
  for (let partition = 0; partition < PARTITIONS; partition += 1) firsts[partition + 1]! += firsts[partition]!;
  const starts = new Float64Array(new SharedArrayBuffer(words.length * 8));
  const lengths = new Uint32Array(new SharedArrayBuffer(words.length * 4));
  const next = firsts.slice();
  let start = 0;
  for (const word of words) {
    const partition = word >>> LENGTH_BITS;
    const run = next[partition] as number;
    next[partition] = run + 1;
    starts[run] = start;
    lengths[run] = word & LONGEST;
    start += word & LONGEST;
  }
  return { firsts, starts, lengths };
}

/** The runs of a partition, each with the bytes written before it. */
export function* runsIn(
  { firsts, starts, lengths }: RunLayout,
  partition: number,
): Generator<readonly [number, number]> {
  const end = firsts[partition + 1] as number;
  for (let run = firsts[partition] as number; run < end; run += 1)
    yield [starts[run] as number, lengths[run] as number];
}

/** What the runs of a partition take together. */
export const bytesIn = ({ firsts, lengths }: RunLayout, partition: number): number =>
  lengths.subarray(firsts[partition], firsts[partition + 1]).reduce((sum, length) => sum + length, 0);
