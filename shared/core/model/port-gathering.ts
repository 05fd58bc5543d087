import { BITMAP_WORDS, orBits, setBits } from './port-bits.ts';
import type { PortSet } from './port-set.ts';

/** Where sets are gathered to be counted or taken away together. All zeros between a `release` and the next `gather`. */
export const BITS = new Uint32Array(BITMAP_WORDS);

/** Sets with ports, each once: the sets of a row, and of a minute after it, are often the very same. */
export function distinctFilled(sets: Iterable<PortSet>): PortSet[] {
  const filled: PortSet[] = [];
  let last: PortSet | null = null;
  for (const set of sets) {
    if (set.size > 0 && set !== last) filled.push(set);
    last = set;
  }
  return filled;
}

/** ORs the sets into `BITS` and says which of its words they touch. */
export function gather(sets: readonly PortSet[]): { readonly from: number; readonly to: number } {
  let [from, to] = [BITMAP_WORDS - 1, 0];
  for (const set of sets) {
    if (set.bitmap) {
      orBits(BITS, set.bitmap);
      [from, to] = [0, BITMAP_WORDS - 1];
      continue;
    }
    setBits(BITS, set);
    from = Math.min(from, (set.ports[0] as number) >>> 5);
    to = Math.max(to, (set.ports[set.size - 1] as number) >>> 5);
  }
  return { from, to };
}

/** Of the words that `gather` said it touched. */
export const release = (from: number, to: number): void => void BITS.fill(0, from, to + 1);
