export type EngineName = 'wasm' | 'plain';

/** Cells of the memory that threads share: which file and which partition comes next, and how far reading is. */
export const NEXT_FILE = 0;
export const NEXT_PARTITION = 1;
/** Kibibytes, as one cell counts to 2 TiB that way. */
export const DONE_KIB = 2;
/** No flow with less is among the best. */
export const RANK_FLOOR = 3;
export const CELLS = 4;

/** The next of a list that all threads take from. */
export const takeNext = (cells: Int32Array, cell: number): number => Atomics.add(cells, cell, 1);

/** Raises a cell to `value` where it is lower, and returns what it is then; a cell counts to 2^31. */
export function raiseTo(cells: Int32Array, cell: number, value: number): number {
  const wanted = Math.min(value, 0x7fff_ffff);
  for (let known = Atomics.load(cells, cell); known < wanted; known = Atomics.load(cells, cell))
    if (Atomics.compareExchange(cells, cell, known, wanted) === known) return wanted;
  return Atomics.load(cells, cell);
}
