/** One bit per port: 65,536 bits, as a kernel or a gateway keeps them. */
export type PortBitmap = Uint32Array;

export const PORT_WORDS = 2048;
const ANY_PORT = 0xffffffff;
const EVEN_PORTS = 0x55555555;

export type Parity = 'any' | 'even' | 'odd';

const MASKS: Readonly<Record<Parity, number>> = { any: ANY_PORT, even: EVEN_PORTS, odd: ~EVEN_PORTS };

export const createPortBitmap = (): PortBitmap => new Uint32Array(PORT_WORDS);

export const isTaken = (taken: PortBitmap, port: number): boolean =>
  ((taken[port >>> 5] as number) & (1 << (port & 31))) !== 0;

export function take(taken: PortBitmap, port: number): void {
  taken[port >>> 5] = (taken[port >>> 5] as number) | (1 << (port & 31));
}

export function release(taken: PortBitmap, port: number): void {
  taken[port >>> 5] = (taken[port >>> 5] as number) & ~(1 << (port & 31));
}

/**
 * The first port at or after `start` (wrapping inside [low, high]) that is free in both bitmaps and of the parity,
 * or -1. Looks at 32 ports a step, because a full range is searched to its end by every failing connect.
 */
export function findFree(
  taken: PortBitmap,
  alsoTaken: PortBitmap | null,
  range: { readonly low: number; readonly high: number },
  start: number,
  parity: Parity,
): number {
  const found = findBetween(taken, alsoTaken, start, range.high, MASKS[parity]);
  return found >= 0 || start === range.low ? found : findBetween(taken, alsoTaken, range.low, start - 1, MASKS[parity]);
}

function findBetween(taken: PortBitmap, also: PortBitmap | null, low: number, high: number, mask: number): number {
  if (low > high) return -1;
  const firstWord = low >>> 5;
  const lastWord = high >>> 5;
  for (let word = firstWord; word <= lastWord; word += 1) {
    let free = ~((taken[word] as number) | (also === null ? 0 : (also[word] as number))) & mask;
    if (word === firstWord) free &= ANY_PORT << (low & 31);
    if (word === lastWord && (high & 31) !== 31) free &= (1 << ((high & 31) + 1)) - 1;
    if (free !== 0) return word * 32 + (31 - Math.clz32(free & -free));
  }
  return -1;
}
