import { FourNumbers } from '../flow-rows/four-numbers.ts';
import { PackedRows } from '../flow-rows/packed-rows.ts';
import { mergePackedRows } from '../flow-rows/order-rows.ts';
import { INTERFACE, LOCAL, type RowKeys } from '../flow-rows/row-keys.ts';
import { evidenceOf, turnRow } from './orient.ts';

/**
 * `orientRows` of packed rows, each key of which there is once. Only of pairs that have more than one direction or
 * destination port, by what rows are about, are the rows themselves looked at; turned ones are added to their store.
 */
export function orientPackedRows(rows: PackedRows): PackedRows {
  const { store } = rows;
  const { pairOf, isMixed } = pairsAmong(rows);
  const doubtful = rows.filter((row) => isMixed[pairOf[row.key] as number] === true);
  const isTurned = new Uint8Array(store.length);
  const pieces: number[] = [];
  for (const pair of doubtful.groupBy((row) => pairOf[row.key]).values()) {
    const own = [...pair];
    const evidence = evidenceOf(own);
    if (evidence === null) continue;
    const numbers = pair.numbers();
    for (const [i, row] of own.entries()) {
      const turned = turnRow(row, evidence);
      if (turned[0] === row) continue;
      isTurned[numbers[i] as number] = 1;
      for (const piece of turned) pieces.push(store.add(piece));
    }
  }
  if (pieces.length === 0) return rows;
  const kept = rows.numbers().filter((number) => isTurned[number] === 0);
  const all = new Uint32Array(kept.length + pieces.length);
  all.set(kept);
  all.set(pieces, kept.length);
  return mergePackedRows(store, all);
}

type Pairs = {
  /** By key. */
  readonly pairOf: Uint32Array;
  /** By pair: whether it has rows of either direction, of several destination ports, or of an address with itself. */
  readonly isMixed: readonly boolean[];
};

/** Pairs of addresses at one interface, by protocol: see `orientRows`. */
function pairsAmong(rows: PackedRows): Pairs {
  const { store } = rows;
  const { keys } = store;
  const pairOf = new Uint32Array(keys.length).fill(UNSEEN);
  const pairs = new FourNumbers();
  const firsts: number[] = [];
  const isMixed: boolean[] = [];
  for (const number of rows.numbers()) {
    const key = store.keyOf(number);
    if (pairOf[key] !== UNSEEN) continue;
    const [local, remote] = [keys.wordOf(key, LOCAL), keys.remoteOf(key)];
    const { protocol } = keys.destinationOf(key);
    const pair = pairs.idOf(keys.wordOf(key, INTERFACE), protocol, Math.min(local, remote), Math.max(local, remote));
    pairOf[key] = pair;
    if (pair === firsts.length) {
      firsts.push(key);
      isMixed.push(local === remote);
    } else if (!isAlike(keys, key, firsts[pair] as number)) isMixed[pair] = true;
  }
  return { pairOf, isMixed };
}

const UNSEEN = 0xffff_ffff;

const isAlike = (keys: RowKeys, key: number, other: number): boolean =>
  keys.wordOf(key, LOCAL) === keys.wordOf(other, LOCAL) &&
  keys.destinationOf(key).port === keys.destinationOf(other).port;
