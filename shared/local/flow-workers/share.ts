import { crc32 } from 'node:zlib';
import type { EngineOptions, FlowEngine } from '../../core/flow-log/engine/engine.ts';
import { createPlainEngine } from '../../core/flow-log/engine/plain-engine.ts';
import { createWasmEngine } from '../../core/flow-log/engine/wasm-engine.ts';
import { indexPartition } from '../../core/flow-log/rank/partition-index.ts';
import { createWasmIndexer } from '../../core/flow-log/rank/wasm-index.ts';
import { rankPartition, type RankContext } from '../../core/flow-log/rank/rank-partition.ts';
import { beatenKey } from '../../core/flow-log/rank/surveys.ts';
import type { RankedFlow } from '../../core/flow-log/rank/ranking.ts';
import { countsOf, warningsOf } from '../../core/flow-log/tally.ts';
import type { ReadingCounts } from '../../core/model/reading.ts';
import { CHUNK_BYTES, readFlowFile, type ReadFlowFileOptions } from './read-flow-file.ts';
import { createRunStore, partitionsBySize, readPartition, type StoredRuns } from './run-store.ts';

export type EngineName = 'wasm' | 'plain';

const ENGINES: Readonly<Record<EngineName, (options: EngineOptions) => FlowEngine>> = {
  wasm: createWasmEngine,
  plain: createPlainEngine,
};

/** Cells of the memory that threads share: which file and which partition comes next, and how far reading is. */
export const NEXT_FILE = 0;
export const NEXT_PARTITION = 1;
/** Kibibytes, as one cell counts to 2 TiB that way. */
export const DONE_KIB = 2;
export const CELLS = 3;

export type ReadShare = {
  readonly engine: EngineName;
  readonly files: readonly string[];
  readonly format: readonly string[] | undefined;
  readonly cells: SharedArrayBuffer;
  readonly memoryRunBytes: number;
  /** How many tuples the open minutes of this thread may hold. */
  readonly tupleLimit: number;
};

export type FileOutcome = {
  readonly path: string;
  readonly counts: ReadingCounts | null;
  /** Why it was left out, or what is wrong with it. */
  readonly warnings: readonly string[];
};

export type ReadResult = { readonly files: readonly FileOutcome[]; readonly runs: StoredRuns };

/** Takes files from the common list until there are none. Every thread does this, the first one too. */
export async function readShare(share: ReadShare, onProgress: (file: string) => void = () => {}): Promise<ReadResult> {
  const cells = new Int32Array(share.cells);
  const store = createRunStore(share.memoryRunBytes);
  const sink: EngineOptions['sink'] = (partition, run) => store.add(partition, run);
  const engine = ENGINES[share.engine]({ sink, tupleLimit: share.tupleLimit, checksum: crc32 });
  const buffer = Buffer.allocUnsafeSlow(CHUNK_BYTES);
  const files: FileOutcome[] = [];
  let restBytes = 0;
  for (let next = takeNext(cells, NEXT_FILE); next < share.files.length; next = takeNext(cells, NEXT_FILE)) {
    const path = share.files[next] as string;
    const onBytes = (bytes: number): void => {
      restBytes += bytes;
      Atomics.add(cells, DONE_KIB, restBytes >>> 10);
      restBytes &= 1023;
      onProgress(path);
    };
    files.push(await readOne(engine, path, { format: share.format, buffer, onBytes }));
  }
  engine.close();
  return { files, runs: store.stored(engine.places) };
}

const takeNext = (cells: Int32Array, cell: number): number => Atomics.add(cells, cell, 1);

async function readOne(engine: FlowEngine, path: string, options: ReadFlowFileOptions): Promise<FileOutcome> {
  try {
    const result = await readFlowFile(engine, path, options);
    if (result.kind === 'skipped') return { path, counts: null, warnings: [result.reason] };
    const counts = countsOf(result.tally);
    const damage = result.damage === null ? [] : [`${result.damage}: read ${counts.read} records before it`];
    return { path, counts, warnings: [...damage, ...warningsOf(result.tally)] };
  } catch (error) {
    return { path, counts: null, warnings: [error instanceof Error ? error.message : String(error)] };
  }
}

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
