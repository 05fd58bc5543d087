import { nowcast } from '../advise/nowcast.ts';
import { recommend } from '../advise/recommend.ts';
import { describeOwner } from '../correlate/describe-owner.ts';
import type { Incident } from '../correlate/replay.ts';
import { rankNatDestinations, rankNatSources } from '../correlate/rank-nat.ts';
import { matchTimeouts } from '../correlate/match-timeouts.ts';
import { type NatDestination, type NatSeries, UNNAMED_NAT } from '../detect/nat-series.ts';
import { observeCeiling, type PortBudget } from '../detect/port-budget.ts';
import { destinationKey, formatDestination } from '../model/destination.ts';
import { isoOf, type Minute, minuteStartMs, MINUTE_MS } from '../model/time.ts';
import type { BuildContext } from './build-context.ts';
import { confidenceOf, type Frame, frameOf, timelineMinutes, weightsOf } from './frame.ts';
import { estimateEta } from './estimate-eta.ts';
import type { Finding, RankedDestination, TimelineMinute } from './schema.ts';

/** The finding about one NAT gateway's episode of trouble. */
export function buildNatFinding(
  series: NatSeries,
  episode: readonly Incident[],
  number: number,
  id: string,
  context: BuildContext,
): Finding {
  const frame = frameOf(episode);
  const destinations = rankNatDestinations(series, frame);
  const top = series.destinations.find(
    (d) => destinations[0] !== undefined && destinationKey(d.destination) === destinationKey(destinations[0]),
  );
  const sources = top === undefined ? [] : rankNatSources(top, frame, context);
  const timeouts = matchTimeouts(context.timeouts, top?.destination ?? null, frame, context.clients);
  const failing = frame.worst === 'failing';
  const load = new Map(
    [...(top?.uses ?? [])].map(([minute, use]) => [
      minute,
      {
        ports: use.portsLow,
        opens: use.opens,
        failed: use.failures?.low ?? 0,
        closed: use.closed,
        capacityPorts: series.budget.capacityPorts,
      },
    ]),
  );
  const cause = nowcast(load, frame.startMinute, frame.endMinute, 0);
  const peak = peakOf(top, frame);
  const kind = failing ? 'nat-port-exhaustion' : 'nat-port-pressure';
  const budget = budgetInForce(series, frame);
  const { capacityPorts } = budget;
  return {
    id,
    kind,
    layer: 'nat',
    resource: { type: 'nat-gateway', id: series.natId },
    subject: { type: 'nat-gateway', id: series.natId },
    episode: number,
    status: frame.status,
    suppressedUntil: null,
    severity: frame.severity,
    confidence: confidenceOf([...weightsOf(episode), ...(timeouts === null ? [] : [1])]),
    title: titleOf(series, top, failing ? failuresOf(series, frame, destinations) : null, peak, capacityPorts),
    destination: top === undefined ? null : top.destination,
    destinations,
    sources: sources.map((source) => ({
      ...source,
      owner: describeOwner(source.address, source.interfaceId, context.inventory),
      logSource: timeouts?.logSourceOf(source.address) ?? null,
    })),
    cause: cause.cause,
    causeReason: cause.reason,
    firstSeenAt: frame.firstSeenAt,
    firstFailureAt: firstFailureOf(series, frame, top),
    lastSeenAt: frame.lastSeenAt,
    resolvedAt: frame.resolvedAt,
    peakUtilisation:
      peak === null ? null : { low: round(peak.low / capacityPorts), high: round(peak.high / capacityPorts) },
    capacityPorts,
    capacityAssumed: budget.assumed,
    capacityBasis: budget.basis,
    etaAt: failing || frame.status === 'resolved' || top === undefined ? null : estimateEta(load, frame.endMinute),
    recommendations: recommend({
      layer: 'nat',
      cause: cause.cause,
      destination: top?.destination ?? null,
      capacityPorts,
      peakPorts: peak?.estimate ?? null,
      nowcast: cause,
      addresses: Math.max(1, Math.round(capacityPorts / context.settings.natPortsPerAddress)),
      portsPerAddress: context.settings.natPortsPerAddress,
    }),
    evidence: [...frame.evidence, ...(timeouts === null ? [] : [timeouts.evidence])],
    missingEvidence: missingOf(series, frame, top, timeouts !== null),
    timeline: [...timelineMinutes(frame, context.lastMinute)].map((minute) =>
      timelineAt(series, top, capacityPorts, minute, timeouts?.counts.get(minute) ?? null),
    ),
    samples: timeouts?.samples ?? [],
  };
}

const round = (value: number): number => Math.round(value * 1000) / 1000;

