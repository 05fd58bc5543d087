export type EngineName = 'wasm' | 'plain';

/** Cells of the memory that threads share: which file and which partition comes next, and how far reading is. */
export const NEXT_FILE = 0;
export const NEXT_PARTITION = 1;
/** Kibibytes, as one cell counts to 2 TiB that way. */
export const DONE_KIB = 2;
export const CELLS = 3;

/** The next of a list that all threads take from. */
export const takeNext = (cells: Int32Array, cell: number): number => Atomics.add(cells, cell, 1);
