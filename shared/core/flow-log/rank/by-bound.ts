import type { Address } from '../../model/address.ts';
import type { Minute } from '../../model/time.ts';
import { ipv4Number } from '../engine/dictionary.ts';
import {
  E_BOUND,
  E_LOCAL,
  E_MINUTE,
  E_PORT,
  E_REMOTE,
  V_LOCAL_TEXT,
  V_REMOTE_TEXT,
  type PartitionIndex,
} from './partition-index.ts';
import { sortValue, type RankedFlow, type RankOptions } from './ranking.ts';

/** What an entry must reach to be looked at: ties are looked at too, so that they are broken the same way always. */
const floorOf = (best: readonly RankedFlow[], { sort, top }: RankOptions): number =>
  best.length < top ? 0 : sortValue(best[top - 1] as RankedFlow, sort);

/** The last flow of a full ranking by ports, without whose figures many entries can be told to stand after it. */
export type Last = {
  readonly floor: number;
  readonly tie: {
    readonly minute: Minute | null;
    readonly local: RankedAddress;
    readonly remote: RankedAddress;
  } | null;
};

/** An address as a ranking has them in order: IPv4 by number, before all others, by their text. */
type RankedAddress = { readonly number: number | null; readonly text: Address };

const rankedAddress = (text: Address): RankedAddress => ({ number: ipv4Number(text), text });

export function lastOf(best: readonly RankedFlow[], options: RankOptions): Last {
  const floor = floorOf(best, options);
  const flow = best[options.top - 1];
  if (options.sort !== 'ports' || flow === undefined) return { floor, tie: null };
  const { minute, localAddress, destination } = flow;
  return { floor, tie: { minute, local: rankedAddress(localAddress), remote: rankedAddress(destination.address) } };
}

/** Bounds that are counted one by one; larger ones, of flows over many minutes, share a place and are sorted. */
const BOUNDS = 1 << 17;
/** Fewer entries are sorted sooner than so many places are emptied. */
const COUNTED_FROM = 4_096;
const placeStarts = new Int32Array(BOUNDS + 1);

/** Largest bound first, in linear time: of ten million flows nearly all have the same few bounds. */
export function byBound(index: PartitionIndex, entries: Int32Array): Int32Array {
  const boundOf = (entry: number): number => index.entries[entry + E_BOUND] as number;
  const largerFirst = (a: number, b: number): number => boundOf(b) - boundOf(a);
  if (entries.length < COUNTED_FROM) return entries.slice().sort(largerFirst);
  const placeOf = (entry: number): number => BOUNDS - 1 - Math.min(boundOf(entry), BOUNDS - 1);
  placeStarts.fill(0);
  for (const entry of entries) placeStarts[placeOf(entry) + 1] = (placeStarts[placeOf(entry) + 1] as number) + 1;
  for (let i = 1; i <= BOUNDS; i += 1) placeStarts[i] = (placeStarts[i] as number) + (placeStarts[i - 1] as number);
  const largest = placeStarts[1] as number;
  const sorted = new Int32Array(entries.length);
  for (const entry of entries) {
    const place = placeOf(entry);
    sorted[placeStarts[place] as number] = entry;
    placeStarts[place] = (placeStarts[place] as number) + 1;
  }
  sorted.subarray(0, largest).sort(largerFirst);
  return sorted;
}

/** True when an entry would stand after the last flow, which has as many ports: most logs have many flows of one port. */
export function isAfter(index: PartitionIndex, entry: number, { tie }: Last): boolean {
  if (tie === null) return false;
  const own = index.entries[entry + E_MINUTE] as number;
  if (tie.minute !== null && own !== tie.minute) return own > tie.minute;
  const kinds = index.entries[entry + E_PORT] as number;
  const local = compareTo(index, index.entries[entry + E_LOCAL] as number, (kinds & V_LOCAL_TEXT) !== 0, tie.local);
  if (local !== 0) return local > 0;
  return compareTo(index, index.entries[entry + E_REMOTE] as number, (kinds & V_REMOTE_TEXT) !== 0, tie.remote) > 0;
}

/** Of two IPv4 addresses no text is made: there are millions. */
function compareTo({ texts }: PartitionIndex, value: number, isText: boolean, { number, text }: RankedAddress): number {
  if (!isText) return number === null ? -1 : (value >>> 0) - (number >>> 0);
  if (number !== null) return 1;
  const own = texts.textOf(value);
  return own < text ? -1 : own > text ? 1 : 0;
}
