import type { Place } from '../engine/dictionary.ts';
import { eachRunPort, setPortBits } from '../engine/run-ports.ts';
import { BITMAP_WORDS, countBits } from '../../model/port-bits.ts';
import { createRunCursor, nextRecord, openRun, readU32, type RunCursor } from '../engine/run-reader.ts';
import { RUN_ANSWERED, RUN_OPENED, TAG_LOCAL_TEXT, TAG_REMOTE_TEXT, TAG_VIA_TEXT } from '../engine/run-format.ts';
import { mix } from '../engine/tuple.ts';
import { createByteTexts, type ByteTexts } from './byte-texts.ts';
import type { RankSort } from './ranking.ts';
import { keepRows, type WantedRows } from './wanted-rows.ts';

/** A run with the places its numbers mean, as one thread wrote it. */
export type PlacedRun = { readonly bytes: Uint8Array; readonly places: readonly Place[] };

/** Words of an entry: a key (and minute), the rows that have it as a linked list, and what is known without their sets. */
export const E_PLACE = 0;
export const E_LOCAL = 1;
export const E_REMOTE = 2;
export const E_VIA = 3;
/** port << 16 | protocol << 8 | `V_…` bits */
export const E_PORT = 4;
export const E_MINUTE = 5;
export const E_FIRST_ROW = 6;
/** The entry's pair of addresses, whichever began. */
export const E_PAIR = 7;
/** No entry has more of what is sorted by. */
export const E_BOUND = 8;
export const ENTRY_WORDS = 9;
export const NONE = -1;

export const V_LOCAL_TEXT = 1;
export const V_REMOTE_TEXT = 2;
export const V_VIA_TEXT = 4;
export const V_HAS_VIA = 8;

/** Words of a row: which run, where in it, and the next row of its entry. */
export const R_RUN = 0;
export const R_AT = 1;
export const R_NEXT = 2;
export const ROW_WORDS = 3;

/** Rows of one partition, found by key, without an object per row. */
export type PartitionIndex = {
  entries: Int32Array;
  entryCount: number;
  rows: Int32Array;
  rowCount: number;
  readonly runs: readonly PlacedRun[];
  readonly places: readonly Place[];
  readonly texts: Pick<ByteTexts, 'textOf'>;
  /** Entries of pairs whose rows may stand the wrong way round, and of the others those whose bound reaches `floor`. */
  gather(floor: number): { readonly mixed: Int32Array; readonly reaching: Int32Array };
  /** How many ports the rows of an entry have together. */
  portsIn(entry: number): number;
  /** The entry of the same key in another minute, or `NONE`. */
  inMinute(entry: number, minute: number): number;
};

export type IndexOptions = {
  readonly perMinute: boolean;
  readonly sort: RankSort;
  /** False for rows that a richer format tells better. */
  readonly counts: (place: Place, minute: number) => boolean;
};

export function indexPartition(wanted: WantedRows, options: IndexOptions): PartitionIndex {
  const runs = keepRows(wanted);
  const builder = createBuilder(runs, options);
  const cursor = createRunCursor();
  for (const [run, { bytes, places }] of runs.entries()) {
    const known = builder.places.numbersOf(places);
    openRun(cursor, bytes);
    for (let at = 0; nextRecord(cursor); at = cursor.at) {
      if (cursor.isCoverage || !options.counts(places[cursor.place] as Place, cursor.minute)) continue;
      builder.add(cursor, known[cursor.place] as number, run, at);
    }
  }
  return builder.done();
}

/** A row in a run with one port and nothing large in it. */
const SHORTEST_ROW_BYTES = 25;

/**
 * One partition after the other is indexed in the same memory: fresh memory for each would cost as much as the work.
 * An index is therefore only good until the next one is made.
 */
const entryScratch = { words: new Int32Array(0), slots: new Int32Array(0) };
const pairScratch = { words: new Int32Array(0), slots: new Int32Array(0) };
let rowScratch = new Int32Array(0);

const atLeast = (words: Int32Array<ArrayBuffer>, length: number): Int32Array<ArrayBuffer> =>
  words.length >= length ? words : new Int32Array(Math.ceil(length * 1.25));

/** One number per scope and interface, whichever thread or format saw it. */
export type PlaceNumbers = {
  readonly list: readonly Place[];
  /** For each place of a thread's list its number here. */
  numbersOf(places: readonly Place[]): readonly number[];
};

