import { explainHost, explainShared } from '../advise/explain-host.ts';
import type { Nowcast } from '../advise/nowcast.ts';
import { rankHostDestinations } from '../correlate/rank-host-destinations.ts';
import { rankHostSources } from '../correlate/rank-host-sources.ts';
import type { Incident } from '../correlate/incident.ts';
import { hostEstimate, hostEstimateWhenFull } from '../detect/host-port-utilisation.ts';
import type { HostDestination, HostSeries, JoinedLogRow } from '../detect/host-series.ts';
import type { PortBudget } from '../detect/port-budget.ts';
import type { SharedUse } from '../detect/shared-range.ts';
import { type Destination, destinationKey } from '../model/destination.ts';
import type { Minute } from '../model/time.ts';
import type { BuildContext } from './build-context.ts';
import { type Frame, frameOf, type Peak } from './frame.ts';
import { fullestFirst, hostBudgetInForce, sharedBudgetInForce } from './host-budget.ts';
import type { FindingSource, RankedDestination } from './schema.ts';

/** What the evidence says of one episode at a host; the finding is told from it. */
export type HostTrouble = {
  readonly series: HostSeries;
  readonly frame: Frame;
  readonly failing: boolean;
  readonly logs: readonly JoinedLogRow[];
  readonly destination: Destination | null;
  readonly destinations: RankedDestination[];
  readonly sources: FindingSource[];
  /** What was measured towards the destination, source by source. */
  readonly measured: readonly HostDestination[];
  /** The source's ports over all destinations, where its client binds before it connects; null where it does not. */
  readonly shared: HostSeries['sharedUses'] | null;
  readonly cause: Nowcast;
  readonly budget: PortBudget;
  readonly peak: Peak | null;
};

export function measureHostTrouble(
  series: HostSeries,
  incidents: readonly Incident[],
  context: BuildContext,
): HostTrouble {
  const frame = frameOf(incidents);
  const failing = frame.worst === 'failing';
  const logs = logsWithin(series, frame);
  const destinations = rankHostDestinations(series, logs, frame, context);
  const destination = destinations[0] === undefined ? null : plain(destinations[0]);
  const towards = fullestFirst(
    series.destinations.filter(
      (entry) => destination !== null && destinationKey(entry.destination) === destinationKey(destination),
    ),
    frame,
  );
  const budget = hostBudgetInForce(towards, series, frame, context);
  const measured = towards.map((entry, i) => (i === 0 ? { ...entry, budget } : entry));
  const sources = rankHostSources(measured, logs, frame, context);
  const known = { series, frame, failing, logs, destination, destinations, sources, measured };
  const shared = sharedWithin(series, frame);
  if (shared === null) {
    const cause = explainHost(measured, sources, destination, frame, context);
    const peak = peakOf(measured, frame, failing ? hostEstimateWhenFull : hostEstimate);
    return { ...known, shared, cause, budget, peak };
  }
  const whole = sharedBudgetInForce(series, shared, frame);
  const cause = explainShared(shared, whole.capacityPorts, frame, context);
  return { ...known, shared, cause, budget: whole, peak: peakOfShared(series, shared, frame) };
}

/** The source's ports over all destinations, if its client was seen to bind first during the trouble. */
function sharedWithin({ sharedUses }: HostSeries, { startMinute, endMinute }: Frame): HostSeries['sharedUses'] | null {
  const isSeen = [...sharedUses].some(
    ([minute, use]) => use.bindsFirst && minute >= startMinute - 1 && minute <= endMinute,
  );
  return isSeen ? sharedUses : null;
}

/** Ports of a source over all destinations: those certainly held, and those seen within a TIME_WAIT. */
export const sharedPorts = ({ destinations }: HostSeries, { ports }: SharedUse, minute: Minute) => ({
  low: destinations.reduce((sum, { uses }) => sum + (uses.get(minute)?.portsLow ?? 0), 0),
  high: ports,
});

function peakOfShared(
  series: HostSeries,
  shared: HostSeries['sharedUses'],
  { startMinute, endMinute }: Frame,
): Peak | null {
  const [fullest] = [...shared]
    .filter(([minute]) => minute >= startMinute - 1 && minute <= endMinute)
    .map(([minute, use]) => sharedPorts(series, use, minute))
    .sort((a, b) => b.high - a.high);
  return fullest === undefined ? null : { ...fullest, estimate: fullest.high };
}

const plain = ({ address, port, protocol }: Destination): Destination => ({ address, port, protocol });

function logsWithin(series: HostSeries, { startMinute, endMinute }: Frame): JoinedLogRow[] {
  return [...series.logs]
    .filter(([minute]) => minute >= startMinute && minute <= endMinute)
    .sort(([a], [b]) => a - b)
    .flatMap(([, rows]) => rows);
}

function peakOf(
  measured: readonly HostDestination[],
  { startMinute, endMinute }: Frame,
  estimateOf: typeof hostEstimate,
): Peak | null {
  const peaks = measured.flatMap((entry) => [
    ...[...entry.uses.values()]
      .filter((use) => use.minute >= startMinute - 1 && use.minute <= endMinute)
      .map((use) => ({ low: use.portsLow, high: use.portsHigh, estimate: estimateOf(entry, use.minute) ?? 0 })),
    ...[...entry.sockets.values()]
      .filter((table) => table.minute >= startMinute - 1 && table.minute <= endMinute)
      .map((table) => ({ low: table.portsInUse, high: table.portsInUse, estimate: table.portsInUse })),
  ]);
  if (peaks.length === 0) return null;
  return {
    low: Math.max(...peaks.map(({ low }) => low)),
    high: Math.max(...peaks.map(({ high }) => high)),
    estimate: Math.max(...peaks.map(({ estimate }) => estimate)),
  };
}
