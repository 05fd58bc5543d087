import { parentPort } from 'node:worker_threads';
import type { CalmCase } from './calm-case.ts';
import type { EvalCase } from './case.ts';
import { playCalm } from './play-calm.ts';
import { playCase } from './play-case.ts';

const nowSeconds = (): number => performance.now() / 1000;

/** Plays what it is sent, one at a time: a case names its scenario, a calm week does not. */
parentPort?.on('message', async (one: EvalCase | CalmCase) => {
  try {
    const outcome = 'scenario' in one ? playCase(one, nowSeconds) : await playCalm(one, nowSeconds);
    parentPort?.postMessage({ outcome });
  } catch (error) {
    parentPort?.postMessage({
      failed: one,
      message: error instanceof Error ? (error.stack ?? error.message) : String(error),
    });
  }
});
