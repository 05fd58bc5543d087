import type { FlowMinute } from '../../model/observation.ts';
import { portsOf } from '../../model/port-set.ts';
import type { Minute } from '../../model/time.ts';
import type { FlowRow } from '../flow-row.ts';
import { EPHEMERAL_FROM, orientRows } from '../orient.ts';
import { addEntryRows } from './entry-rows.ts';
import { E_PAIR, E_PLACE, ENTRY_WORDS, type PartitionIndex } from './partition-index.ts';

/** Rows of a pair that had to be turned round, in place of its entries. */
export type TurnedPair = { readonly place: number; readonly rows: readonly FlowMinute[] };

export type TurnedPairs = { readonly turned: readonly TurnedPair[]; readonly pairs: ReadonlySet<number> };

/**
 * Orients the pairs whose entries stand in both directions, or in one with several ports of which some meet the same
 * port: all others are right as they are, and stay packed.
 */
export function turnPairs(index: PartitionIndex): TurnedPairs {
  const entriesOf = new Map<number, number[]>();
  for (const pair of index.mixedPairs) entriesOf.set(pair, []);
  // Nearly no entry's pair is mixed, and a look at a byte costs less than one into a map.
  let pairLimit = 0;
  for (const pair of index.mixedPairs) pairLimit = Math.max(pairLimit, pair + 1);
  const isMixed = new Uint8Array(pairLimit);
  for (const pair of index.mixedPairs) isMixed[pair] = 1;
  for (let entry = 0; entry < index.entryCount * ENTRY_WORDS; entry += ENTRY_WORDS) {
    const pair = index.entries[entry + E_PAIR] as number;
    if (isMixed[pair] === 1) entriesOf.get(pair)?.push(entry);
  }
  const turned: TurnedPair[] = [];
  const pairs = new Set<number>();
  for (const [pair, entries] of entriesOf) {
    const rows = rowsOf(index, entries);
    if (!mayNeedTurning(rows)) continue;
    pairs.add(pair);
    turned.push({ place: index.entries[(entries[0] as number) + E_PLACE] as number, rows: orientRows(rows) });
  }
  return { turned, pairs };
}

function rowsOf(index: PartitionIndex, entries: readonly number[]): FlowMinute[] {
  const byKey = new Map<string, Map<Minute, FlowRow>>();
  for (const entry of entries) {
    const key = [...index.entries.subarray(entry + 1, entry + 5)].join(' ');
    const minutes = byKey.get(key) ?? new Map<Minute, FlowRow>();
    byKey.set(key, minutes);
    addEntryRows(index, entry, minutes);
  }
  return [...byKey.values()].flatMap((minutes) => [...minutes.values()]);
}

function mayNeedTurning(rows: readonly FlowMinute[]): boolean {
  const [first] = rows;
  if (rows.some((row) => row.localAddress !== first?.localAddress)) return true;
  const met = new Map<number, number>();
  for (const { ports, destination } of rows)
    for (const port of portsOf(ports)) {
      if (port >= EPHEMERAL_FROM) break;
      const other = met.get(port);
      if (other !== undefined && other !== destination.port) return true;
      met.set(port, destination.port);
    }
  return false;
}
