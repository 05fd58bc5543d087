import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { EvalCase } from './case.ts';
import type { CaseOutcome } from './play-case.ts';

type Answer = { readonly outcome: CaseOutcome } | { readonly failed: EvalCase; readonly message: string };

/** Plays all cases over a few threads. A case that throws is a defect of the judge or of the core, and ends the run. */
export function playAll(
  cases: readonly EvalCase[],
  jobs: number | null,
  onOutcome: (outcome: CaseOutcome, done: number) => void,
): Promise<CaseOutcome[]> {
  const waiting = cases.toReversed();
  const outcomes: CaseOutcome[] = [];
  const workers: Worker[] = [];
  return new Promise((resolve, reject) => {
    const feed = (worker: Worker): void => {
      const next = waiting.pop();
      if (next) worker.postMessage(next);
      else if (outcomes.length === cases.length) finish(() => resolve(outcomes));
    };
    const finish = (then: () => void): void => {
      for (const worker of workers) void worker.terminate();
      then();
    };
    for (let n = 0; n < Math.min(jobs ?? availableParallelism(), cases.length); n += 1) {
      const worker = new Worker(new URL('worker.ts', import.meta.url));
      workers.push(worker);
      worker.on('error', (error) => finish(() => reject(error)));
      worker.on('message', (answer: Answer) => {
        if ('failed' in answer)
          return finish(() => reject(new Error(`${JSON.stringify(answer.failed)}: ${answer.message}`)));
        outcomes.push(answer.outcome);
        onOutcome(answer.outcome, outcomes.length);
        feed(worker);
      });
      feed(worker);
    }
  });
}
