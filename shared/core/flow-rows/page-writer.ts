import { eachRunPort } from '../flow-log/engine/run-ports.ts';
import type { RunCursor } from '../flow-log/engine/run-reader.ts';
import { LIFETIME_BUCKETS, OVERLAP_SECONDS, type FlowMinute } from '../model/observation.ts';
import { BITMAP_WORDS, setBits } from '../model/port-bits.ts';
import { ARRAY_LIMIT, countWithout, hasPort, portList, type PortSet } from '../model/port-set.ts';
import { BITMAP_BYTES, EMPTY, OTHER, portBytes, SOME, subsetBytes, WHOLE } from './packed-ports.ts';
import { TooManyRows } from './too-many-rows.ts';

/**
 * A row's counts and ports as bytes, in pages, as arrays that grow would have to be copied. `v` is a LEB128 varint:
 *
 *   head u8 · forms u8 · size v · records v · [rejected v] · ports · [opened] · [answered] · [closed] ·
 *   bytes v · packets v · [4 × overlap v] · [7 × lifetime v]
 *
 * `head` tells what is there and whether opens are inferred, `forms` how each subset is written: two bits each.
 */
export const HEAD_INFERRED = 1;
export const HEAD_OVERLAP = 2;
export const HEAD_LIFETIMES = 4;
export const HEAD_REJECTED = 8;

const PAGE_BITS = 20;
export const PAGE_BYTES = 1 << PAGE_BITS;
const PAGES_LIMIT = 2 ** (32 - PAGE_BITS);

/** Everything but ports: two bytes and sixteen numbers, and the sizes of three sets. */
const COUNTS_BYTES = 2 + 20 * 9;

export const pageOf = (place: number): number => place >>> PAGE_BITS;
export const placeInPage = (place: number): number => place & (PAGE_BYTES - 1);

export type PageWriter = {
  readonly pages: readonly Uint8Array[];
  /** Where the row came to stand. */
  row(row: FlowMinute): number;
  /** The same for the row that the cursor stands on. */
  runRow(cursor: RunCursor): number;
};

export function createPageWriter(): PageWriter {
  const pages: Uint8Array[] = [];
  let page = new Uint8Array(0);
  let at = 0;

  const begin = (most: number): number => {
    if (at + most > page.length) {
      if (pages.length === PAGES_LIMIT) throw new TooManyRows('more ports than can be held');
      // The first rows of a small log need no whole page.
      page = new Uint8Array(pages.length === 0 && most < FIRST_PAGE_BYTES ? FIRST_PAGE_BYTES : PAGE_BYTES);
      pages.push(page);
      at = 0;
    }
    return (pages.length - 1) * PAGE_BYTES + at;
  };
  const varint = (value: number): void => {
    let rest = value;
    for (; rest > 127; rest = rest < 0x8000_0000 ? rest >>> 7 : Math.floor(rest / 128)) page[at++] = (rest % 128) | 128;
    page[at++] = rest;
  };
  const list = (ports: Uint16Array, size: number): void => {
    for (let i = 0; i < size; i += 1) {
      const port = ports[i] as number;
      page[at++] = port & 255;
      page[at++] = port >>> 8;
    }
  };
  const bits = (words: Uint32Array): void => {
    for (let i = 0; i < BITMAP_WORDS; i += 1) {
      const word = words[i] as number;
      page[at++] = word & 255;
      page[at++] = (word >>> 8) & 255;
      page[at++] = (word >>> 16) & 255;
      page[at++] = word >>> 24;
    }
  };
  const ports = (set: PortSet): void => (set.size > ARRAY_LIMIT ? bits(bitsOf(set)) : list(portList(set), set.size));
  const subset = (form: number, set: PortSet, whole: PortSet): void => {
    if (form === OTHER) {
      varint(set.size);
      ports(set);
    } else if (form === SOME && whole.size > ARRAY_LIMIT) bits(bitsOf(set));
    else if (form === SOME) {
      const all = portList(whole);
      for (let i = 0; i < whole.size; i += 8) {
        let mask = 0;
        for (let j = i; j < Math.min(i + 8, whole.size); j += 1)
          if (hasPort(set, all[j] as number)) mask |= 1 << (j - i);
        page[at++] = mask;
      }
    }
  };
  const counts = ({ bytes, packets, overlap, lifetimes }: Counts, head: number): void => {
    varint(bytes);
    varint(packets);
    if ((head & HEAD_OVERLAP) !== 0) for (let i = 0; i < OVERLAP_SECONDS.length; i += 1) varint(overlap[i] ?? 0);
    if ((head & HEAD_LIFETIMES) !== 0) for (let i = 0; i < LIFETIME_BUCKETS; i += 1) varint(lifetimes[i] ?? 0);
  };
  const headOf = ({ overlap, lifetimes, opensInferred, rejected }: Counts): number =>
    (opensInferred ? HEAD_INFERRED : 0) |
    (isAnyOf(overlap) ? HEAD_OVERLAP : 0) |
    (isAnyOf(lifetimes) ? HEAD_LIFETIMES : 0) |
    (rejected > 0 ? HEAD_REJECTED : 0);

  const begun = (head: number, forms: number, size: number, { records, rejected }: Counts): void => {
    page[at++] = head;
    page[at++] = forms;
    varint(size);
    varint(records);
    if ((head & HEAD_REJECTED) !== 0) varint(rejected);
  };
  return {
    pages,
    row(row) {
      const { opened, answered, closed } = row;
      const place = begin(COUNTS_BYTES + 4 * BITMAP_BYTES);
      const head = headOf(row);
      const forms = [opened, answered, closed].map((set) => formOf(set, row.ports)) as [number, number, number];
      begun(head, forms[0] | (forms[1] << 2) | (forms[2] << 4), row.ports.size, row);
      ports(row.ports);
      subset(forms[0], opened, row.ports);
      subset(forms[1], answered, row.ports);
      subset(forms[2], closed, row.ports);
      counts(row, head);
      return place;
    },
    runRow(cursor) {
      const read = readEntries(cursor);
      COUNTS.opensInferred = cursor.opensInferred;
      COUNTS.bytes = cursor.totalBytes;
      COUNTS.packets = cursor.packets;
      COUNTS.records = cursor.records;
      COUNTS.rejected = cursor.rejected;
      COUNTS.overlap = cursor.overlap;
      COUNTS.lifetimes = cursor.lifetimes;
      const place = begin(COUNTS_BYTES + portBytes(read) + 3 * subsetBytes(read));
      const head = headOf(COUNTS);
      const forms = formsOfEntries(read);
      begun(head, forms, read, COUNTS);
      if (read > ARRAY_LIMIT) {
        bits(bitsOfEntries(read, 0));
        for (let set = 0; set < 3; set += 1)
          if (((forms >>> (2 * set)) & 3) === SOME) bits(bitsOfEntries(read, 1 << set));
      } else {
        for (let i = 0; i < read; i += 1) {
          const port = (ENTRIES[i] as number) >>> 3;
          page[at++] = port & 255;
          page[at++] = port >>> 8;
        }
        for (let set = 0; set < 3; set += 1) {
          if (((forms >>> (2 * set)) & 3) !== SOME) continue;
          for (let i = 0; i < read; i += 8) {
            let mask = 0;
            for (let j = i; j < Math.min(i + 8, read); j += 1)
              mask |= (((ENTRIES[j] as number) >>> set) & 1) << (j - i);
            page[at++] = mask;
          }
        }
      }
      counts(COUNTS, head);
      return place;
    },
  };
}

