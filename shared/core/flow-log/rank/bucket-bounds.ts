import {
  B_BYTES,
  B_MINUTE,
  B_PORTS,
  BOUND_WORDS,
  NO_BOUND,
  PAIR_BUCKETS,
  type PairBounds,
} from '../engine/pair-bounds.ts';
import { PARTITIONS } from '../engine/tuple.ts';
import { PARTITION_BUCKETS } from './wanted-rows.ts';

/** What the rows of all threads can come to, bucket by bucket. */
export type BucketBounds = {
  /** No ranked flow of the bucket has more of anything. */
  readonly most: Float64Array;
  readonly bytes: Float64Array;
};

/** A row of one thread may go on in another's: their bounds are added up. Past what they can count nothing is bounded. */
export function bucketBounds(ofThreads: readonly PairBounds[], perMinute: boolean): BucketBounds {
  const most = new Float64Array(PAIR_BUCKETS);
  const bytes = new Float64Array(PAIR_BUCKETS);
  for (const words of ofThreads)
    for (let bucket = 0, at = 0; bucket < PAIR_BUCKETS; bucket += 1, at += BOUND_WORDS) {
      const all = words[at + B_PORTS] as number;
      const bound = perMinute ? Math.min(all, words[at + B_MINUTE] as number) : all;
      most[bucket] = (most[bucket] as number) + (bound === NO_BOUND ? Infinity : bound);
      bytes[bucket] = (bytes[bucket] as number) + (words[at + B_BYTES] as number);
    }
  return { most, bytes };
}

/** Partitions that have rows, those first that can have the most. */
export function partitionsByBound({ most }: BucketBounds): { readonly partition: number; readonly most: number }[] {
  const partitions = Array.from({ length: PARTITIONS }, (_, partition) => {
    const from = partition * PARTITION_BUCKETS;
    return { partition, most: most.subarray(from, from + PARTITION_BUCKETS).reduce((a, b) => Math.max(a, b)) };
  });
  return partitions.filter(({ most: bound }) => bound > 0).sort((a, b) => b.most - a.most);
}

/** Buckets of a partition that are ranked together. */
export type BucketGroup = { readonly bytes: number; readonly buckets: Uint8Array | null };

/**
 * Buckets of a partition that reach the floor, those first that can have the most; as many at a time as take
 * `groupBytes`, or one. `floorNow` is asked again for each group.
 */
export function* bucketGroups(
  bounds: BucketBounds,
  partition: number,
  groupBytes: number,
  floorNow: () => number,
): Generator<BucketGroup> {
  const first = partition * PARTITION_BUCKETS;
  const mostOf = (bucket: number): number => bounds.most[first + bucket] as number;
  const bytesOf = (bucket: number): number => bounds.bytes[first + bucket] as number;
  const inUse = Array.from({ length: PARTITION_BUCKETS }, (_, bucket) => bucket).filter((bucket) => mostOf(bucket) > 0);
  const sorted = inUse.sort((a, b) => mostOf(b) - mostOf(a));
  for (let next = 0; next < sorted.length && mostOf(sorted[next] as number) >= floorNow();) {
    const floor = floorNow();
    const buckets = new Uint8Array(PARTITION_BUCKETS);
    const from = next;
    let bytes = 0;
    while (next < sorted.length && mostOf(sorted[next] as number) >= floor) {
      const more = bytesOf(sorted[next] as number);
      if (next > from && bytes + more > groupBytes) break;
      bytes += more;
      buckets[sorted[next] as number] = 1;
      next += 1;
    }
    yield { bytes, buckets: next - from === sorted.length ? null : buckets };
  }
}