export function createPlaceNumbers(): PlaceNumbers {
  const list: Place[] = [];
  const ids = new Map<string, number>();
  // Runs of one thread share their list.
  const numbered = new Map<readonly Place[], readonly number[]>();
  const numberOf = (place: Place): number => {
    const text = `${place.scope}\n${place.interfaceId}`;
    const known = ids.get(text);
    if (known !== undefined) return known;
    ids.set(text, list.length);
    list.push(place);
    return list.length - 1;
  };
  return {
    list,
    numbersOf(places) {
      const numbers = numbered.get(places) ?? places.map(numberOf);
      numbered.set(places, numbers);
      return numbers;
    },
  };
}

type Builder = {
  readonly places: PlaceNumbers;
  add(cursor: RunCursor, place: number, run: number, at: number): void;
  done(): PartitionIndex;
};

function createBuilder(runs: readonly PlacedRun[], { perMinute, sort }: IndexOptions): Builder {
  const rowLimit = Math.ceil(runs.reduce((sum, run) => sum + run.bytes.length, 0) / SHORTEST_ROW_BYTES);
  const places = createPlaceNumbers();
  const texts = createByteTexts();
  const key = new Int32Array(ENTRY_WORDS);
  const entryTable = createTable(entryScratch, rowLimit, ENTRY_WORDS, E_FIRST_ROW);
  const pairTable = createTable(pairScratch, rowLimit, PAIR_WORDS, P_FIRST);
  const mixedPairs = new Set<number>();
  const rows = (rowScratch = atLeast(rowScratch, rowLimit * ROW_WORDS));
  let rowCount = 0;

  const address = (cursor: RunCursor, at: number, isText: number): number =>
    isText === 0 ? readU32(cursor.bytes, at) | 0 : texts.idOf(cursor.bytes, at);
  const setKey = (cursor: RunCursor, place: number): void => {
    const { tag } = cursor;
    key[E_PLACE] = place;
    key[E_LOCAL] = address(cursor, cursor.localAt, tag & TAG_LOCAL_TEXT);
    key[E_REMOTE] = address(cursor, cursor.remoteAt, tag & TAG_REMOTE_TEXT);
    key[E_VIA] = cursor.hasVia ? address(cursor, cursor.viaAt, tag & TAG_VIA_TEXT) : 0;
    key[E_PORT] =
      (cursor.port << 16) |
      (cursor.protocol << 8) |
      ((tag & TAG_LOCAL_TEXT) === 0 ? 0 : V_LOCAL_TEXT) |
      ((tag & TAG_REMOTE_TEXT) === 0 ? 0 : V_REMOTE_TEXT) |
      ((tag & TAG_VIA_TEXT) === 0 ? 0 : V_VIA_TEXT) |
      (cursor.hasVia ? V_HAS_VIA : 0);
    key[E_MINUTE] = perMinute ? cursor.minute : NONE;
  };
  return {
    places,
    add(cursor, place, run, at) {
      setKey(cursor, place);
      const row = rowCount * ROW_WORDS;
      rowCount += 1;
      const entry = entryTable.find(key, true);
      const { words } = entryTable;
      if (entryTable.isNew) {
        words[entry + E_FIRST_ROW] = NONE;
        words[entry + E_BOUND] = 0;
        words[entry + E_PAIR] = pairOf(pairTable, mixedPairs, key);
      }
      rows[row + R_RUN] = run;
      rows[row + R_AT] = at;
      rows[row + R_NEXT] = words[entry + E_FIRST_ROW] as number;
      words[entry + E_FIRST_ROW] = row;
      words[entry + E_BOUND] = (words[entry + E_BOUND] as number) + boundOf(cursor, sort);
    },
    done: () => ({
      entries: entryTable.words,
      entryCount: entryTable.count,
      rows,
      rowCount,
      runs,
      places: places.list,
      texts,
      gather(floor) {
        const mixed: number[] = [];
        const reaching: number[] = [];
        const { words } = entryTable;
        for (let entry = 0; entry < entryTable.count * ENTRY_WORDS; entry += ENTRY_WORDS)
          if (mixedPairs.has(words[entry + E_PAIR] as number)) mixed.push(entry);
          else if ((words[entry + E_BOUND] as number) >= floor) reaching.push(entry);
        return { mixed: Int32Array.from(mixed), reaching: Int32Array.from(reaching) };
      },
      portsIn: (entry) => portsOfRows(runs, rows, entryTable.words[entry + E_FIRST_ROW] as number),
      inMinute(entry, minute) {
        key.set(entryTable.words.subarray(entry, entry + E_FIRST_ROW));
        key[E_MINUTE] = minute;
        return entryTable.find(key, false);
      },
    }),
  };
}

