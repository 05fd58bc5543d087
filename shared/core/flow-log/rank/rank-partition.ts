import type { FlowMinute } from '../../model/observation.ts';
import type { Minute } from '../../model/time.ts';
import type { FlowRow } from '../flow-row.ts';
import type { BestFlows } from './best-flows.ts';
import { byBound, isAfter } from './by-bound.ts';
import { addEntryRows, keyOfEntry, type EntryKey } from './entry-rows.ts';
import { measureFlow } from './measure-flow.ts';
import {
  E_BOUND,
  E_MINUTE,
  E_PLACE,
  indexPartition,
  NONE,
  type IndexOptions,
  type PartitionIndex,
} from './partition-index.ts';
import type { RankedFlow, RankOptions } from './ranking.ts';
import { forwardingKey } from './surveys.ts';
import { turnPairs, type TurningPair } from './turned-pairs.ts';
import type { WantedRows } from './wanted-rows.ts';

export type RankContext = {
  readonly options: RankOptions;
  readonly counts: IndexOptions['counts'];
  /** `interface address` of every address that dials for others; only rankings by source and by NAT ask. */
  readonly dialling: ReadonlySet<string>;
  /** Whether a row was passed on by the interface that saw it; only rankings by destination ask. */
  readonly isPassedOn: (row: EntryKey) => boolean;
};

export type IndexPartition = (rows: WantedRows, options: IndexOptions) => PartitionIndex;

/**
 * Adds flows of rows of one partition, all rows of some pairs, measured exactly. Entries are ordered by what their sets
 * can hold at most, which their sizes tell, so that only those that can still be among the best are read.
 */
export function rankPartition(
  rows: WantedRows,
  context: RankContext,
  best: BestFlows,
  createIndex: IndexPartition = indexPartition,
): void {
  const index = createIndex(rows, { ...context.options, counts: context.counts });
  const { mixed, reaching } = index.gather(best.last().floor);
  rankEntries(index, reaching, context, best);
  const { turning, right } = turnPairs(index, mixed, turnedFloor(context.options, best));
  // What is right costs little to measure, and tells what turned flows must reach.
  rankEntries(index, Int32Array.from(right), context, best);
  rankTurning(index, turning, context, best);
}

/** Measures entries, largest bound first, until the next can no longer be among the best. */
function rankEntries(index: PartitionIndex, entries: Int32Array, context: RankContext, best: BestFlows): void {
  const readRow = createRowReader(index);
  for (const entry of byBound(index, entries)) {
    const bound = index.entries[entry + E_BOUND] as number;
    const last = best.last();
    if (bound < last.floor) break;
    if (bound === last.floor && isAfter(index, entry, last)) continue;
    // Sets of several rows have ports in common: their sizes say too much, and to count their ports costs little.
    if (context.options.sort === 'ports' && bound > last.floor && index.portsIn(entry) < last.floor) continue;
    best.add(rankEntry(index, entry, context, readRow));
  }
}

/** Rows kept for the minutes next to them: more than a ranking looks at together. */
const ROWS_KEPT = 256;

type ReadRow = (entry: number) => FlowRow;

/** Reads the row of an entry of one minute; the minutes next to it will ask for it again. */
function createRowReader(index: PartitionIndex): ReadRow {
  const kept = new Map<number, FlowRow>();
  return (entry) => {
    const known = kept.get(entry);
    if (known) return known;
    const rows = new Map<Minute, FlowRow>();
    addEntryRows(index, entry, rows);
    const [row] = rows.values();
    if (kept.size >= ROWS_KEPT) kept.clear();
    kept.set(entry, row as FlowRow);
    return row as FlowRow;
  };
}

/** A turned row has at most the ports of its whole pair; of opens and answers turning says more than entries do. */
const turnedFloor = ({ sort }: RankOptions, best: BestFlows): number => (sort === 'ports' ? best.last().floor : 0);

