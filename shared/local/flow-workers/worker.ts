import { parentPort } from 'node:worker_threads';
import type { RankShare } from './rank-share.ts';
import { readShare, type ReadShare } from './read-share.ts';

export type Task =
  | { readonly kind: 'read'; readonly share: ReadShare }
  | { readonly kind: 'rank'; readonly share: RankShare };

/** Few threads are asked to rank: the others do not load what it takes. */
const answer = async (task: Task): Promise<unknown> =>
  task.kind === 'read' ? readShare(task.share) : (await import('./rank-share.ts')).rankShare(task.share);

/** A thread answers each task with its result; what goes wrong ends the thread, and the caller hears of it. */
parentPort?.on('message', (task: Task) => void answer(task).then((result) => parentPort?.postMessage(result)));
