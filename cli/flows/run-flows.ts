import type { RankBy, RankOptions, RankSort } from '../../shared/core/flow-log/rank/ranking.ts';
import { listFiles, type FileList } from '../../shared/local/files/list-files.ts';
import { rankFlowLogs, type FlowRanking } from '../../shared/local/flow-workers/rank-flow-logs.ts';
import { createProgressBar } from '../progress.ts';
import { UserError } from '../user-error.ts';
import { flowNotes } from './flow-notes.ts';
import { progressLabel } from './progress-label.ts';
import { renderFlows, type FlowFormat } from './render-flows.ts';

export type FlowFlags = {
  readonly by: RankBy;
  readonly sort: RankSort;
  readonly byMinute?: true;
  readonly destination?: NonNullable<RankOptions['destination']>;
  readonly top: number;
  readonly threads: number;
  readonly format: FlowFormat;
  readonly fields?: readonly string[];
  readonly engine: 'wasm' | 'plain';
};

/** Lists, reads and ranks, says what the user should know, and prints. */
export async function runFlows(paths: readonly string[], flags: FlowFlags): Promise<void> {
  const list = listFiles(paths, Date.now());
  const ranking = await rankWithProgress(list, flags);
  for (const note of flowNotes(ranking, list.unreadable)) process.stderr.write(`freeport: ${note}\n`);
  if (ranking.files.every(({ counts }) => counts === null)) throw new UserError('no flow log was found');
  if (isAllRejected(ranking)) throw new UserError('no record could be read: all were rejected');
  process.stdout.write(renderFlows(ranking.flows, flags.format));
}

/** An empty ranking would look like a calm network. */
function isAllRejected({ files }: FlowRanking): boolean {
  const counts = files.flatMap((file) => file.counts ?? []);
  return counts.some(({ rejected }) => rejected > 0) && counts.every(({ read, skipped }) => read + skipped === 0);
}

async function rankWithProgress({ files }: FileList, flags: FlowFlags): Promise<FlowRanking> {
  const bar = createProgressBar(process.stderr, () => performance.now());
  const bytesTotal = files.reduce((total, { bytes }) => total + bytes, 0);
  const startMs = performance.now();
  const { by, sort, top, threads, engine, fields, destination = null } = flags;
  try {
    return await rankFlowLogs(files, {
      by,
      sort,
      top,
      threads,
      engine,
      destination,
      perMinute: flags.byMinute === true,
      format: fields,
      onProgress({ bytesDone, file }) {
        const perSecond = (bytesDone * 1000) / Math.max(performance.now() - startMs, 1);
        bar.show({ bytesDone, bytesTotal, file: progressLabel(perSecond, file, process.stderr.columns || 80) });
      },
    });
  } finally {
    bar.end();
  }
}
