import type { EngineOptions, FlowEngine } from '../../core/flow-log/engine/engine.ts';
import type { ReadingCounts } from '../../core/model/reading.ts';
import { reasonOf } from '../files/reason-of.ts';
import { createFindTwin, type CopyShare } from './copies.ts';
import { CHUNK_BYTES } from './each-chunk.ts';
import { readFlowFile, type ReadFlowFileOptions } from './read-flow-file.ts';
import { createRunStore, SpillFailed, type StoredRuns } from './run-store.ts';
import { NEXT_FILE, DONE_KIB, takeNext, type EngineName } from './shared-cells.ts';

type CreateEngine = (options: EngineOptions) => FlowEngine;

/** Every thread loads the one that it needs. */
const ENGINES: Readonly<Record<EngineName, () => Promise<CreateEngine>>> = {
  wasm: async () => (await import('../../core/flow-log/engine/wasm-engine.ts')).createWasmEngine,
  plain: async () => (await import('../../core/flow-log/engine/plain-engine.ts')).createPlainEngine,
};

export type ReadShare = {
  readonly engine: EngineName;
  readonly files: readonly string[];
  readonly format: readonly string[] | undefined;
  readonly cells: SharedArrayBuffer;
  readonly memoryRunBytes: number;
  /** How many tuples the open minutes of this thread may hold. */
  readonly tupleLimit: number;
  readonly copies: CopyShare;
};

export type FileOutcome = {
  readonly path: string;
  readonly counts: ReadingCounts | null;
  /** Why it was left out, or what is wrong with it. */
  readonly warnings: readonly string[];
  /** The file that was read in its place. */
  readonly copyOf?: string;
};

export type ReadResult = { readonly files: readonly FileOutcome[]; readonly runs: StoredRuns };

/**
 * Takes files from the common list until there are none. Every thread does this, the first one too, which before that
 * reads `ownFiles`: standard input is its alone.
 */
export async function readShare(
  share: ReadShare,
  onProgress: (file: string) => void = () => {},
  ownFiles: readonly string[] = [],
): Promise<ReadResult> {
  const cells = new Int32Array(share.cells);
  const store = createRunStore(share.memoryRunBytes);
  const sink: EngineOptions['sink'] = (partition, run) => store.add(partition, run);
  const createEngine = await ENGINES[share.engine]();
  const engine = createEngine({ sink, tupleLimit: share.tupleLimit });
  const buffer = Buffer.allocUnsafeSlow(CHUNK_BYTES);
  const findTwin = createFindTwin(share.copies, share.files);
  const files: FileOutcome[] = [];
  let restBytes = 0;
  const read = async (path: string, number: number): Promise<void> => {
    const onBytes = (bytes: number): void => {
      restBytes += bytes;
      Atomics.add(cells, DONE_KIB, restBytes >>> 10);
      restBytes &= 1023;
      onProgress(path);
    };
    files.push(
      await readOne(engine, path, {
        format: share.format,
        buffer,
        onBytes,
        findTwin: (begun) => findTwin(begun, number),
      }),
    );
  };
  for (const path of ownFiles) await read(path, NO_NUMBER);
  for (let next = takeNext(cells, NEXT_FILE); next < share.files.length; next = takeNext(cells, NEXT_FILE))
    await read(share.files[next] as string, next);
  engine.close();
  const runs = store.stored(engine.places, engine.pairBounds());
  engine.retire?.();
  return { files, runs };
}

/** Standard input is no file that could be another's copy. */
const NO_NUMBER = -1;

async function readOne(engine: FlowEngine, path: string, options: ReadFlowFileOptions): Promise<FileOutcome> {
  try {
    const result = await readFlowFile(engine, path, options);
    if (result.kind === 'copy') return { path, counts: null, warnings: [], copyOf: result.of };
    if (result.kind === 'skipped') return { path, counts: null, warnings: [result.reason] };
    return { path, counts: result.counts, warnings: result.warnings };
  } catch (error) {
    if (error instanceof SpillFailed) throw error;
    return { path, counts: null, warnings: [reasonOf(error)] };
  }
}