function peakOf(
  top: NatDestination | undefined,
  { startMinute, endMinute }: Frame,
): { low: number; high: number; estimate: number } | null {
  const uses = [...(top?.uses.values() ?? [])].filter((use) => use.minute >= startMinute && use.minute <= endMinute);
  if (uses.length === 0) return null;
  return {
    low: Math.max(...uses.map((use) => use.portsLow)),
    high: Math.max(...uses.map((use) => use.portsHigh)),
    estimate: Math.max(...uses.map((use) => use.portsEstimate)),
  };
}

/** While allocations fail, ports seen in one dense range are all there are, whatever the assumption said. */
function budgetInForce(series: NatSeries, { firstFailingMinute, endMinute }: Frame): PortBudget {
  if (!series.budget.assumed || firstFailingMinute === null || series.flows === null) return series.budget;
  const own = series.flows.natLegs.filter((row) => row.minute >= firstFailingMinute && row.minute <= endMinute);
  return observeCeiling(own, series.budget);
}

function titleOf(
  series: NatSeries,
  top: NatDestination | undefined,
  failures: string | null,
  peak: ReturnType<typeof peakOf>,
  capacity: number,
): string {
  const who = series.natId === UNNAMED_NAT ? 'The NAT gateway' : `NAT gateway ${series.natId}`;
  const where =
    top === undefined ? 'a destination that the evidence does not name' : formatDestination(top.destination);
  if (failures !== null) return `${who} ran out of ports towards ${where}: ${failures}`;
  return `${who} is running out of ports towards ${where}: ${peak?.estimate ?? 0} of ${capacity} in use (${Math.round((100 * (peak?.estimate ?? 0)) / capacity)} %)`;
}

/** How bad it was: connections by flow records, else packets by the metric. */
function failuresOf(series: NatSeries, { startMinute, endMinute }: Frame, [top]: readonly RankedDestination[]): string {
  if (top !== undefined && top.failures.low > 0) return `${top.failures.low} connections failed`;
  const errors = [...series.metrics].filter(([minute]) => minute >= startMinute && minute <= endMinute);
  return `${errors.reduce((sum, [, at]) => sum + (at.ErrorPortAllocation ?? 0), 0)} packets dropped (ErrorPortAllocation)`;
}

/** Records tell failures to the minute: the middle of the first minute that has any is at most half a minute off. */
function firstFailureOf(series: NatSeries, frame: Frame, top: NatDestination | undefined): string | null {
  if (frame.firstFailingMinute === null) return null;
  let minute = frame.firstFailingMinute;
  for (let m = minute - 5; m < minute; m += 1) {
    const errors = series.metrics.get(m)?.ErrorPortAllocation ?? 0;
    if (errors > 0 || (top?.uses.get(m)?.failures?.low ?? 0) >= 5) {
      minute = m;
      break;
    }
  }
  return isoOf(minuteStartMs(minute) + MINUTE_MS / 2);
}

function timelineAt(
  series: NatSeries,
  top: NatDestination | undefined,
  capacityPorts: number,
  minute: Minute,
  logErrors: number | null,
): TimelineMinute {
  const use = top?.uses.get(minute);
  return {
    at: isoOf(minuteStartMs(minute)),
    portsInUse: use === undefined ? null : { low: use.portsLow, high: use.portsHigh },
    utilisation:
      use === undefined
        ? null
        : { low: round(use.portsLow / capacityPorts), high: round(use.portsHigh / capacityPorts) },
    capacityPorts,
    opens: use?.opens ?? null,
    failures: use?.failures ?? null,
    allocationErrors: series.metrics.get(minute)?.ErrorPortAllocation ?? null,
    logErrors,
  };
}

function missingOf(series: NatSeries, frame: Frame, top: NatDestination | undefined, hasLogs: boolean): string[] {
  const covered = (minutes: { has(minute: Minute): boolean }): boolean =>
    minutes.has(frame.startMinute) || minutes.has(frame.endMinute);
  return [
    ...(covered(series.flowMinutes)
      ? []
      : ['flow logs of the NAT gateway’s interface for these minutes: they name the destination and the sources']),
    ...(series.flowMinutes.size > 0 && top !== undefined && top.clientRows.length === 0
      ? ['the client legs: which sources are behind it']
      : []),
    ...(covered(series.metrics)
      ? []
      : ['NAT gateway metrics (ErrorPortAllocation, ActiveConnectionCount): they prove failed allocations']),
    ...(series.budget.assumed ? ['describe-nat-gateways: how many addresses the gateway has'] : []),
    ...(hasLogs ? [] : ['application logs: connect timeouts towards the destination would show the impact']),
  ];
}
