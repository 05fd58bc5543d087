import { hostEstimateWhenFull } from '../detect/host-port-utilisation.ts';
import type { HostDestination, JoinedLogRow } from '../detect/host-series.ts';
import { totalEvents } from '../model/event-count.ts';
import type { Minute } from '../model/time.ts';
import type { JoinedSource } from './join-log-source.ts';

const NEARLY_FULL = 0.75;
/** The part of a log source's events whose minutes must show somebody full. */
const MOST_EVENTS = 0.5;

/** What is clearly less full than the fullest is not where ports ran out. */
const AS_FULL = 0.95;

/** Whether a source's ports towards a destination were nearly full in the minute or the one before. */
export const isNearlyFull = (entry: HostDestination, minute: Minute): boolean => fullness(entry, minute) >= NEARLY_FULL;

/** The share of the range that was taken in the minute or the one before. */
const fullness = (entry: HostDestination, minute: Minute): number =>
  Math.max(portsAt(entry, minute), portsAt(entry, minute - 1)) / entry.budget.capacityPorts;

const portsAt = (entry: HostDestination, minute: Minute): number =>
  Math.max(hostEstimateWhenFull(entry, minute) ?? 0, entry.sockets.get(minute)?.portsInUse ?? 0);

export type FullPlaces = {
  /** Who was nearly full towards which destination in a minute; on any port number where `port` is null. */
  at(port: number | null, minute: Minute): readonly HostDestination[];
};

export function indexFullPlaces(measured: Iterable<HostDestination>): FullPlaces {
  const full = new Map<Minute, HostDestination[]>();
  for (const entry of measured)
    for (const minute of minutesOf(entry))
      if (isNearlyFull(entry, minute)) full.set(minute, [...(full.get(minute) ?? []), entry]);
  return {
    at: (port, minute) =>
      (full.get(minute) ?? []).filter(({ destination }) => port === null || destination.port === port),
  };
}

/** What is full in one minute leaves no port at the beginning of the next. */
const minutesOf = ({ uses, sockets }: HostDestination): Set<Minute> =>
  new Set([...uses.keys(), ...sockets.keys()].flatMap((minute) => [minute, minute + 1]));

/**
 * Events of one log source that name nobody's destination: whoever had no port left in their minutes, on the port
 * number that they name if they name one, is who sent them. Rows stay as they are where most of them find nobody full.
 */
export function joinToFull(rows: readonly JoinedLogRow[], places: FullPlaces): readonly JoinedLogRow[] {
  if (rows.some(({ sources }) => sources.length > 0)) return rows;
  const joined = rows.map(({ row }) => ({ row, sources: fullSources(row, places) }));
  const events = totalEvents(joined.map(({ row }) => row));
  const told = totalEvents(joined.flatMap(({ row, sources }) => (sources.length > 0 ? [row] : [])));
  return told > 0 && told >= MOST_EVENTS * events ? joined : rows;
}

function fullSources({ destination, minute }: JoinedLogRow['row'], places: FullPlaces): JoinedSource[] {
  const full = places.at(destination?.port ?? null, minute);
  const most = Math.max(...full.map((entry) => fullness(entry, minute)));
  const own = full.filter((entry) => fullness(entry, minute) >= AS_FULL * most);
  const sources = new Map(own.map(({ source, interfaceId }) => [source, interfaceId]));
  return [...sources]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([address, interfaceId]) => ({
      address,
      interfaceId,
      joinedBy: 'destination-and-minute' as const,
      weight: 1 / sources.size,
    }));
}
