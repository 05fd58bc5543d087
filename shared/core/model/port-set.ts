import { bitCount, BITMAP_WORDS, countBits, listBits, orBits, setBits } from './port-bits.ts';
import { BITS, distinctFilled, gather, release } from './port-gathering.ts';
import { filterList, filterListByBits, mergeLists, placeInList, type PortList } from './port-lists.ts';

/**
 * An exact set of ports. There are only 65,536 possible values, so a sketch would cost more than the truth:
 * a sorted array while small, an 8 KiB bitmap once that is smaller. Union is OR.
 *
 * `addPort` and `addAllPorts` write into the set that they are given, which must be its owner's alone. What every other
 * function returns is for reading: it may be one of its arguments, and rows share sets that are equal.
 */
export type PortSet = {
  ports: Uint16Array;
  size: number;
  bitmap: Uint32Array | null;
  /** Of sets that would have to be made out for it: see `rangeOf`. */
  readonly range?: { readonly low: number; readonly high: number } | null;
};

/** A sorted Uint16Array of this length is as large as half the bitmap; past it, inserting costs more than it saves. */
export const ARRAY_LIMIT = 2048;

/** Most sets stay empty, and an array costs more than all else in one: they share this, which has no room to write to. */
const NO_PORTS = new Uint16Array(0);
const FIRST_PORTS = 4;

/** Results are made here first and copied once their size is known. Nothing in here outlives the call that wrote it. */
const LIST = new Uint16Array(2 * ARRAY_LIMIT);
const MASKED = new Uint32Array(BITMAP_WORDS);

export const emptyPortSet = (): PortSet => ({ ports: NO_PORTS, size: 0, bitmap: null });

export function portSetOf(ports: Iterable<number>): PortSet {
  const set = emptyPortSet();
  for (const port of ports) addPort(set, port);
  return set;
}

/** A set of ascending, distinct ports, which it takes for its own. */
export function portSetOfSorted(ports: Uint16Array): PortSet {
  const list: PortSet = { ports, size: ports.length, bitmap: null };
  return ports.length <= ARRAY_LIMIT ? list : { ports: NO_PORTS, size: ports.length, bitmap: bitmapOf(list) };
}

export const portCount = (set: PortSet): number => set.size;

export function hasPort(set: PortSet, port: number): boolean {
  if (set.bitmap) return ((set.bitmap[port >>> 5] ?? 0) & (1 << (port & 31))) !== 0;
  const at = placeInList(set, port);
  return at < set.size && set.ports[at] === port;
}

/** Adds `port` (0–65535) in place; adding it again changes nothing. */
export function addPort(set: PortSet, port: number): void {
  if (set.bitmap) return addToBitmap(set, set.bitmap, port);
  const at = placeInList(set, port);
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
  if (other.bitmap === null && other.size <= FEW) {
    for (let i = 0; i < other.size; i += 1) addPort(set, other.ports[i] as number);
  } else if (fitTogether(set, other)) Object.assign(set, mergeOfLists(set, other));
  else {
    const into = set.bitmap ?? growIntoBitmap(set);
    if (other.bitmap) orBits(into, other.bitmap);
    else setBits(into, other);
    set.size = countBits(into, 0, BITMAP_WORDS - 1);
  }
}

/** Up to so many are put in their places one by one. */
const FEW = 8;

export function copyPortSet(set: PortSet): PortSet {
  const ports = set.size === 0 || set.bitmap ? NO_PORTS : set.ports.slice(0, set.size);
  return { ports, size: set.size, bitmap: set.bitmap?.slice() ?? null };
}

export function unionOf(sets: Iterable<PortSet>): PortSet {
  const filled = distinctFilled(sets);
  const [first, second] = filled;
  if (first === undefined) return emptyPortSet();
  if (second === undefined) return first;
  if (filled.length === 2 && fitTogether(first, second)) return mergeOfLists(first, second);
  const { from, to } = gather(filled);
  const size = countBits(BITS, from, to);
  const union = size <= ARRAY_LIMIT ? listOfBits(from, to) : { ports: NO_PORTS, size, bitmap: BITS.slice() };
  release(from, to);
  return union;
}

/** How many ports are in any of the sets: their union without making one. */
export function unionSize(sets: Iterable<PortSet>): number {
  const filled = distinctFilled(sets);
  const [first, second] = filled;
  if (first === undefined) return 0;
  if (second === undefined) return first.size;
  if (filled.length === 2 && fitTogether(first, second)) return mergeLists(first, second, LIST);
  const { from, to } = gather(filled);
  const size = countBits(BITS, from, to);
  release(from, to);
  return size;
}

/** How many ports of `set` are in none of `others`. */
export function countWithout(set: PortSet, ...others: readonly PortSet[]): number {
  if (others.includes(set)) return 0;
  return set.bitmap ? bitmapWithout(set.bitmap, others).size : listWithout(set, others).size;
}

/** The ports of `set` that are in none of `others`. */
export function without(set: PortSet, ...others: readonly PortSet[]): PortSet {
  if (others.includes(set)) return emptyPortSet();
  if (set.bitmap) return bitmapWithout(set.bitmap, others);
  const { size } = listWithout(set, others);
  return size === set.size ? set : listOf(size);
}

