import { parentPort } from 'node:worker_threads';
import type { EvalCase } from './case.ts';
import { playCase } from './play-case.ts';

/** Plays the cases it is sent, one at a time. */
parentPort?.on('message', (one: EvalCase) => {
  try {
    parentPort?.postMessage({ outcome: playCase(one, () => performance.now() / 1000) });
  } catch (error) {
    parentPort?.postMessage({
      failed: one,
      message: error instanceof Error ? (error.stack ?? error.message) : String(error),
    });
  }
});
