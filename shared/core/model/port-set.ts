/**
 * An exact set of ports. There are only 65,536 possible values, so a sketch would cost more than the truth:
 * a sorted array while small, an 8 KiB bitmap once that is smaller. Union is OR.
 */
export type PortSet = { ports: Uint16Array; size: number; bitmap: Uint32Array | null };

const BITMAP_WORDS = 2048;
/** A sorted Uint16Array of this length is as large as half the bitmap; past it, inserting costs more than it saves. */
const ARRAY_LIMIT = 2048;

/** Most sets stay empty, and an array costs more than all else in one: they share this, which has no room to write to. */
const NO_PORTS = new Uint16Array(0);
const FIRST_PORTS = 4;

export const emptyPortSet = (): PortSet => ({ ports: NO_PORTS, size: 0, bitmap: null });

export function portSetOf(ports: Iterable<number>): PortSet {
  const set = emptyPortSet();
  for (const port of ports) addPort(set, port);
  return set;
}

export const portCount = (set: PortSet): number => set.size;

export function hasPort(set: PortSet, port: number): boolean {
  if (set.bitmap) return ((set.bitmap[port >>> 5] ?? 0) & (1 << (port & 31))) !== 0;
  const at = lowerBound(set, port);
  return at < set.size && set.ports[at] === port;
}

/** Adds `port` (0–65535) in place; adding it again changes nothing. */
export function addPort(set: PortSet, port: number): void {
  if (set.bitmap) return addToBitmap(set, set.bitmap, port);
  const at = lowerBound(set, port);
  if (at < set.size && set.ports[at] === port) return;
  if (set.size === ARRAY_LIMIT) {
    growIntoBitmap(set);
    return addPort(set, port);
  }
  if (set.size === set.ports.length) {
    const grown = new Uint16Array(Math.max(set.ports.length * 2, FIRST_PORTS));
    grown.set(set.ports);
    set.ports = grown;
  }
  set.ports.copyWithin(at + 1, at, set.size);
  set.ports[at] = port;
  set.size += 1;
}

/** Adds every port of `other` to `set`, in place; between bitmaps 32 ports at a time. */
export function addAllPorts(set: PortSet, other: PortSet): void {
  if (!other.bitmap) {
    for (let i = 0; i < other.size; i += 1) addPort(set, other.ports[i] as number);
    return;
  }
  if (!set.bitmap) growIntoBitmap(set);
  const into = set.bitmap as unknown as Uint32Array;
  let size = 0;
  for (let word = 0; word < BITMAP_WORDS; word += 1) {
    const bits = ((into[word] as number) | (other.bitmap[word] as number)) >>> 0;
    into[word] = bits;
    size += bitCount(bits);
  }
  set.size = size;
}

export function copyPortSet(set: PortSet): PortSet {
  return { ports: set.size === 0 ? NO_PORTS : set.ports.slice(), size: set.size, bitmap: set.bitmap?.slice() ?? null };
}

export function unionOf(sets: Iterable<PortSet>): PortSet {
  const union = emptyPortSet();
  for (const set of sets) addAllPorts(union, set);
  return union;
}

/** How many ports of `set` are in none of `others`. */
export function countWithout(set: PortSet, ...others: readonly PortSet[]): number {
  const bitmaps = others.map((other) => other.bitmap);
  if (set.bitmap && bitmaps.every((bitmap) => bitmap !== null)) return countWordsWithout(set.bitmap, bitmaps);
  let count = 0;
  for (const port of portsOf(set)) if (!others.some((other) => hasPort(other, port))) count += 1;
  return count;
}

/** The ports of `set` that are in none of `others`. */
export function without(set: PortSet, ...others: readonly PortSet[]): PortSet {
  return portSetOf(portsOf(set).filter((port) => !others.some((other) => hasPort(other, port))));
}

/** The ports that are in both. */
export function intersectionOf(a: PortSet, b: PortSet): PortSet {
  return portSetOf(portsOf(a).filter((port) => hasPort(b, port)));
}

const DENSE_SHARE = 0.85;
const FEWEST_DENSE = 16;

/** The smallest range that holds every port of a set that is not empty. */
export function rangeOf(set: PortSet): { low: number; high: number } {
  let low = 65_535;
  let high = 0;
  for (const port of portsOf(set)) {
    low = Math.min(low, port);
    high = port;
  }
  return { low, high };
}

/** True when the ports fill most of the range that they span. */
export function isDense(set: PortSet): boolean {
  if (set.size < FEWEST_DENSE) return false;
  const { low, high } = rangeOf(set);
  return set.size >= DENSE_SHARE * (high - low + 1);
}

/** Ascending. */
export function* portsOf(set: PortSet): Generator<number> {
  if (!set.bitmap) {
    for (let i = 0; i < set.size; i += 1) yield set.ports[i] as number;
    return;
  }
  for (let word = 0; word < BITMAP_WORDS; word += 1) {
    let bits = set.bitmap[word] as number;
    while (bits !== 0) {
      yield word * 32 + (31 - Math.clz32(bits & -bits));
      bits &= bits - 1;
    }
  }
}

function countWordsWithout(bitmap: Uint32Array, others: readonly Uint32Array[]): number {
  let count = 0;
  for (let word = 0; word < BITMAP_WORDS; word += 1) {
    let bits = bitmap[word] as number;
    for (const other of others) bits &= ~(other[word] as number);
    count += bitCount(bits);
  }
  return count;
}

/** Number of one bits in a 32-bit word (Hacker's Delight, figure 5-2). */
function bitCount(word: number): number {
  let bits = word - ((word >>> 1) & 0x5555_5555);
  bits = (bits & 0x3333_3333) + ((bits >>> 2) & 0x3333_3333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f_0f0f, 0x0101_0101) >>> 24;
}

function lowerBound(set: PortSet, port: number): number {
  let low = 0;
  let high = set.size;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((set.ports[middle] as number) < port) low = middle + 1;
    else high = middle;
  }
  return low;
}

function growIntoBitmap(set: PortSet): void {
  const bitmap = new Uint32Array(BITMAP_WORDS);
  const { ports, size } = set;
  set.bitmap = bitmap;
  set.ports = new Uint16Array(0);
  set.size = 0;
  for (let i = 0; i < size; i += 1) addToBitmap(set, bitmap, ports[i] as number);
}

function addToBitmap(set: PortSet, bitmap: Uint32Array, port: number): void {
  const word = port >>> 5;
  const bit = 1 << (port & 31);
  if (((bitmap[word] as number) & bit) !== 0) return;
  bitmap[word] = (bitmap[word] as number) | bit;
  set.size += 1;
}
