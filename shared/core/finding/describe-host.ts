import type { HostDestination, HostSeries } from '../detect/host-series.ts';
import type { SharedUse } from '../detect/shared-range.ts';
import { totalEvents } from '../model/event-count.ts';
import { formatDestination } from '../model/destination.ts';
import { isoOf, type Minute, minuteStartMs } from '../model/time.ts';
import { utilisationOf } from './frame.ts';
import { type HostTrouble, sharedPorts } from './host-trouble.ts';
import type { Finding, FindingSource, TimelineMinute } from './schema.ts';

/** What to open in the console first. */
export function resourceOf(series: HostSeries, sources: readonly FindingSource[]): Finding['resource'] {
  const [source] = sources;
  if (series.subject.type === 'log-source') return { type: 'log-source', id: series.subject.id };
  return source?.interfaceId
    ? { type: 'network-interface', id: source.interfaceId }
    : { type: 'source-address', id: series.subject.id };
}

/** The sentence that says where and how bad. */
export function hostTitle({ series, destination, failing, peak, budget, shared }: HostTrouble): string {
  const name = destination === null ? 'a destination that the evidence does not name' : formatDestination(destination);
  const where = shared === null ? name : `all destinations together, most of all ${name}`;
  const used = peak === null ? '' : `: ${peak.estimate} of ${budget.capacityPorts} ports in use`;
  const what = failing ? 'ran out' : 'is running out';
  return `${series.subject.id} ${what} of local ports towards ${where}${used}`;
}

/** One minute of the picture. */
export function hostTimelineAt(
  series: HostSeries,
  measured: readonly HostDestination[],
  capacityPorts: number,
  minute: Minute,
  shared: ReadonlyMap<Minute, SharedUse> | null,
): TimelineMinute {
  const together = shared?.get(minute);
  const uses = measured.flatMap((entry) => entry.uses.get(minute) ?? []);
  const tables = measured.flatMap((entry) => entry.sockets.get(minute) ?? []);
  const bounds = [
    ...(together === undefined ? [] : [sharedPorts(series, together, minute)]),
    ...uses.map((use) => ({ low: use.portsLow, high: use.portsHigh })),
    ...tables.map(({ portsInUse }) => ({ low: portsInUse, high: portsInUse })),
  ];
  const portsInUse =
    bounds.length === 0
      ? null
      : { low: Math.max(...bounds.map(({ low }) => low)), high: Math.max(...bounds.map(({ high }) => high)) };
  const rows = series.logs.get(minute);
  return {
    at: isoOf(minuteStartMs(minute)),
    portsInUse,
    utilisation: portsInUse === null ? null : utilisationOf(portsInUse, capacityPorts),
    capacityPorts,
    opens: together?.opens ?? (uses.length === 0 ? null : uses.reduce((sum, use) => sum + use.opens, 0)),
    failures: null,
    allocationErrors: null,
    logErrors: rows === undefined ? null : totalEvents(rows.map(({ row }) => row)),
  };
}

/** What would raise the confidence, or name what is not named. */
export function missingAtHost({ series, measured, logs, sources, frame, budget }: HostTrouble): string[] {
  const covered = measured.some(({ uses }) => uses.has(frame.startMinute) || uses.has(frame.endMinute));
  return [
    ...(covered
      ? []
      : ['flow logs of the source’s interface for these minutes: they show the ports in use and who opened them']),
    ...(measured.some(({ uses }) => [...uses.values()].some(({ portsBlurred }) => portsBlurred > 0))
      ? ['flow logs with a maximum aggregation interval of 1 minute: over 10 minutes, connections run into one record']
      : []),
    ...(logs.length > 0 ? [] : ['application logs: EADDRNOTAVAIL on connect proves that no port was left']),
    ...(measured.some(({ sockets }) => sockets.size > 0)
      ? []
      : ['a socket table of the host (freeport host): it shows TIME_WAIT exactly']),
    ...(sources.some(({ address }) => address !== null)
      ? []
      : ['the source’s address: name it under logSources in the settings']),
    ...(sources.some(({ joinedBy }) => joinedBy === 'destination')
      ? ['the source was named by flow records of another time, the only ones given that show this destination']
      : []),
    ...(budget.assumed ? ['the host’s ephemeral port range (net.ipv4.ip_local_port_range)'] : []),
    ...(series.subject.type === 'log-source' && sources.length > 1
      ? ['which of the named sources the log events come from']
      : []),
  ];
}
