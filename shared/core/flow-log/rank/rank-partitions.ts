import { bucketGroups, partitionsByBound, type BucketBounds } from './bucket-bounds.ts';
import { createBestFlows } from './best-flows.ts';
import type { PlacedRun } from './partition-index.ts';
import { rankPartition, type IndexPartition, type RankContext } from './rank-partition.ts';
import type { RankedFlow } from './ranking.ts';

export type PartitionSource = {
  readonly bounds: BucketBounds;
  /** All runs of a partition, each good until the next. */
  runsOf(partition: number): Iterable<PlacedRun>;
  bytesOf(partition: number): number;
  /** Which partition of the list is to be ranked next: no two threads are told the same. `null`: none by this thread. */
  takeNext(): number | null;
  /** Tells what the flows of this thread must have to be among the best, and returns what those of all threads must. */
  raiseFloor(floor: number): number;
};

/** Rows that are indexed together take so much at most, unless they are of one bucket; their index takes twice that. */
export const GROUP_BYTES = 2 * 1024 * 1024;

/**
 * The best flows of the partitions that this thread takes. The first are those whose rows can come to the most: once
 * they are known, hardly any row of the others needs to be read, as only what is below the floor is left out.
 */
export function rankPartitions(
  source: PartitionSource,
  context: RankContext,
  createIndex: IndexPartition,
  groupBytes = GROUP_BYTES,
): readonly RankedFlow[] {
  const partitions = partitionsByBound(source.bounds);
  const best = createBestFlows(context.options);
  const floorNow = (): number => source.raiseFloor(best.last().floor);
  for (let next = source.takeNext(); next !== null; next = source.takeNext()) {
    const { partition, most } = partitions[next] ?? { partition: 0, most: -1 };
    if (most < floorNow()) break;
    for (const { buckets, bytes } of bucketGroups(source.bounds, partition, groupBytes, floorNow)) {
      const allBytes = source.bytesOf(partition);
      const wantedBytes = buckets === null ? allBytes : Math.min(bytes, allBytes);
      const rows = { runs: source.runsOf(partition), bytes: wantedBytes, buckets };
      rankPartition(rows, context, best, createIndex);
    }
  }
  return best.list();
}
