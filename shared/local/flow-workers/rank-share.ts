import { indexPartition } from '../../core/flow-log/rank/partition-index.ts';
import { rankPartition, type RankContext } from '../../core/flow-log/rank/rank-partition.ts';
import type { RankedFlow } from '../../core/flow-log/rank/ranking.ts';
import { beatenKey } from '../../core/flow-log/rank/surveys.ts';
import { createWasmIndexer } from '../../core/flow-log/rank/wasm-index.ts';
import { partitionsBySize, readPartition, type StoredRuns } from './run-store.ts';
import { NEXT_PARTITION, takeNext, type EngineName } from './shared-cells.ts';

export type RankShare = {
  readonly engine: EngineName;
  readonly cells: SharedArrayBuffer;
  readonly stores: readonly StoredRuns[];
  readonly context: Omit<RankContext, 'counts'>;
  /** See `beatenRows`. */
  readonly beaten: ReadonlySet<string>;
};

/**
 * Takes partitions from the common list until there are none, and returns the best flows of those it took. The largest
 * come first: the flows with the most ports are there, and once they are known few others need to be looked at.
 */
export function rankShare({ engine, cells: shared, stores, context, beaten }: RankShare): readonly RankedFlow[] {
  const cells = new Int32Array(shared);
  const counts: RankContext['counts'] =
    beaten.size === 0 ? () => true : (place, minute) => !beaten.has(beatenKey(place, minute));
  const partitions = partitionsBySize(stores);
  // Only the plain index leaves out rows, which only logs in several formats need.
  const createIndex = engine === 'plain' || beaten.size > 0 ? indexPartition : createWasmIndexer(partitions[0]?.bytes);
  let best: readonly RankedFlow[] = [];
  for (let next = takeNext(cells, NEXT_PARTITION); next < partitions.length; next = takeNext(cells, NEXT_PARTITION)) {
    const runs = readPartition(stores, partitions[next]?.partition as number);
    best = rankPartition(runs, { ...context, counts }, best, createIndex);
  }
  return best;
}
