import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';

type Answer<Case, Outcome> = { readonly outcome: Outcome } | { readonly failed: Case; readonly message: string };

/** Plays all cases over a few threads. A case that throws is a defect of the judge or of the core, and ends the run. */
export function playAll<Case, Outcome>(
  cases: readonly Case[],
  jobs: number | null,
  onOutcome: (outcome: Outcome, done: number) => void,
): Promise<Outcome[]> {
  if (cases.length === 0) return Promise.reject(new Error('no case was chosen'));
  const waiting = cases.toReversed();
  const outcomes: Outcome[] = [];
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
      worker.on('message', (answer: Answer<Case, Outcome>) => {
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
