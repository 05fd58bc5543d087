import type { HostDestination, HostSeries, JoinedLogRow } from '../detect/host-series.ts';
import { hostEstimateWhenFull } from '../detect/host-port-utilisation.ts';
import type { BuildContext } from '../finding/build-context.ts';
import type { FindingSource, RankedDestination } from '../finding/schema.ts';
import { type Destination, destinationKey } from '../model/destination.ts';
import { countEvents, totalEvents } from '../model/event-count.ts';
import type { Minute } from '../model/time.ts';
import { logSourceId } from './log-source-id.ts';
import { describeOwner } from './describe-owner.ts';
import { destinationOf, hostNamesAmong } from './named-destination.ts';

type Window = { readonly startMinute: Minute; readonly endMinute: Minute };
type Tally = { destination: Destination; hosts: Set<string>; events: number; peakPorts: number; opens: number };

const NEARLY_FULL = 0.75;
const RANKED_LIMIT = 10;
const SOURCES_LIMIT = 50;

/** Destinations by log events first (those failed), then by the most ports in use. */
export function rankHostDestinations(
  series: HostSeries,
  logs: readonly JoinedLogRow[],
  { startMinute, endMinute }: Window,
  { clients }: BuildContext,
): RankedDestination[] {
  const tallies = new Map<string, Tally>();
  const tallyOf = (destination: Destination): Tally => {
    const key = destinationKey(destination);
    const tally = tallies.get(key) ?? { destination, hosts: new Set(), events: 0, peakPorts: 0, opens: 0 };
    tallies.set(key, tally);
    return tally;
  };
  for (const { row } of logs) {
    if (row.destination === null) continue;
    const tally = tallyOf(destinationOf(row.destination, clients));
    tally.events += countEvents(row);
    tally.hosts.add(row.destination.host);
  }
  for (const entry of series.destinations) {
    for (const use of entry.uses.values()) {
      if (use.minute < startMinute - 1 || use.minute > endMinute) continue;
      const tally = tallyOf(entry.destination);
      tally.peakPorts = Math.max(tally.peakPorts, hostEstimateWhenFull(entry, use.minute) ?? 0);
      tally.opens += use.opens;
    }
    for (const table of entry.sockets.values()) {
      if (table.minute < startMinute - 1 || table.minute > endMinute) continue;
      const tally = tallyOf(entry.destination);
      tally.peakPorts = Math.max(tally.peakPorts, table.portsInUse);
    }
  }
  const unnamed = totalEvents(logs.map(({ row }) => row).filter(({ destination }) => destination === null));
  const [onlyFull, another] = [...tallies.values()].filter(
    ({ peakPorts }) => peakPorts >= NEARLY_FULL * series.budget.capacityPorts,
  );
  // Events that name no destination failed towards the one that has no port left.
  if (onlyFull !== undefined && another === undefined) onlyFull.events += unnamed;
  // A client that binds first fails towards every destination alike: the culprit is the one that takes the ports.
  const bindsFirst = [...series.sharedUses].some(
    ([minute, use]) => use.bindsFirst && minute >= startMinute - 1 && minute <= endMinute,
  );
  const eventsOf = (tally: Tally): number => (bindsFirst ? 0 : tally.events);
  const ranked = [...tallies.values()].sort(
    (a, b) =>
      eventsOf(b) - eventsOf(a) ||
      b.peakPorts - a.peakPorts ||
      (destinationKey(a.destination) < destinationKey(b.destination) ? -1 : 1),
  );
  const events = ranked.reduce((sum, tally) => sum + eventsOf(tally), 0);
  const ports = ranked.reduce((sum, tally) => sum + tally.peakPorts, 0);
  return ranked.slice(0, RANKED_LIMIT).map(({ destination, hosts, ...tally }) => ({
    ...destination,
    hostNames: hostNamesAmong(hosts),
    share: events > 0 ? tally.events / events : tally.peakPorts / Math.max(1, ports),
    peakPorts: tally.peakPorts,
    opens: tally.opens,
    failures: { low: tally.events, high: tally.events },
  }));
}

/** Sources by the events joined to them; without events, by their ports towards the destination. */
export function rankHostSources(
  measured: readonly HostDestination[],
  logs: readonly JoinedLogRow[],
  { startMinute, endMinute }: Window,
  { inventory }: BuildContext,
): FindingSource[] {
  const found = new Map<string, FindingSource & { weight: number }>();
  const add = (key: string, source: Omit<FindingSource, 'share' | 'owner'>, weight: number): void => {
    const other = found.get(key);
    if (other) {
      other.weight += weight;
      other.opens += source.opens;
      other.logSource ??= source.logSource;
    } else
      found.set(key, {
        ...source,
        owner: describeOwner(source.address, source.interfaceId, inventory),
        share: 0,
        weight,
      });
  };
  for (const { row, sources } of logs) {
    const logSource = logSourceId(row.logSource);
    if (sources.length === 0)
      add(
        `log ${logSource}`,
        { address: null, interfaceId: null, opens: 0, joinedBy: 'none', logSource },
        countEvents(row),
      );
    for (const { address, interfaceId, joinedBy, weight } of sources) {
      const known = interfaceId ?? measured.find(({ source }) => source === address)?.interfaceId ?? null;
      add(address, { address, interfaceId: known, opens: 0, joinedBy, logSource }, countEvents(row) * weight);
    }
  }
  for (const { source, interfaceId, uses, sockets } of measured) {
    const own = [...uses.values()].filter((use) => use.minute >= startMinute - 1 && use.minute <= endMinute);
    const opens = own.reduce((sum, use) => sum + use.opens, 0);
    if (own.length > 0)
      add(
        source,
        { address: source, interfaceId, opens, joinedBy: 'flow', logSource: null },
        logs.length > 0 ? 0 : own.reduce((sum, use) => sum + use.portsHigh, 0),
      );
    else if (sockets.size > 0)
      add(
        source,
        { address: source, interfaceId, opens: 0, joinedBy: 'socket-table', logSource: null },
        logs.length > 0 ? 0 : 1,
      );
  }
  const ranked = [...found.values()]
    .sort((a, b) => b.weight - a.weight || ((a.address ?? '') < (b.address ?? '') ? -1 : 1))
    .slice(0, SOURCES_LIMIT);
  const total = ranked.reduce((sum, { weight }) => sum + weight, 0);
  return ranked.map(({ weight, ...source }) => ({ ...source, share: total === 0 ? 0 : Math.min(1, weight / total) }));
}
