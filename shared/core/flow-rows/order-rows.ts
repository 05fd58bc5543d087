import { mergeFlowRows } from '../flow-log/merge-rows.ts';
import { letGo } from './let-go.ts';
import { PackedRow } from './packed-row.ts';
import { PackedRows } from './packed-rows.ts';
import { DESTINATION, INTERFACE, LOCAL, NO_VIA, type RowKeys, VIA } from './row-keys.ts';
import type { RowStore } from './row-store.ts';

/**
 * `mergeFlowRows` of packed rows: in the one order, those of one key as one, which the store then has besides them.
 * Nothing is compared but what rows are about, once: all else is counting.
 */
export function mergePackedRows(store: RowStore, numbers: Uint32Array): PackedRows {
  const order = inOrder(store, numbers);
  let length = 0;
  for (let from = 0, to = 0; from < order.length; from = to) {
    const first = order[from] as number;
    const [key, minute] = [store.keyOf(first), store.minuteOf(first)];
    for (to = from + 1; to < order.length; to += 1) {
      const next = order[to] as number;
      if (store.keyOf(next) !== key || store.minuteOf(next) !== minute) break;
    }
    order[length++] = to === from + 1 ? first : sumOf(store, order.subarray(from, to));
  }
  if (length === order.length) return new PackedRows(store, order);
  const merged = order.slice(0, length);
  letGo(order);
  return new PackedRows(store, merged);
}

function sumOf(store: RowStore, numbers: Uint32Array): number {
  const pieces = Array.from(numbers, (number) => new PackedRow(store, number));
  const [sum] = mergeFlowRows(pieces);
  return store.add(sum as PackedRow);
}

function inOrder(store: RowStore, numbers: Uint32Array): Uint32Array {
  const keys = rankKeys(store, numbers);
  const minutes = rankMinutes(store, numbers);
  const byKey = countingSort(numbers, (number) => keys.ranks[store.keyOf(number)] as number, keys.count);
  letGo(keys.ranks);
  const sorted = countingSort(byKey, (number) => minutes.rankOf(store.minuteOf(number)), minutes.count);
  letGo(byKey);
  return sorted;
}

/** Stable. `rankOf` gives whole numbers below `count`. */
function countingSort(order: Uint32Array, rankOf: (value: number) => number, count: number): Uint32Array {
  const starts = new Uint32Array(count + 1);
  for (let i = 0; i < order.length; i += 1) {
    const rank = rankOf(order[i] as number) + 1;
    starts[rank] = (starts[rank] as number) + 1;
  }
  for (let rank = 1; rank <= count; rank += 1) starts[rank] = (starts[rank] as number) + (starts[rank - 1] as number);
  const sorted = new Uint32Array(order.length);
  for (let i = 0; i < order.length; i += 1) {
    const value = order[i] as number;
    const rank = rankOf(value);
    const place = starts[rank] as number;
    starts[rank] = place + 1;
    sorted[place] = value;
  }
  letGo(starts);
  return sorted;
}

/** Whether two of the rows are of one key: a row may leave a flow engine in several pieces. */
export function hasPieces(store: RowStore, numbers: Uint32Array): boolean {
  let room = 16;
  while (room < numbers.length * 2) room *= 2;
  const table = new Uint32Array(room);
  for (let i = 0; i < numbers.length; i += 1) {
    const [key, minute] = [store.keyOf(numbers[i] as number), store.minuteOf(numbers[i] as number)];
    const hash = Math.imul(key, 0x9e37_79b9) ^ Math.imul(minute, 0x85eb_ca6b);
    let place = (hash ^ (hash >>> 15)) & (room - 1);
    for (; table[place] !== 0; place = (place + 1) & (room - 1)) {
      const other = numbers[(table[place] as number) - 1] as number;
      if (store.keyOf(other) === key && store.minuteOf(other) === minute) return true;
    }
    table[place] = i + 1;
  }
  return false;
}

/** The place of each minute among them all. */
function rankMinutes(
  store: RowStore,
  numbers: Uint32Array,
): { readonly rankOf: (minute: number) => number; readonly count: number } {
  const distinct = new Set<number>();
  let last = -1;
  for (let i = 0; i < numbers.length; i += 1) {
    const minute = store.minuteOf(numbers[i] as number);
    if (minute !== last) distinct.add(minute);
    last = minute;
  }
  const ascending = [...distinct].sort((a, b) => a - b);
  const [first = 0] = ascending;
  const span = (ascending.at(-1) ?? 0) - first + 1;
  // Nearly always they lie side by side; a wrong clock may put them decades apart.
  if (span > SPAN_LIMIT) {
    const ranks = new Map(ascending.map((minute, rank) => [minute, rank]));
    return { rankOf: (minute) => ranks.get(minute) as number, count: ascending.length };
  }
  return { rankOf: (minute) => minute - first, count: span };
}

/** Some four months. */
const SPAN_LIMIT = 180_000;

/** The place of each key among those that are used, in the one order of rows. */
function rankKeys(store: RowStore, numbers: Uint32Array): { readonly ranks: Uint32Array; readonly count: number } {
  const { keys } = store;
  const isUsed = new Uint8Array(keys.length);
  let count = 0;
  for (let i = 0; i < numbers.length; i += 1) {
    const key = store.keyOf(numbers[i] as number);
    if (isUsed[key] === 0) count += 1;
    isUsed[key] = 1;
  }
  let order: Uint32Array = new Uint32Array(count);
  for (let key = 0, at = 0; key < keys.length; key += 1) if (isUsed[key] === 1) order[at++] = key;
  letGo(isUsed);
  const texts = keys.textRanks();
  const rankOf = (word: number) => (key: number) => texts[keys.wordOf(key, word)] as number;
  // The last that counts is sorted by first, as sorting keeps the order of equals.
  order = countingSort(order, (key) => viaRank(keys, texts, key), texts.length + 1);
  const destinations = keys.destinationRanks();
  const destinationOf = (key: number): number => destinations[keys.wordOf(key, DESTINATION)] as number;
  order = countingSort(order, destinationOf, destinations.length);
  order = countingSort(order, rankOf(LOCAL), texts.length);
  order = countingSort(order, rankOf(INTERFACE), texts.length);
  const ranks = new Uint32Array(keys.length);
  for (let rank = 0; rank < order.length; rank += 1) ranks[order[rank] as number] = rank;
  return { ranks, count };
}

/** None comes before every address. */
function viaRank(keys: RowKeys, texts: Uint32Array, key: number): number {
  const via = keys.wordOf(key, VIA);
  return via === NO_VIA ? 0 : (texts[via] as number) + 1;
}