const portCursor = createRunCursor();
const seenPorts = new Uint32Array(BITMAP_WORDS);

function portsOfRows(runs: readonly PlacedRun[], rows: Int32Array, first: number): number {
  seenPorts.fill(0);
  for (let row = first; row !== NONE; row = rows[row + R_NEXT] as number) {
    openRun(portCursor, runs[rows[row + R_RUN] as number]?.bytes as Uint8Array, rows[row + R_AT]);
    nextRecord(portCursor);
    if (row === first && rows[row + R_NEXT] === NONE) return portCursor.portCount;
    setPortBits(portCursor, seenPorts);
  }
  return countBits(seenPorts, 0, BITMAP_WORDS - 1);
}

/** A pair of addresses at an interface: the one that stands first in memory order, and how its first entry was oriented. */
const P_PLACE = 0;
const P_LOW = 1;
const P_HIGH = 2;
const P_KIND = 3;
const P_FIRST = 4;
const PAIR_WORDS = 5;

const pairKey = new Int32Array(PAIR_WORDS);

/** Finds the pair of a new entry, and notes when its entries differ in direction or port: they may have to be turned. */
function pairOf(table: Table, mixedPairs: Set<number>, key: Int32Array): number {
  const local = key[E_LOCAL] as number;
  const remote = key[E_REMOTE] as number;
  const port = key[E_PORT] as number;
  const isLow = local < remote || (local === remote && (port & V_LOCAL_TEXT) <= (port & V_REMOTE_TEXT) >>> 1);
  pairKey[P_PLACE] = key[E_PLACE] as number;
  pairKey[P_LOW] = isLow ? local : remote;
  pairKey[P_HIGH] = isLow ? remote : local;
  const localText = port & V_LOCAL_TEXT;
  const remoteText = (port & V_REMOTE_TEXT) >>> 1;
  pairKey[P_KIND] = (port & 0xff00) | (isLow ? localText | (remoteText << 1) : remoteText | (localText << 1));
  const pair = table.find(pairKey, true);
  const oriented = ((port >>> 16) << 1) | (isLow ? 1 : 0);
  if (table.isNew) table.words[pair + P_FIRST] = oriented;
  else if (table.words[pair + P_FIRST] !== oriented) mixedPairs.add(pair);
  return pair;
}

/** How many ports of the row can count for what is sorted by. */
function boundOf(cursor: RunCursor, sort: RankSort): number {
  if (sort === 'ports') return cursor.portCount;
  let count = 0;
  eachRunPort(cursor, (_, flags) => {
    const isOpen = cursor.opensInferred || (flags & RUN_OPENED) !== 0;
    if (isOpen && (sort === 'opens' || (flags & RUN_ANSWERED) === 0)) count += 1;
  });
  return count;
}

type Table = {
  readonly words: Int32Array;
  count: number;
  isNew: boolean;
  /** The index of what has the key's first words, added when it is new and `adds`; else `NONE`. */
  find(key: Int32Array, adds: boolean): number;
};

type Scratch = typeof entryScratch;

/** A hash table of up to `limit` records of a fixed size, whose first `keyWords` words are their key. */
function createTable(scratch: Scratch, limit: number, recordWords: number, keyWords: number): Table {
  let size = 1024;
  while (size < limit * 2) size *= 2;
  scratch.words = atLeast(scratch.words, limit * recordWords);
  scratch.slots = atLeast(scratch.slots, size);
  const { words, slots } = scratch;
  slots.fill(0, 0, size);
  const mask = size - 1;
  const table: Table = {
    words,
    count: 0,
    isNew: false,
    find(key, adds) {
      let hash = 0;
      for (let i = 0; i < keyWords; i += 1) hash = Math.imul(hash ^ (key[i] as number), 0x9e3779b1) ^ (hash >>> 15);
      for (let slot = mix(hash) & mask; ; slot = (slot + 1) & mask) {
        const known = slots[slot] as number;
        if (known === 0) {
          if (!adds) return NONE;
          const at = table.count * recordWords;
          for (let i = 0; i < keyWords; i += 1) words[at + i] = key[i] as number;
          table.count += 1;
          slots[slot] = table.count;
          table.isNew = true;
          return at;
        }
        const at = (known - 1) * recordWords;
        let i = 0;
        while (i < keyWords && words[at + i] === key[i]) i += 1;
        if (i === keyWords) {
          table.isNew = false;
          return at;
        }
      }
    },
  };
  return table;
}
