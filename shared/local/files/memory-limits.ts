import { totalmem } from 'node:os';
import { getHeapStatistics } from 'node:v8';

/** More than fits into this machine's memory; the message says what to do. */
export class InputsTooLarge extends Error {
  override readonly name = 'InputsTooLarge';
}

/** What the machine has, or the container. */
export const memoryOfMachine = (): number => Math.min(totalmem(), process.constrainedMemory() || Infinity);

/** What a row takes at most while it is analysed: 180 bytes were measured, of five million rows. */
const ROW_BYTES = 200;
/** Node, the engine and the code. */
const BASE_BYTES = 150 * 1024 * 1024;
/** What may be taken of the memory: other programs have some. */
const MEMORY_SHARE = 0.85;

export const rowsFitting = (memoryBytes: number): number =>
  Math.max(0, Math.floor((MEMORY_SHARE * memoryBytes - BASE_BYTES) / ROW_BYTES));

/** Past this share of its heap V8 does little but look for garbage, and then ends the process. */
const HEAP_SHARE = 0.85;

export function isHeapFull(): boolean {
  const { used_heap_size: used, heap_size_limit: limit } = getHeapStatistics();
  return used > HEAP_SHARE * limit;
}

/** What V8 says where the system gives it no more memory for arrays. */
export const isAllocationFailure = (error: unknown): boolean =>
  error instanceof RangeError && error.message.includes('allocation failed');

const WHAT_TO_DO =
  'Give fewer hours at a time, or ask `freeport flows` for the busiest destinations, which reads any amount.';

export const tooManyRows = (place: string, rows: number, memoryBytes: number): InputsTooLarge =>
  new InputsTooLarge(
    `too much to analyse at once: ${place} the flow logs have come to ${rows.toLocaleString('en')} rows (a minute of a source and a destination each), and no more fit into the ${(memoryBytes / 1024 ** 3).toFixed(1)} GB of memory here.\n${WHAT_TO_DO}`,
  );

export const heapFull = (place: string): InputsTooLarge =>
  new InputsTooLarge(
    `too much to analyse at once: ${place} what was read fills Node's heap.\n${WHAT_TO_DO} NODE_OPTIONS=--max-old-space-size=MEGABYTES makes the heap larger.`,
  );
