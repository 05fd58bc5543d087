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

/** The last flow of a full ranking by ports, in numbers; `null` where it cannot be compared so. */
export type Last = {
  readonly floor: number;
  readonly minute: Minute | null;
  readonly local: number | null;
  readonly remote: number | null;
};

export function lastOf(best: readonly RankedFlow[], options: RankOptions): Last {
  const floor = floorOf(best, options);
  const flow = best[options.top - 1];
  if (options.sort !== 'ports' || flow === undefined) return { floor, minute: null, local: null, remote: null };
  return {
    floor,
    minute: flow.minute,
    local: ipv4Number(flow.localAddress),
    remote: ipv4Number(flow.destination.address),
  };
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

/** True when an entry would stand after the last flow, which has as many ports: told without any text. */
export function isAfter({ entries }: PartitionIndex, entry: number, { minute, local, remote }: Last): boolean {
  const own = entries[entry + E_MINUTE] as number;
  if (local === null || remote === null) return false;
  if (minute !== null && own !== minute) return own > minute;
  if (((entries[entry + E_PORT] as number) & (V_LOCAL_TEXT | V_REMOTE_TEXT)) !== 0) return false;
  const [ownLocal, ownRemote] = [entries[entry + E_LOCAL] as number, entries[entry + E_REMOTE] as number];
  return ownLocal === local ? ownRemote >>> 0 > remote >>> 0 : ownLocal >>> 0 > local >>> 0;
}
