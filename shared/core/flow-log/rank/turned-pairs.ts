import type { FlowMinute } from '../../model/observation.ts';
import { portsOf } from '../../model/port-set.ts';
import type { Minute } from '../../model/time.ts';
import type { FlowRow } from '../flow-row.ts';
import { EPHEMERAL_FROM, orientRows } from '../orient.ts';
import { addEntryRows } from './entry-rows.ts';
import { E_BOUND, E_PAIR, E_PLACE, type PartitionIndex } from './partition-index.ts';

/** Rows of a pair that had to be turned round, in place of its entries. */
export type TurnedPair = { readonly place: number; readonly rows: readonly FlowMinute[] };

export type TurnedPairs = {
  readonly turned: readonly TurnedPair[];
  /** Entries of mixed pairs that are right as they are. */
  readonly right: readonly number[];
};

/**
 * Orients the pairs whose entries stand in both directions, or in one with several ports of which some meet the same
 * port. `mixed` are the entries of all pairs that are not of one direction and one port; pairs whose entries together do
 * not reach `floor` are left out.
 */
export function turnPairs(index: PartitionIndex, mixed: ArrayLike<number>, floor: number): TurnedPairs {
  const turned: TurnedPair[] = [];
  const right: number[] = [];
  const pairs = Map.groupBy(Array.from(mixed), (entry) => index.entries[entry + E_PAIR] as number);
  for (const entries of pairs.values()) {
    const reached = entries.reduce((sum, entry) => sum + (index.entries[entry + E_BOUND] as number), 0);
    if (reached < floor) continue;
    const rows = rowsOf(index, entries);
    if (mayNeedTurning(rows))
      turned.push({ place: index.entries[(entries[0] as number) + E_PLACE] as number, rows: orientRows(rows) });
    else right.push(...entries);
  }
  return { turned, right };
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
  // Of an address with itself both directions look the same.
  if (first === undefined || first.localAddress === first.destination.address) return true;
  if (rows.some((row) => row.localAddress !== first.localAddress)) return true;
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
