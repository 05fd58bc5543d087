import { bucketBounds, partitionsByBound } from '../../core/flow-log/rank/bucket-bounds.ts';
import { createPassing } from '../../core/flow-log/rank/gates.ts';
import { indexPartition } from '../../core/flow-log/rank/partition-index.ts';
import type { RankContext } from '../../core/flow-log/rank/rank-partition.ts';
import { rankPartitions, type PartitionSource } from '../../core/flow-log/rank/rank-partitions.ts';
import type { RankedFlow } from '../../core/flow-log/rank/ranking.ts';
import { beatenKey } from '../../core/flow-log/rank/surveys.ts';
import { createWasmIndexer } from '../../core/flow-log/rank/wasm-index.ts';
import { allRuns, bytesOfPartition, readPartition, type StoredRuns } from './run-store.ts';
import { NEXT_PARTITION, RANK_FLOOR, raiseTo, takeNext, type EngineName } from './shared-cells.ts';

export type RankShare = {
  readonly engine: EngineName;
  readonly cells: SharedArrayBuffer;
  readonly stores: readonly StoredRuns[];
  readonly context: Omit<RankContext, 'counts' | 'isPassedOn'>;
  /** See `beatenRows`. */
  readonly beaten: ReadonlySet<string>;
};

export type RankedShare = {
  readonly flows: readonly RankedFlow[];
  /** Rows of partitions that nobody has taken, and that may be among the best. */
  readonly leftBytes: number;
};

/**
 * Takes partitions from the common list while any can be among the best, or until so many bytes of rows were read, and
 * returns the best flows of those it took.
 */
export function rankShare(
  { engine, cells: shared, stores, context, beaten }: RankShare,
  limitBytes = Infinity,
): RankedShare {
  const cells = new Int32Array(shared);
  const counts: RankContext['counts'] =
    beaten.size === 0 ? () => true : (place, minute) => !beaten.has(beatenKey(place, minute));
  // Only the plain index leaves out rows, which only logs in several formats need.
  const createIndex = engine === 'plain' || beaten.size > 0 ? indexPartition : createWasmIndexer();
  const bounds = bucketBounds(
    stores.map((store) => store.bounds),
    context.options.perMinute,
  );
  const isPassedOn = createPassing({
    runsOf: (partition) => readPartition(stores, partition),
    allRuns: () => allRuns(stores),
  });
  let readBytes = 0;
  const source: PartitionSource = {
    bounds,
    runsOf(partition) {
      readBytes += bytesOfPartition(stores, partition);
      return readPartition(stores, partition);
    },
    bytesOf: (partition) => bytesOfPartition(stores, partition),
    takeNext: () => (readBytes < limitBytes ? takeNext(cells, NEXT_PARTITION) : null),
    raiseFloor: (floor) => raiseTo(cells, RANK_FLOOR, floor),
  };
  const flows = rankPartitions(source, { ...context, counts, isPassedOn }, createIndex);
  const left = partitionsByBound(bounds).slice(Atomics.load(cells, NEXT_PARTITION));
  const reaching = left.filter(({ most }) => most >= Atomics.load(cells, RANK_FLOOR));
  return { flows, leftBytes: reaching.reduce((sum, { partition }) => sum + bytesOfPartition(stores, partition), 0) };
}
