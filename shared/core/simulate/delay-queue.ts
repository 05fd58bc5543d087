/** Ports that come free after a fixed delay: first in, first out, because the delay never changes. */
export type DelayQueue<T> = { readonly dueMs: number[]; readonly entries: T[]; head: number };

export const createDelayQueue = <T>(): DelayQueue<T> => ({ dueMs: [], entries: [], head: 0 });

export const waiting = (queue: DelayQueue<unknown>): number => queue.entries.length - queue.head;

export function enqueue<T>(queue: DelayQueue<T>, dueMs: number, entry: T): void {
  queue.dueMs.push(dueMs);
  queue.entries.push(entry);
}

export function dequeue<T>(queue: DelayQueue<T>): T | undefined {
  if (queue.head === queue.entries.length) return undefined;
  const entry = queue.entries[queue.head] as T;
  queue.head += 1;
  if (queue.head > 4096 && queue.head * 2 > queue.entries.length) compact(queue);
  return entry;
}

/** Takes out what is due at `nowMs`. */
export function releaseDue<T>(queue: DelayQueue<T>, nowMs: number, released: (entry: T) => void): void {
  while (queue.head < queue.entries.length && (queue.dueMs[queue.head] as number) <= nowMs)
    released(dequeue(queue) as T);
}

function compact(queue: DelayQueue<unknown>): void {
  queue.dueMs.splice(0, queue.head);
  queue.entries.splice(0, queue.head);
  queue.head = 0;
}
