import { bucketBounds } from '../../core/flow-log/rank/bucket-bounds.ts';
import { indexPartition } from '../../core/flow-log/rank/partition-index.ts';
import type { RankContext } from '../../core/flow-log/rank/rank-partition.ts';
import { rankPartitions } from '../../core/flow-log/rank/rank-partitions.ts';
import type { RankedFlow } from '../../core/flow-log/rank/ranking.ts';
import { beatenKey } from '../../core/flow-log/rank/surveys.ts';
import { createWasmIndexer } from '../../core/flow-log/rank/wasm-index.ts';
import { bytesOfPartition, readPartition, type StoredRuns } from './run-store.ts';
import { NEXT_PARTITION, RANK_FLOOR, raiseTo, takeNext, type EngineName } from './shared-cells.ts';

export type RankShare = {
  readonly engine: EngineName;
  readonly cells: SharedArrayBuffer;
  readonly stores: readonly StoredRuns[];
  readonly context: Omit<RankContext, 'counts'>;
  /** See `beatenRows`. */
  readonly beaten: ReadonlySet<string>;
};

/** Takes partitions from the common list while any can be among the best, and returns the best flows of those it took. */
export function rankShare({ engine, cells: shared, stores, context, beaten }: RankShare): readonly RankedFlow[] {
  const cells = new Int32Array(shared);
  const counts: RankContext['counts'] =
    beaten.size === 0 ? () => true : (place, minute) => !beaten.has(beatenKey(place, minute));
  // Only the plain index leaves out rows, which only logs in several formats need.
  const createIndex = engine === 'plain' || beaten.size > 0 ? indexPartition : createWasmIndexer();
  const bounds = bucketBounds(
    stores.map((store) => store.bounds),
    context.options.perMinute,
  );
  return rankPartitions(
    {
      bounds,
      runsOf: (partition) => readPartition(stores, partition),
      bytesOf: (partition) => bytesOfPartition(stores, partition),
      takeNext: () => takeNext(cells, NEXT_PARTITION),
      raiseFloor: (floor) => raiseTo(cells, RANK_FLOOR, floor),
    },
    { ...context, counts },
    createIndex,
  );
}
