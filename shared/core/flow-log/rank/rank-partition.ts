import type { FlowMinute } from '../../model/observation.ts';
import type { Minute } from '../../model/time.ts';
import type { FlowRow } from '../flow-row.ts';
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
  type PlacedRun,
} from './partition-index.ts';
import { mergeRankings, sortValue, type RankedFlow, type RankOptions } from './ranking.ts';
import { forwardingKey } from './surveys.ts';
import { turnPairs, type TurnedPair } from './turned-pairs.ts';

export type RankContext = {
  readonly options: RankOptions;
  readonly counts: IndexOptions['counts'];
  /** `interface address` of every address that accepted packets for others. */
  readonly forwarding: ReadonlySet<string>;
};

export type IndexPartition = (runs: readonly PlacedRun[], options: IndexOptions) => PartitionIndex;

/**
 * The best flows of `before` and of one partition, measured exactly. Entries are ordered by what their sets can hold at
 * most, which their sizes tell, so that only those that can still be among the best are read.
 */
export function rankPartition(
  runs: readonly PlacedRun[],
  context: RankContext,
  before: readonly RankedFlow[],
  createIndex: IndexPartition = indexPartition,
): RankedFlow[] {
  const index = createIndex(runs, { ...context.options, counts: context.counts });
  const { mixed, reaching } = index.gather(floorOf(before, context.options));
  const best = rankEntries(index, Array.from(reaching), context, before);
  const { turned, right } = turnPairs(index, mixed, bound(context.options, best));
  return rankEntries(
    index,
    [...right],
    context,
    mergeRankings([best, rankTurned(index, turned, context)], context.options),
  );
}

/** Measures entries, largest bound first, until the next can no longer be among the best. */
function rankEntries(
  index: PartitionIndex,
  entries: number[],
  context: RankContext,
  before: readonly RankedFlow[],
): RankedFlow[] {
  const { options } = context;
  const boundOf = (entry: number): number => index.entries[entry + E_BOUND] as number;
  const candidates = entries.sort((a, b) => boundOf(b) - boundOf(a));
  let best = [...before];
  for (let from = 0; from < candidates.length; from += options.top) {
    if (boundOf(candidates[from] as number) < floorOf(best, options)) break;
    const batch = candidates.slice(from, from + options.top);
    best = mergeRankings([best, batch.flatMap((entry) => rankEntry(index, entry, context))], options);
  }
  return best;
}

/** A turned row has at most the ports of its whole pair; of opens and answers turning says more than entries do. */
const bound = (options: RankOptions, best: readonly RankedFlow[]): number =>
  options.sort === 'ports' ? floorOf(best, options) : 0;

/** What an entry must reach to be looked at: ties are looked at too, so that they are broken the same way always. */
const floorOf = (best: readonly RankedFlow[], { sort, top }: RankOptions): number =>
  best.length < top ? 0 : sortValue(best[top - 1] as RankedFlow, sort);

function rankEntry(index: PartitionIndex, entry: number, context: RankContext): RankedFlow[] {
  const key = keyOfEntry(index, entry);
  if (!isWanted(key, context)) return [];
  const rows = new Map<Minute, FlowRow>();
  addEntryRows(index, entry, rows);
  const minute = index.entries[entry + E_MINUTE] as number;
  if (minute === NONE) return [ranked(index, index.entries[entry + E_PLACE] as number, key, rows, null)];
  for (const near of [minute - 2, minute - 1, minute + 1]) {
    const neighbour = index.inMinute(entry, near);
    if (neighbour !== NONE) addEntryRows(index, neighbour, rows);
  }
  return [ranked(index, index.entries[entry + E_PLACE] as number, key, rows, minute)];
}

function rankTurned(index: PartitionIndex, turned: readonly TurnedPair[], context: RankContext): RankedFlow[] {
  return turned.flatMap(({ place, rows }) => {
    const flows = Map.groupBy(rows, (row) => `${row.localAddress} ${row.destination.port} ${row.via}`);
    return [...flows.values()].flatMap((flow) => {
      const key = flow[0] as FlowMinute;
      if (!isWanted(key, context)) return [];
      const minutes = new Map(flow.map((row) => [row.minute, row]));
      const counted = context.options.perMinute ? [...minutes.keys()] : [null];
      return counted.map((minute) => ranked(index, place, key, minutes, minute));
    });
  });
}

function isWanted(
  { interfaceId, localAddress, destination, via }: EntryKey,
  { options, forwarding }: RankContext,
): boolean {
  const wanted = options.destination;
  if (wanted && wanted.address !== destination.address) return false;
  if (wanted && wanted.port !== null && wanted.port !== destination.port) return false;
  const isForwarding = forwarding.has(forwardingKey(interfaceId, localAddress));
  if (options.by === 'source') return !isForwarding;
  return via === null && (options.by === 'destination' || isForwarding);
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
