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

/** A table in memory that threads share: of all who claim the same two marks (32 bits each), one is the first. */
export type Claims = {
  /**
   * Returns `claimer`, or who was before with the same marks. `passed` of those who were are passed over, as the same
   * marks mean something else there.
   */
  claim(claimer: number, first: number, second: number, passed: number): number;
};

/** At most this part of the table is taken, so that a free place is found at once. */
const PLACES_PER_CLAIM = 8;

const placesFor = (claimers: number): number => 2 ** Math.ceil(Math.log2(Math.max(claimers, 1) * PLACES_PER_CLAIM));

/** Room for claimers 0 to `claimers` - 1: two marks of each, and the table of who has which place. */
export const claimsFor = (claimers: number): SharedArrayBuffer =>
  new SharedArrayBuffer((claimers * 2 + placesFor(claimers)) * 4);

export function createClaims(shared: SharedArrayBuffer, claimers: number): Claims {
  const marks = new Int32Array(shared, 0, claimers * 2);
  const places = new Int32Array(shared, claimers * 8);
  const last = places.length - 1;
  return {
    claim(claimer, first, second, passed) {
      marks[claimer * 2] = first;
      marks[claimer * 2 + 1] = second;
      let left = passed;
      for (let place = first ^ second; ; place += 1) {
        const found = Atomics.compareExchange(places, place & last, 0, claimer + 1) - 1;
        if (found < 0 || found === claimer) return claimer;
        if (marks[found * 2] !== (first | 0) || marks[found * 2 + 1] !== (second | 0)) continue;
        if (left === 0) return found;
        left -= 1;
      }
    },
  };
}