function rankEntry(index: PartitionIndex, entry: number, context: RankContext, readRow: ReadRow): RankedFlow[] {
  const key = keyOfEntry(index, entry);
  if (!isWanted(key, context)) return [];
  const place = index.entries[entry + E_PLACE] as number;
  const minute = index.entries[entry + E_MINUTE] as number;
  const rows = new Map<Minute, FlowRow>();
  if (minute === NONE) {
    addEntryRows(index, entry, rows);
    return [ranked(index, place, key, rows, null)];
  }
  rows.set(minute, readRow(entry));
  for (const near of [minute - 2, minute - 1, minute + 1]) {
    const neighbour = index.inMinute(entry, near);
    if (neighbour !== NONE) rows.set(near, readRow(neighbour));
  }
  return [ranked(index, place, key, rows, minute)];
}

/** Flows of turned pairs that become rows at once: first a few, to know what the others must reach. */
const FIRST_GROUPS = 64;
const GROUPS_AT_ONCE = 4_096;

/** Measures the flows of turned pairs, largest bound first, some at a time: a scan makes as many as it sees ports. */
function rankTurning(
  index: PartitionIndex,
  turning: readonly TurningPair[],
  context: RankContext,
  best: BestFlows,
): void {
  const groups = turning
    .flatMap((pair) => [...pair.bounds].map(([group, bound]) => ({ pair, group, bound })))
    .sort((a, b) => b.bound - a.bound);
  for (let from = 0, to = FIRST_GROUPS; from < groups.length; from = to, to += GROUPS_AT_ONCE) {
    const floor = turnedFloor(context.options, best);
    const some = groups.slice(from, to).filter(({ bound }) => bound >= floor);
    if (some.length === 0) break;
    for (const [pair, ofPair] of Map.groupBy(some, (each) => each.pair)) {
      const rows = pair.rowsOf(new Set(ofPair.map(({ group }) => group)));
      best.add(rankTurned(index, pair.place, rows, context, floor));
    }
  }
}

function rankTurned(
  index: PartitionIndex,
  place: number,
  rows: readonly FlowMinute[],
  context: RankContext,
  floor: number,
): RankedFlow[] {
  const flows = Map.groupBy(rows, (row) => `${row.localAddress} ${row.destination.port} ${row.via}`);
  return [...flows.values()].flatMap((flow) => {
    const key = flow[0] as FlowMinute;
    if (!isWanted(key, context)) return [];
    const minutes = new Map(flow.map((row) => [row.minute, row]));
    if (!context.options.perMinute) return portsIn(flow) < floor ? [] : [ranked(index, place, key, minutes, null)];
    const reaching = flow.filter((row) => row.ports.size >= floor);
    return reaching.map(({ minute }) => ranked(index, place, key, minutes, minute));
  });
}

const portsIn = (rows: readonly FlowMinute[]): number => rows.reduce((sum, { ports }) => sum + ports.size, 0);

function isWanted(row: EntryKey, { options, dialling, isPassedOn }: RankContext): boolean {
  const { interfaceId, localAddress, destination, via } = row;
  const wanted = options.destination;
  if (wanted && wanted.address !== destination.address) return false;
  if (wanted && wanted.port !== null && wanted.port !== destination.port) return false;
  if (options.by === 'destination') return via === null || !isPassedOn(row);
  const dialsForOthers = dialling.has(forwardingKey(interfaceId, localAddress));
  return options.by === 'source' ? !dialsForOthers : via === null && dialsForOthers;
}

function ranked(
  index: PartitionIndex,
  place: number,
  { interfaceId, localAddress, destination }: EntryKey,
  rows: ReadonlyMap<Minute, FlowMinute>,
  minute: Minute | null,
): RankedFlow {
  const scope = index.places[place]?.scope ?? '-';
  const { address, port, protocol } = destination;
  const figures = measureFlow(rows, minute);
  return { scope, interfaceId, localAddress, destination: { address, port, protocol }, minute, ...figures };
}
