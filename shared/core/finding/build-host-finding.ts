import { explainHost, explainShared } from '../advise/explain-host.ts';
import { recommend } from '../advise/recommend.ts';
import { rankHostDestinations, rankHostSources } from '../correlate/rank-host.ts';
import { clockEvidence } from '../correlate/log-clock.ts';
import type { Incident } from '../correlate/replay.ts';
import { observeRange, type PortBudget } from '../detect/port-budget.ts';
import { hostPoints } from '../detect/host-port-forecast.ts';
import { hostEstimate, hostEstimateWhenFull } from '../detect/host-port-utilisation.ts';
import type { HostDestination, HostSeries, JoinedLogRow } from '../detect/host-series.ts';
import { leastOf, mostOf } from '../detect/statistics.ts';
import { totalEvents } from '../model/event-count.ts';
import { type Destination, destinationKey } from '../model/destination.ts';
import { isoOf, minuteStartMs, MINUTE_MS } from '../model/time.ts';
import { agentEvidence } from './agent-evidence.ts';
import type { BuildContext } from './build-context.ts';
import { hostTimelineAt, hostTitle, missingAtHost, resourceOf, sharedPorts } from './describe-host.ts';
import { estimateEta } from './estimate-eta.ts';
import { confidenceOf, type Frame, frameOf, timelineMinutes, utilisationOf, weightsOf } from './frame.ts';
import type { Finding, FindingSource } from './schema.ts';

/** The finding about one source address's, or one log source's, episode of trouble. */
export function buildHostFinding(
  series: HostSeries,
  episode: readonly Incident[],
  number: number,
  id: string,
  context: BuildContext,
): Finding {
  const frame = frameOf(episode);
  const failing = frame.worst === 'failing';
  const logs = logsWithin(series, frame);
  const destinations = rankHostDestinations(series, logs, frame, context);
  const destination = destinations[0] === undefined ? null : plain(destinations[0]);
  const towards = series.destinations.filter(
    (entry) => destination !== null && destinationKey(entry.destination) === destinationKey(destination),
  );
  const budget = budgetInForce(towards, series, frame, context);
  const measured = towards.map((entry, i) => (i === 0 ? { ...entry, budget } : entry));
  const sources = rankHostSources(measured, logs, frame, context);
  const shared = sharedWithin(series, frame);
  const cause =
    shared === null
      ? explainHost(measured, sources, destination, frame, context)
      : explainShared(shared, series.budget.capacityPorts, frame, context);
  const peakPorts =
    shared === null
      ? peakOf(measured, frame, failing ? hostEstimateWhenFull : hostEstimate)
      : peakOfShared(series, shared, frame);
  const inForce = shared === null ? budget : series.budget;
  const { capacityPorts } = inForce;
  return {
    id,
    kind: failing ? 'host-port-exhaustion' : 'host-port-pressure',
    layer: 'host',
    resource: resourceOf(series, sources),
    subject: { ...series.subject },
    episode: number,
    status: frame.status,
    suppressedUntil: null,
    severity: frame.severity,
    confidence: confidenceOf(discount(weightsOf(episode), frame, logs)),
    title: hostTitle(series, destination, failing, peakPorts?.estimate ?? null, capacityPorts, shared !== null),
    destination,
    destinations,
    sources,
    cause: cause.cause,
    causeReason: cause.reason,
    firstSeenAt: frame.firstSeenAt,
    firstFailureAt: firstFailureOf(series, frame),
    lastSeenAt: frame.lastSeenAt,
    resolvedAt: frame.resolvedAt,
    peakUtilisation: peakPorts === null ? null : utilisationOf(peakPorts, capacityPorts),
    capacityPorts,
    capacityAssumed: inForce.assumed,
    capacityBasis: inForce.basis,
    etaAt:
      failing || frame.status === 'resolved' || measured[0] === undefined
        ? null
        : estimateEta(
            hostPoints(measured[0], frame.endMinute - 30, frame.endMinute),
            frame.endMinute,
            measured[0].budget.capacityPorts,
          ),
    recommendations: recommend({
      layer: 'host',
      cause: cause.cause,
      destination,
      capacityPorts,
      peakPorts: peakPorts?.estimate ?? null,
      nowcast: cause,
      addresses: 1,
      portsPerAddress: capacityPorts,
      hostNames: destinations[0]?.hostNames ?? [],
      runtimes: logs.flatMap(({ row }) => row.runtime ?? []),
      bindsFirst: frame.detectors.has('host-shared-range-utilisation') || logs.some(saysBindFirst),
    }),
    evidence: [
      ...frame.evidence,
      ...clockEvidence(logs.map(({ row }) => row)),
      ...agentEvidence(addressesOf(series, sources), frame, context),
    ],
    missingEvidence: missingAtHost(series, measured, logs, sources, frame, inForce.assumed),
    timeline: [...timelineMinutes(frame, context.lastMinute)].map((minute) =>
      hostTimelineAt(series, measured, capacityPorts, minute, shared),
    ),
    samples: logs.flatMap(({ row }) => row.samples.map(({ text }) => text)).slice(0, 3),
  };
}