const FIRST_PAGE_BYTES = 64 * 1024;

type Counts = Pick<FlowMinute, 'opensInferred' | 'bytes' | 'packets' | 'records' | 'rejected'> & {
  readonly overlap: ArrayLike<number>;
  readonly lifetimes: ArrayLike<number>;
};

/** Of the run's row at hand. */
const COUNTS: { -readonly [K in keyof Counts]: Counts[K] } = {
  opensInferred: false,
  bytes: 0,
  packets: 0,
  records: 0,
  rejected: 0,
  overlap: new Float64Array(0),
  lifetimes: new Float64Array(0),
};

function isAnyOf(counts: ArrayLike<number>): boolean {
  for (let i = 0; i < counts.length; i += 1) if (counts[i] !== 0) return true;
  return false;
}

function formOf(set: PortSet, ports: PortSet): number {
  if (set.size === 0) return EMPTY;
  if (set === ports) return WHOLE;
  if (countWithout(set, ports) > 0) return OTHER;
  return set.size === ports.size ? WHOLE : SOME;
}

function bitsOf(set: PortSet): Uint32Array {
  if (set.bitmap !== null) return set.bitmap;
  BITS.fill(0);
  setBits(BITS, set);
  return BITS;
}

const BITS = new Uint32Array(BITMAP_WORDS);

/** The ports of the run's row at hand, ascending: port × 8 + flags. Runs have them in no order. */
const ENTRIES = new Uint32Array(65_536);

function readEntries(cursor: RunCursor): number {
  if (cursor.portCount === 1 && !cursor.hasBitmaps) {
    const { bytes, portsAt } = cursor;
    const port = (bytes[portsAt] as number) | ((bytes[portsAt + 1] as number) << 8);
    ENTRIES[0] = (port << 3) | (bytes[portsAt + 2] as number);
    return 1;
  }
  let count = 0;
  let isAscending = true;
  eachRunPort(cursor, (port, flags) => {
    const entry = (port << 3) | flags;
    if (count > 0 && entry <= (ENTRIES[count - 1] as number)) isAscending = false;
    ENTRIES[count++] = entry;
  });
  if (!isAscending) ENTRIES.subarray(0, count).sort();
  return count;
}

/** The flags of a run's ports stand in the order of the sets: opened, answered, closed. */
function formsOfEntries(count: number): number {
  let forms = 0;
  for (let set = 0; set < 3; set += 1) {
    let having = 0;
    for (let i = 0; i < count; i += 1) having += ((ENTRIES[i] as number) >>> set) & 1;
    forms |= (having === 0 ? EMPTY : having === count ? WHOLE : SOME) << (2 * set);
  }
  return forms;
}

/** Of the entries with the flag, or of all. */
function bitsOfEntries(count: number, flag: number): Uint32Array {
  BITS.fill(0);
  for (let i = 0; i < count; i += 1) {
    const entry = ENTRIES[i] as number;
    const port = entry >>> 3;
    if ((entry & flag) === flag) BITS[port >>> 5] = (BITS[port >>> 5] as number) | (1 << (port & 31));
  }
  return BITS;
}
