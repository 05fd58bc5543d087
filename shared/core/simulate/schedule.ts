/** Things to come, in order of time: a list per second, and a heap for the second being played. */
export type Schedule<E extends { readonly atMs: number }> = {
  readonly bySecond: Map<number, E[]>;
  heap: E[];
  second: number;
  readonly endSecond: number;
};

export const createSchedule = <E extends { readonly atMs: number }>(endSecond: number): Schedule<E> => ({
  bySecond: new Map(),
  heap: [],
  second: 0,
  endSecond,
});

/** What lies past the end never happens. */
export function plan<E extends { readonly atMs: number }>(schedule: Schedule<E>, event: E): void {
  const second = Math.floor(event.atMs / 1000);
  if (second >= schedule.endSecond) return;
  if (second <= schedule.second) return pushHeap(schedule.heap, event);
  const list = schedule.bySecond.get(second);
  if (list) list.push(event);
  else schedule.bySecond.set(second, [event]);
}

export function beginSecond<E extends { readonly atMs: number }>(schedule: Schedule<E>, second: number): void {
  schedule.second = second;
  const list = schedule.bySecond.get(second);
  if (!list) return;
  schedule.bySecond.delete(second);
  for (const event of list) pushHeap(schedule.heap, event);
}

export function nextEvent<E extends { readonly atMs: number }>({ heap }: Schedule<E>): E | undefined {
  const first = heap[0];
  const last = heap.pop();
  if (first !== undefined && last !== undefined && heap.length > 0) sinkFrom(heap, last);
  return first;
}

function pushHeap<E extends { readonly atMs: number }>(heap: E[], event: E): void {
  let at = heap.length;
  heap.push(event);
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if ((heap[parent] as E).atMs <= event.atMs) break;
    heap[at] = heap[parent] as E;
    at = parent;
  }
  heap[at] = event;
}

function sinkFrom<E extends { readonly atMs: number }>(heap: E[], event: E): void {
  let at = 0;
  for (let child = 1; child < heap.length; child = 2 * at + 1) {
    if (child + 1 < heap.length && (heap[child + 1] as E).atMs < (heap[child] as E).atMs) child += 1;
    if ((heap[child] as E).atMs >= event.atMs) break;
    heap[at] = heap[child] as E;
    at = child;
  }
  heap[at] = event;
}
