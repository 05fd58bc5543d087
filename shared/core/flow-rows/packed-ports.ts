import { bitCount, BITMAP_WORDS, listBits } from '../model/port-bits.ts';
import { ARRAY_LIMIT, emptyPortSet, type PortSet, portSetOfSorted } from '../model/port-set.ts';

/** How a subset of a row's ports is written: two bits. `other`: it has ports that the row does not have. */
export const EMPTY = 0;
export const WHOLE = 1;
export const SOME = 2;
export const OTHER = 3;

export const BITMAP_BYTES = BITMAP_WORDS * 4;

/** Ports as bytes: ascending ports of two bytes each, or a bitmap once there are more than a list may have. */
export const portBytes = (size: number): number => (size <= ARRAY_LIMIT ? size * 2 : BITMAP_BYTES);
/** A subset's bytes: a bit for each of the list's ports, or a bitmap. */
export const subsetBytes = (size: number): number => (size <= ARRAY_LIMIT ? (size + 7) >>> 3 : BITMAP_BYTES);

export const NO_PORTS = emptyPortSet();
const NO_LIST = new Uint16Array(0);

/** Most sets are of one port, and a list costs more than all else in one: those of one port are shared. */
const SINGLES: (PortSet | undefined)[] = [];

export function singlePort(port: number): PortSet {
  const known = SINGLES[port];
  if (known !== undefined) return known;
  if (SINGLES.length === 0) SINGLES.length = 65_536;
  const single = portSetOfSorted(Uint16Array.of(port));
  SINGLES[port] = single;
  return single;
}

/**
 * A set that is still bytes. Many who look at a row ask how many ports it has, and few which ones: those who do make
 * them out. It is a class, as sets that each have their own getters would be larger than what they spare.
 */
export class PackedPorts implements PortSet {
  readonly size: number;
  private list: Uint16Array | null = null;
  private bits: Uint32Array | null = null;
  private readonly page: Uint8Array;
  private readonly at: number;

  constructor(page: Uint8Array, at: number, size: number) {
    this.page = page;
    this.at = at;
    this.size = size;
  }

  get ports(): Uint16Array {
    return this.size > ARRAY_LIMIT ? NO_LIST : (this.list ??= readList(this.page, this.at, this.size));
  }

  get bitmap(): Uint32Array | null {
    return this.size > ARRAY_LIMIT ? (this.bits ??= readBits(this.page, this.at)) : null;
  }

  get range(): { readonly low: number; readonly high: number } | null {
    const { page, at, size } = this;
    if (size > ARRAY_LIMIT || size === 0) return null;
    const last = at + 2 * size - 2;
    return {
      low: (page[at] as number) | ((page[at + 1] as number) << 8),
      high: (page[last] as number) | ((page[last + 1] as number) << 8),
    };
  }
}

/** Some of a row's ports: see `PackedPorts`. */
export class PackedSubset implements PortSet {
  readonly size: number;
  private list: Uint16Array | null = null;
  private bits: Uint32Array | null = null;
  private readonly page: Uint8Array;
  private readonly at: number;
  private readonly whole: PortSet;

  constructor(page: Uint8Array, at: number, whole: PortSet) {
    this.page = page;
    this.at = at;
    this.whole = whole;
    this.size = countBytes(page, at, subsetBytes(whole.size));
  }

  get ports(): Uint16Array {
    return this.size > ARRAY_LIMIT ? NO_LIST : (this.list ??= this.readList());
  }

  get bitmap(): Uint32Array | null {
    return this.size > ARRAY_LIMIT ? (this.bits ??= readBits(this.page, this.at)) : null;
  }

  private readList(): Uint16Array {
    const { page, at, size, whole } = this;
    const list = new Uint16Array(size);
    if (whole.size > ARRAY_LIMIT) {
      listBits(readBits(page, at), 0, BITMAP_WORDS - 1, list);
      return list;
    }
    const ports = whole.ports;
    let count = 0;
    for (let i = 0; i < whole.size; i += 1)
      if ((((page[at + (i >>> 3)] as number) >>> (i & 7)) & 1) === 1) list[count++] = ports[i] as number;
    return list;
  }
}

function readList(page: Uint8Array, at: number, size: number): Uint16Array {
  const list = new Uint16Array(size);
  for (let i = 0; i < size; i += 1) list[i] = (page[at + 2 * i] as number) | ((page[at + 2 * i + 1] as number) << 8);
  return list;
}

function readBits(page: Uint8Array, at: number): Uint32Array {
  const bits = new Uint32Array(BITMAP_WORDS);
  for (let word = 0; word < BITMAP_WORDS; word += 1) {
    const from = at + word * 4;
    bits[word] =
      (page[from] as number) |
      ((page[from + 1] as number) << 8) |
      ((page[from + 2] as number) << 16) |
      ((page[from + 3] as number) << 24);
  }
  return bits;
}

function countBytes(page: Uint8Array, at: number, length: number): number {
  let count = 0;
  for (let i = at; i < at + length; i += 1) count += bitCount(page[i] as number);
  return count;
}
