import type { PortList } from './port-lists.ts';

/** 65,536 bits, one for each port. */
export const BITMAP_WORDS = 2048;

/** Number of one bits in a 32-bit word (Hacker's Delight, figure 5-2). */
export function bitCount(word: number): number {
  let bits = word - ((word >>> 1) & 0x5555_5555);
  bits = (bits & 0x3333_3333) + ((bits >>> 2) & 0x3333_3333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f_0f0f, 0x0101_0101) >>> 24;
}

export function setBits(bits: Uint32Array, { ports, size }: PortList): void {
  for (let i = 0; i < size; i += 1) {
    const port = ports[i] as number;
    bits[port >>> 5] = (bits[port >>> 5] as number) | (1 << (port & 31));
  }
}

export function orBits(bits: Uint32Array, other: Uint32Array): void {
  for (let word = 0; word < BITMAP_WORDS; word += 1) bits[word] = (bits[word] as number) | (other[word] as number);
}

/** The ports of the words from `first` to `last`, ascending, into `to`; returns how many there are. */
export function listBits(bits: Uint32Array, first: number, last: number, to: Uint16Array): number {
  let size = 0;
  for (let word = first; word <= last; word += 1) {
    let rest = bits[word] as number;
    while (rest !== 0) {
      to[size++] = word * 32 + (31 - Math.clz32(rest & -rest));
      rest &= rest - 1;
    }
  }
  return size;
}

export function countBits(bits: Uint32Array, first: number, last: number): number {
  let count = 0;
  for (let word = first; word <= last; word += 1) count += bitCount(bits[word] as number);
  return count;
}