type Peak = { low: number; high: number; estimate: number };

/** The source's ports over all destinations, if its client was seen to bind first during the trouble. */
function sharedWithin({ sharedUses }: HostSeries, { startMinute, endMinute }: Frame): HostSeries['sharedUses'] | null {
  const isSeen = [...sharedUses].some(
    ([minute, use]) => use.bindsFirst && minute >= startMinute - 1 && minute <= endMinute,
  );
  return isSeen ? sharedUses : null;
}

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

const addressesOf = ({ subject }: HostSeries, sources: readonly FindingSource[]): (string | null)[] => [
  ...(subject.type === 'source-address' ? [subject.id] : []),
  ...sources.map(({ address }) => address),
];

/** A connect that fails with EADDRINUSE bound its source address before. */
const saysBindFirst = ({ row }: JoinedLogRow): boolean =>
  row.verdict === 'connect-exhaustion' && /(?:connect|source)-in-use/.test(row.signature);

const CROWD_EVENTS = 100;

const plain = ({ address, port, protocol }: Destination): Destination => ({ address, port, protocol });

/**
 * While connects fail, ports from one dense block well below the assumption are all the range there is: whatever the
 * default says, but not against what the host's own table, or a setting about this very address, says.
 */
function budgetInForce(
  measured: readonly HostDestination[],
  series: HostSeries,
  frame: Frame,
  { settings }: BuildContext,
): PortBudget {
  const [entry] = measured;
  if (entry === undefined || frame.firstFailingMinute === null) return entry?.budget ?? series.budget;
  const isKnown = entry.sockets.size > 0 || settings.portRangeByAddress[entry.source] !== undefined;
  if (isKnown && !entry.budget.assumed) return entry.budget;
  const uses = [...entry.uses.values()].filter(
    (use) => use.minute >= (frame.firstFailingMinute ?? 0) - 1 && use.minute <= frame.endMinute,
  );
  return observeRange(uses, entry.budget);
}

function logsWithin(series: HostSeries, { startMinute, endMinute }: Frame): JoinedLogRow[] {
  return [...series.logs]
    .filter(([minute]) => minute >= startMinute && minute <= endMinute)
    .sort(([a], [b]) => a - b)
    .flatMap(([, rows]) => rows);
}

/** Ambiguous texts weigh less: log evidence counts by the certainty of its best event, unless they come in crowds. */
function discount(weights: readonly number[], frame: Frame, logs: readonly JoinedLogRow[]): number[] {
  if (!frame.detectors.has('host-connect-error-burst')) return [...weights];
  const certainty = Math.max(0, mostOf(logs.map(({ row }) => row.certainty)));
  const events = totalEvents(logs.map(({ row }) => row));
  return [...weights, -4 * (1 - certainty) * (events >= CROWD_EVENTS ? 0.25 : 1)];
}

/** The burst's first event is exact; records and socket tables tell the minute, so its middle is given. */
function firstFailureOf(series: HostSeries, frame: Frame): string | null {
  if (frame.firstFailingMinute === null) return null;
  const minute = frame.firstFailingMinute;
  const rows = [minute - 1, minute].flatMap((m) => series.logs.get(m) ?? []);
  return rows.length > 0
    ? isoOf(leastOf(rows.map(({ row }) => row.firstEventMs)))
    : isoOf(minuteStartMs(minute) + MINUTE_MS / 2);
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
