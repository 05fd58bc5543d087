import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';
import { diallingAddresses } from '../../core/flow-log/rank/gates.ts';
import { mergeRankings, type RankedFlow, type RankOptions, type TopSource } from '../../core/flow-log/rank/ranking.ts';
import {
  beatenRows,
  hasSeveralFormats,
  nothingForwarded,
  tellsForwarding,
  topSources,
} from '../../core/flow-log/rank/surveys.ts';
import { eachForwardedWasm } from '../../core/flow-log/rank/wasm-forwarded.ts';
import { STANDARD_INPUT } from '../files/list-files.ts';
import { allRuns, dropRuns, MEMORY_RUN_BYTES, type StoredRuns } from './run-store.ts';
import { isMixed } from './copies.ts';
import { rankShare, type RankShare } from './rank-share.ts';
import { readShare, type FileOutcome, type ReadResult } from './read-share.ts';
import { CELLS, claimsFor, DONE_KIB, type EngineName } from './shared-cells.ts';
import { smallestLast, type SizedFile } from './smallest-last.ts';
import type { Task } from './worker.ts';

export type RankFlowLogsOptions = RankOptions & {
  readonly threads: number;
  readonly engine?: EngineName;
  readonly format?: readonly string[] | undefined;
  /** So many bytes of rows are ranked by one thread before others help, and for each that helps. */
  readonly rankedAloneBytes?: number;
  readonly onProgress?: (progress: { readonly bytesDone: number; readonly file: string }) => void;
};

export type FlowRanking = {
  readonly flows: readonly (RankedFlow & { readonly topSources: readonly TopSource[] })[];
  readonly files: readonly FileOutcome[];
};

/**
 * Tuples of 32 bytes in the open minutes of all threads together, and the least for one. With fewer a row leaves in more
 * pieces; more of them would no longer lie in the processor's last cache.
 */
const TUPLES = 1 << 18;
const TUPLES_OF_A_THREAD = 1 << 17;

/**
 * Ranks the flows of flow log files: every thread reads files into rows of its own, then ranks partitions of everybody's
 * rows. The first thread works too, so that one thread is one thread.
 */
export async function rankFlowLogs(files: readonly SizedFile[], options: RankFlowLogsOptions): Promise<FlowRanking> {
  const cells = new SharedArrayBuffer(CELLS * 4);
  const own = files.filter(({ path }) => path === STANDARD_INPUT).map(({ path }) => path);
  const others = files.filter(({ path }) => path !== STANDARD_INPUT);
  let workers = startWorkers(Math.min(options.threads, Math.max(files.length, 1)) - 1);
  const { engine = 'wasm', format, rankedAloneBytes = RANKED_ALONE_BYTES, onProgress } = options;
  const progress = (file: string): void =>
    onProgress?.({ bytesDone: (new Int32Array(cells)[DONE_KIB] as number) * 1024, file });
  let results: readonly ReadResult[] = [];
  try {
    const memoryRunBytes = Math.ceil(MEMORY_RUN_BYTES / options.threads);
    const tupleLimit = Math.max(TUPLES / options.threads, TUPLES_OF_A_THREAD);
    const share = {
      engine,
      files: (options.threads === 1 ? others : smallestLast(others, options.threads)).map(({ path }) => path),
      format,
      cells,
      memoryRunBytes,
      tupleLimit,
      copies: { claims: claimsFor(others.length), isMixed: isMixed(others) },
    };
    const isLong = files.reduce((sum, { bytes }) => sum + bytes, 0) > LONG_INPUT_BYTES;
    if (isLong) keepYoungGenerationSmall();
    results = await everywhere(workers, { kind: 'read', share }, () => readShare(share, progress, own));
    const stores = results.map(({ runs }) => runs);
    const surveyed = survey(stores, options);
    const rankTask = { engine, cells, stores, ...surveyed };
    // Nearly always the best are known soon, and nobody need help: a long reading's memory is given back before.
    const ended = endThreads(workers);
    if (isLong) await ended;
    const alone = rankShare(rankTask, rankedAloneBytes);
    workers = startWorkers(Math.min(Math.floor(alone.leftBytes / rankedAloneBytes), workers.length));
    const shares =
      alone.leftBytes === 0
        ? []
        : await everywhere(workers, { kind: 'rank', share: rankTask }, async () => rankShare(rankTask));
    const flows = mergeRankings(
      [alone, ...shares].map((ranked) => ranked.flows),
      options,
    );
    const places = stores.flatMap((store) => store.places);
    const eachForwarded = places.some(tellsForwarding) ? eachForwardedWasm : nothingForwarded;
    const sources = topSources(allRuns(stores), flows, eachForwarded);
    return {
      flows: flows.map((flow, i) => ({ ...flow, topSources: sources[i] ?? [] })),
      files: await settled(results.flatMap((result) => result.files)),
    };
  } finally {
    dropRuns(results.map(({ runs }) => runs));
    void endThreads(workers);
  }
}

/** Mostly there are no copies. */
const settled = async (files: readonly FileOutcome[]): Promise<readonly FileOutcome[]> =>
  files.some(({ copyOf }) => copyOf !== undefined) ? (await import('./settle-copies.ts')).settleCopies(files) : files;

/**
 * Another thread begins to rank cold and with memory of its own: with a quarter of this it gains nothing, and with half
 * of it no more than its memory is worth.
 */
const RANKED_ALONE_BYTES = 256 * 1024 * 1024;

/** Their end takes as long as ranking a partition or two. */
const endThreads = (workers: readonly Worker[]): Promise<unknown> =>
  Promise.all(workers.map((worker) => worker.terminate()));

/** What must be known of all rows before any can be ranked: mostly nothing. */
function survey(stores: readonly StoredRuns[], options: RankOptions): Pick<RankShare, 'context' | 'beaten'> {
  const places = stores.flatMap((store) => store.places);
  const needsGates = options.by !== 'destination' && places.some(tellsForwarding);
  const dialling = needsGates ? diallingAddresses(() => allRuns(stores)) : new Set<string>();
  const beaten = hasSeveralFormats(places) ? beatenRows(allRuns(stores)) : new Set<string>();
  return { context: { options: rankOptionsOf(options), dialling }, beaten };
}

const rankOptionsOf = ({ by, sort, perMinute, top, destination }: RankOptions): RankOptions => ({
  by,
  sort,
  perMinute,
  top,
  destination,
});

/**
 * Little garbage is made, but V8 doubles its young generation by and by, up to 32 MB: with a factor of one it stays as it
 * is. What is short does not get that far, and would pay for it: code that was compiled under other flags is compiled again.
 */
const LONG_INPUT_BYTES = 256 * 1024 * 1024;
const keepYoungGenerationSmall = (): void => setFlagsFromString('--semi-space-growth-factor=1');

/** A thread makes little garbage, and what it makes may be collected soon. */
const YOUNG_MEGABYTES = 4;

/** Files of spilled rows are closed here, by whoever ranks them, and not when the thread that wrote them ends. */
function startWorkers(count: number): Worker[] {
  return Array.from(
    { length: count },
    () =>
      new Worker(new URL('./worker.mjs', import.meta.url), {
        trackUnmanagedFds: false,
        resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MEGABYTES },
      }),
  );
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
