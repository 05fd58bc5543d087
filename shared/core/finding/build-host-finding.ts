import { type Load, type Nowcast, nowcast } from '../advise/nowcast.ts';
import { recommend } from '../advise/recommend.ts';
import { rankHostDestinations, rankHostSources } from '../correlate/rank-host.ts';
import type { Incident } from '../correlate/replay.ts';
import { hostEstimate } from '../detect/host-port-utilisation.ts';
import type { HostDestination, HostSeries, JoinedLogRow } from '../detect/host-series.ts';
import { type Destination, destinationKey, formatDestination } from '../model/destination.ts';
import { isoOf, type Minute, minuteStartMs, MINUTE_MS } from '../model/time.ts';
import type { BuildContext } from './build-context.ts';
import { estimateEta } from './estimate-eta.ts';
import { confidenceOf, type Frame, frameOf, timelineMinutes, weightsOf } from './frame.ts';
import type { Finding, FindingSource, TimelineMinute } from './schema.ts';

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
  const measured = series.destinations.filter(
    (entry) => destination !== null && destinationKey(entry.destination) === destinationKey(destination),
  );
  const sources = rankHostSources(measured, logs, frame, context);
  const loads = loadsOf(measured);
  const cause = explain(loads, sources, destination, frame, context);
  const budget = measured[0]?.budget ?? series.budget;
  const peakPorts = peakOf(measured, frame);
  const { capacityPorts } = budget;
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
    title: titleOf(series, destination, failing, peakPorts?.estimate ?? null, capacityPorts),
    destination,
    destinations,
    sources,
    cause: cause.cause,
    causeReason: cause.reason,
    firstSeenAt: frame.firstSeenAt,
    firstFailureAt: firstFailureOf(series, frame),
    lastSeenAt: frame.lastSeenAt,
    resolvedAt: frame.resolvedAt,
    peakUtilisation:
      peakPorts === null
        ? null
        : { low: round(peakPorts.low / capacityPorts), high: round(peakPorts.high / capacityPorts) },
    capacityPorts,
    capacityAssumed: budget.assumed,
    capacityBasis: budget.basis,
    etaAt: failing || frame.status === 'resolved' ? null : estimateEta(loads, frame.endMinute),
    recommendations: recommend({
      layer: 'host',
      cause: cause.cause,
      destination,
      capacityPorts,
      peakPorts: peakPorts?.estimate ?? null,
      nowcast: cause,
      addresses: 1,
      portsPerAddress: capacityPorts,
    }),
    evidence: frame.evidence,
    missingEvidence: missingOf(series, measured, logs, sources, frame, budget.assumed),
    timeline: [...timelineMinutes(frame, context.lastMinute)].map((minute) =>
      timelineAt(series, measured, capacityPorts, minute),
    ),
    samples: logs.flatMap(({ row }) => row.samples.map(({ text }) => text)).slice(0, 3),
  };
}

const CROWD_EVENTS = 100;

const round = (value: number): number => Math.round(value * 1000) / 1000;
const plain = ({ address, port, protocol }: Destination): Destination => ({ address, port, protocol });

/** Where flow records of the incident are missing, those of another time may still show how the source uses ports. */
function explain(
  loads: ReadonlyMap<Minute, Load>,
  sources: readonly FindingSource[],
  destination: Destination | null,
  frame: Frame,
  { settings, hosts }: BuildContext,
): Nowcast {
  const { hostTimeWaitSeconds } = settings.hold;
  const [source] = sources;
  if (loads.size > 0 || source?.joinedBy !== 'destination' || destination === null) {
    return nowcast(loads, frame.startMinute, frame.endMinute, hostTimeWaitSeconds);
  }
  const other = loadsOf(
    hosts
      .flatMap((series) => series.destinations)
      .filter(
        (entry) => entry.source === source.address && destinationKey(entry.destination) === destinationKey(destination),
      ),
  );
  const minutes = [...other.keys()];
  if (minutes.length === 0) return nowcast(other, frame.startMinute, frame.endMinute, hostTimeWaitSeconds);
  const then = nowcast(other, Math.min(...minutes), Math.max(...minutes), hostTimeWaitSeconds);
  return { ...then, reason: `by flow records of another time: ${then.reason}` };
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
  const certainty = Math.max(0, ...logs.map(({ row }) => row.certainty));
  const events = logs.reduce((sum, { row }) => sum + row.eventIds.length, 0);
  return [...weights, -4 * (1 - certainty) * (events >= CROWD_EVENTS ? 0.25 : 1)];
}