/** The ports that are in both. */
export function intersectionOf(a: PortSet, b: PortSet): PortSet {
  if (a === b) return a;
  if (a.size === 0 || b.size === 0) return emptyPortSet();
  if (a.bitmap && b.bitmap) return maskedBitmap(a.bitmap, b.bitmap, 0);
  const [list, other] = a.bitmap ? [b, a] : [a, b];
  const size = other.bitmap ? filterListByBits(list, other.bitmap, 1, LIST) : filterList(list, other, 1, LIST);
  return size === list.size ? list : listOf(size);
}

export function equalPortSets(a: PortSet, b: PortSet): boolean {
  if (a === b) return true;
  return a.size === b.size && countWithout(a, b) === 0;
}

const DENSE_SHARE = 0.85;
const FEWEST_DENSE = 16;

/** The smallest range that holds every port of a set that is not empty. */
export function rangeOf(set: PortSet): { readonly low: number; readonly high: number } {
  if (set.range) return set.range;
  if (set.bitmap === null) return { low: set.ports[0] ?? 65_535, high: set.ports[set.size - 1] ?? 0 };
  let [from, to] = [0, BITMAP_WORDS - 1];
  while (from < to && set.bitmap[from] === 0) from += 1;
  while (to > from && set.bitmap[to] === 0) to -= 1;
  const [first, last] = [set.bitmap[from] as number, set.bitmap[to] as number];
  return { low: from * 32 + 31 - Math.clz32(first & -first), high: to * 32 + 31 - Math.clz32(last) };
}

/** True when the ports fill most of the range that they span. */
export function isDense(set: PortSet): boolean {
  if (set.size < FEWEST_DENSE) return false;
  const { low, high } = rangeOf(set);
  return set.size >= DENSE_SHARE * (high - low + 1);
}

/** Ascending. */
export function* portsOf(set: PortSet): Generator<number> {
  const ports = portList(set);
  for (let i = 0; i < set.size; i += 1) yield ports[i] as number;
}

/** The ports, ascending, in the first `size` places: for reading, as it may be the set's own array. */
export function portList(set: PortSet): Uint16Array {
  if (set.bitmap === null) return set.ports;
  const ports = new Uint16Array(set.size);
  listBits(set.bitmap, 0, BITMAP_WORDS - 1, ports);
  return ports;
}

/** What is left of a list without others: in `LIST`, unless nothing was to be taken away. */
function listWithout(list: PortList, others: readonly PortSet[]): PortList {
  let left = list;
  for (const other of others) {
    if (left.size === 0 || other.size === 0) continue;
    const size = other.bitmap ? filterListByBits(left, other.bitmap, 0, LIST) : filterList(left, other, 0, LIST);
    left = { ports: LIST, size };
  }
  return left;
}

function bitmapWithout(bitmap: Uint32Array, others: readonly PortSet[]): PortSet {
  const [only] = others;
  if (others.length === 1 && only?.bitmap) return maskedBitmap(bitmap, only.bitmap, -1);
  const { from, to } = gather(others.filter(({ size }) => size > 0));
  const left = maskedBitmap(bitmap, BITS, -1);
  release(from, to);
  return left;
}

/** bits AND (mask XOR inverted): `inverted` is 0, or -1 for what the mask has not. Little that is left becomes a list. */
function maskedBitmap(bits: Uint32Array, mask: Uint32Array, inverted: 0 | -1): PortSet {
  let size = 0;
  for (let word = 0; word < BITMAP_WORDS; word += 1) {
    const left = (bits[word] as number) & ((mask[word] as number) ^ inverted);
    MASKED[word] = left;
    if (left !== 0) size += bitCount(left);
  }
  if (size > ARRAY_LIMIT) return { ports: NO_PORTS, size, bitmap: MASKED.slice() };
  return listOf(listBits(MASKED, 0, BITMAP_WORDS - 1, LIST));
}

/** The first `size` ports of `LIST`. */
const listOf = (size: number): PortSet => ({ ports: size === 0 ? NO_PORTS : LIST.slice(0, size), size, bitmap: null });

const listOfBits = (from: number, to: number): PortSet => listOf(listBits(BITS, from, to, LIST));

/** Both are lists, and `LIST` has room for both together. */
const fitTogether = (a: PortSet, b: PortSet): boolean =>
  a.bitmap === null && b.bitmap === null && a.size + b.size <= LIST.length;

/** Of two lists that fit together; more than a list holds becomes a bitmap. */
function mergeOfLists(a: PortSet, b: PortSet): PortSet {
  const size = mergeLists(a, b, LIST);
  if (size <= ARRAY_LIMIT) return listOf(size);
  return { ports: NO_PORTS, size, bitmap: bitmapOf({ ports: LIST, size }) };
}

function bitmapOf(list: PortList): Uint32Array {
  const bitmap = new Uint32Array(BITMAP_WORDS);
  setBits(bitmap, list);
  return bitmap;
}

function growIntoBitmap(set: PortSet): Uint32Array {
  const bitmap = bitmapOf(set);
  set.bitmap = bitmap;
  set.ports = NO_PORTS;
  return bitmap;
}

function addToBitmap(set: PortSet, bitmap: Uint32Array, port: number): void {
  const word = port >>> 5;
  const bit = 1 << (port & 31);
  if (((bitmap[word] as number) & bit) !== 0) return;
  bitmap[word] = (bitmap[word] as number) | bit;
  set.size += 1;
}
