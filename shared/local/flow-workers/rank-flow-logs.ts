import { Worker } from 'node:worker_threads';
import { mergeRankings, type RankedFlow, type RankOptions } from '../../core/flow-log/rank/ranking.ts';
import { CELLS, DONE_KIB, rankShare, readShare, type EngineName, type FileOutcome, type ReadResult } from './share.ts';
import { dropRuns, MEMORY_RUN_BYTES } from './run-store.ts';
import type { Task } from './worker.ts';

export type RankFlowLogsOptions = RankOptions & {
  readonly threads: number;
  readonly engine?: EngineName;
  readonly format?: readonly string[] | undefined;
  readonly onProgress?: (progress: { readonly bytesDone: number; readonly file: string }) => void;
};

export type FlowRanking = {
  readonly flows: readonly RankedFlow[];
  readonly files: readonly FileOutcome[];
};

/**
 * Ranks the flows of flow log files: every thread reads files into rows of its own, then ranks partitions of everybody's
 * rows. The first thread works too, so that one thread is one thread.
 */
export async function rankFlowLogs(files: readonly string[], options: RankFlowLogsOptions): Promise<FlowRanking> {
  const cells = new SharedArrayBuffer(CELLS * 4);
  const workers = startWorkers(Math.min(options.threads, Math.max(files.length, 1)) - 1);
  const { engine = 'wasm', format, onProgress } = options;
  const progress = (file: string): void =>
    onProgress?.({ bytesDone: (new Int32Array(cells)[DONE_KIB] as number) * 1024, file });
  let results: readonly ReadResult[] = [];
  try {
    const share = { engine, files, format, cells, memoryRunBytes: Math.ceil(MEMORY_RUN_BYTES / options.threads) };
    results = await everywhere(workers, { kind: 'read', share }, () => readShare(share, progress));
    const stores = results.map(({ runs }) => runs);
    const context = { options: rankOptionsOf(options), forwarding: new Set<string>() };
    const rankings = await everywhere(workers, { kind: 'rank', share: { cells, stores, context } }, async () =>
      rankShare({ cells, stores, context }),
    );
    return { flows: mergeRankings(rankings, options), files: results.flatMap((result) => result.files) };
  } finally {
    dropRuns(results.map(({ runs }) => runs));
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

const rankOptionsOf = ({ by, sort, perMinute, top, destination }: RankOptions): RankOptions => ({
  by,
  sort,
  perMinute,
  top,
  destination,
});

/** Files of spilled rows are closed here, by whoever ranks them, and not when the thread that wrote them ends. */
function startWorkers(count: number): Worker[] {
  return Array.from({ length: count }, () => new Worker(new URL('./worker.ts', import.meta.url), { trackUnmanagedFds: false }));
}

/** Gives every thread the same task and does it here too. */
async function everywhere<T>(workers: readonly Worker[], task: Task, here: () => Promise<T>): Promise<T[]> {
  const answers = workers.map(
    (worker) =>
      new Promise<T>((resolve, reject) => {
        worker.once('message', resolve);
        worker.once('error', reject);
        worker.postMessage(task);
      }),
  );
  return Promise.all([here(), ...answers]);
}