/** The burst's first event is exact; records and socket tables tell the minute, so its middle is given. */
function firstFailureOf(series: HostSeries, frame: Frame): string | null {
  if (frame.firstFailingMinute === null) return null;
  const minute = frame.firstFailingMinute;
  const rows = [minute - 1, minute].flatMap((m) => series.logs.get(m) ?? []);
  return rows.length > 0
    ? isoOf(Math.min(...rows.map(({ row }) => row.firstEventMs)))
    : isoOf(minuteStartMs(minute) + MINUTE_MS / 2);
}

function resourceOf(series: HostSeries, sources: readonly FindingSource[]): Finding['resource'] {
  const [source] = sources;
  if (series.subject.type === 'log-source') return { type: 'log-source', id: series.subject.id };
  return source?.interfaceId
    ? { type: 'network-interface', id: source.interfaceId }
    : { type: 'source-address', id: series.subject.id };
}

function titleOf(
  series: HostSeries,
  destination: Destination | null,
  failing: boolean,
  ports: number | null,
  capacity: number,
): string {
  const where = destination === null ? 'a destination that the evidence does not name' : formatDestination(destination);
  const used = ports === null ? '' : `: ${ports} of ${capacity} ports in use`;
  return failing
    ? `${series.subject.id} ran out of local ports towards ${where}${used}`
    : `${series.subject.id} is running out of local ports towards ${where}${used}`;
}

function loadsOf(measured: readonly HostDestination[]): Map<Minute, Load> {
  const loads = new Map<Minute, Load>();
  for (const entry of measured) {
    for (const use of entry.uses.values()) {
      const load = loads.get(use.minute) ?? {
        ports: 0,
        opens: 0,
        failed: 0,
        closed: 0,
        capacityPorts: entry.budget.capacityPorts,
      };
      loads.set(use.minute, {
        ...load,
        ports: load.ports + (hostEstimate(entry, use.minute) ?? 0),
        opens: load.opens + use.opens,
        closed: load.closed + use.closed,
      });
    }
  }
  return loads;
}

function peakOf(
  measured: readonly HostDestination[],
  { startMinute, endMinute }: Frame,
): { low: number; high: number; estimate: number } | null {
  const peaks = measured.flatMap((entry) => [
    ...[...entry.uses.values()]
      .filter((use) => use.minute >= startMinute - 1 && use.minute <= endMinute)
      .map((use) => ({ low: use.portsLow, high: use.portsHigh, estimate: hostEstimate(entry, use.minute) ?? 0 })),
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

function timelineAt(
  series: HostSeries,
  measured: readonly HostDestination[],
  capacityPorts: number,
  minute: Minute,
): TimelineMinute {
  const uses = measured.flatMap((entry) => entry.uses.get(minute) ?? []);
  const tables = measured.flatMap((entry) => entry.sockets.get(minute) ?? []);
  const bounds = [
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
    utilisation:
      portsInUse === null
        ? null
        : { low: round(portsInUse.low / capacityPorts), high: round(portsInUse.high / capacityPorts) },
    capacityPorts,
    opens: uses.length === 0 ? null : uses.reduce((sum, use) => sum + use.opens, 0),
    failures: null,
    allocationErrors: null,
    logErrors: rows === undefined ? null : rows.reduce((sum, { row }) => sum + row.eventIds.length, 0),
  };
}

function missingOf(
  series: HostSeries,
  measured: readonly HostDestination[],
  logs: readonly JoinedLogRow[],
  sources: readonly FindingSource[],
  frame: Frame,
  assumed: boolean,
): string[] {
  const covered = measured.some(({ uses }) => uses.has(frame.startMinute) || uses.has(frame.endMinute));
  return [
    ...(covered
      ? []
      : ['flow logs of the source’s interface for these minutes: they show the ports in use and who opened them']),
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
    ...(assumed ? ['the host’s ephemeral port range (net.ipv4.ip_local_port_range)'] : []),
    ...(series.subject.type === 'log-source' && sources.length > 1
      ? ['which of the named sources the log events come from']
      : []),
  ];
}
