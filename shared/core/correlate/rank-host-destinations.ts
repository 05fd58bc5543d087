import type { HostSeries, JoinedLogRow } from '../detect/host-series.ts';
import { hostEstimateWhenFull } from '../detect/host-port-utilisation.ts';
import type { BuildContext } from '../finding/build-context.ts';
import type { RankedDestination } from '../finding/schema.ts';
import { type Destination, destinationKey } from '../model/destination.ts';
import { countEvents, totalEvents } from '../model/event-count.ts';
import type { Minute } from '../model/time.ts';
import { destinationOf, hostNamesAmong } from './named-destination.ts';

type Window = { readonly startMinute: Minute; readonly endMinute: Minute };
type Tally = {
  readonly destination: Destination;
  readonly hosts: Set<string>;
  events: number;
  peakPorts: number;
  opens: number;
};
type TallyOf = (destination: Destination) => Tally;

const NEARLY_FULL = 0.75;
const RANKED_LIMIT = 10;

/** Destinations by log events first (those failed), then by the most ports in use. */
export function rankHostDestinations(
  series: HostSeries,
  logs: readonly JoinedLogRow[],
  window: Window,
  context: BuildContext,
): RankedDestination[] {
  const tallies = new Map<string, Tally>();
  const tallyOf: TallyOf = (destination) => {
    const key = destinationKey(destination);
    const tally = tallies.get(key) ?? { destination, hosts: new Set(), events: 0, peakPorts: 0, opens: 0 };
    tallies.set(key, tally);
    return tally;
  };
  countEventsOf(logs, context, tallyOf);
  countPortsOf(series, window, tallyOf);
  blameTheOnlyFull([...tallies.values()], logs, series);
  // A client that binds first fails towards every destination alike: the culprit is the one that takes the ports.
  const eventsOf = bindsFirst(series, window) ? () => 0 : ({ events }: Tally) => events;
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

function countEventsOf(logs: readonly JoinedLogRow[], { clients }: BuildContext, tallyOf: TallyOf): void {
  for (const { row } of logs) {
    if (row.destination === null) continue;
    const tally = tallyOf(destinationOf(row.destination, clients));
    tally.events += countEvents(row);
    tally.hosts.add(row.destination.host);
  }
}

function countPortsOf({ destinations }: HostSeries, window: Window, tallyOf: TallyOf): void {
  for (const entry of destinations) {
    for (const use of entry.uses.values()) {
      if (!isWithin(use.minute, window)) continue;
      const tally = tallyOf(entry.destination);
      tally.peakPorts = Math.max(tally.peakPorts, hostEstimateWhenFull(entry, use.minute) ?? 0);
      tally.opens += use.opens;
    }
    for (const table of entry.sockets.values()) {
      if (!isWithin(table.minute, window)) continue;
      const tally = tallyOf(entry.destination);
      tally.peakPorts = Math.max(tally.peakPorts, table.portsInUse);
    }
  }
}

/** Events that name no destination failed towards the one that has no port left. */
function blameTheOnlyFull(tallies: readonly Tally[], logs: readonly JoinedLogRow[], { budget }: HostSeries): void {
  const unnamed = totalEvents(logs.map(({ row }) => row).filter(({ destination }) => destination === null));
  const [only, another] = tallies.filter(({ peakPorts }) => peakPorts >= NEARLY_FULL * budget.capacityPorts);
  if (only !== undefined && another === undefined) only.events += unnamed;
}

const bindsFirst = ({ sharedUses }: HostSeries, window: Window): boolean =>
  [...sharedUses].some(([minute, use]) => use.bindsFirst && isWithin(minute, window));

/** The minute before the first sign belongs to it: that is when the ports were taken. */
const isWithin = (minute: Minute, { startMinute, endMinute }: Window): boolean =>
  minute >= startMinute - 1 && minute <= endMinute;
