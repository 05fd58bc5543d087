import { recommend } from '../advise/recommend.ts';
import { clockEvidence } from '../correlate/log-clock.ts';
import { hostPoints } from '../detect/host-port-forecast.ts';
import type { HostSeries } from '../detect/host-series.ts';
import { leastOf, mostOf } from '../detect/statistics.ts';
import { totalEvents } from '../model/event-count.ts';
import { isoOf, minuteStartMs, MINUTE_MS } from '../model/time.ts';
import { agentEvidence } from './agent-evidence.ts';
import type { BuildContext } from './build-context.ts';
import { hostTimelineAt, hostTitle, missingAtHost, resourceOf } from './describe-host.ts';
import type { Episode } from './episodes.ts';
import { estimateEta } from './estimate-eta.ts';
import { confidenceOf, peakWithin, timelineMinutes, weightsOf } from './frame.ts';
import { saysBindFirst } from './host-budget.ts';
import { type HostTrouble, measureHostTrouble } from './host-trouble.ts';
import type { Finding, Recommendation } from './schema.ts';

/** The finding about one source address's, or one log source's, episode of trouble. */
export function buildHostFinding(series: HostSeries, episode: Episode, context: BuildContext): Finding {
  const trouble = measureHostTrouble(series, episode.incidents, context);
  const { frame, failing, logs, destination, destinations, sources, measured, shared, cause, budget, peak } = trouble;
  return {
    id: episode.id,
    kind: failing ? 'host-port-exhaustion' : 'host-port-pressure',
    layer: 'host',
    resource: resourceOf(series, sources),
    subject: { ...series.subject },
    episode: episode.number,
    status: frame.status,
    suppressedUntil: null,
    severity: frame.severity,
    confidence: confidenceOf([...weightsOf(episode.incidents), ...doubtsOf(trouble)]),
    title: hostTitle(trouble),
    destination,
    destinations,
    sources,
    cause: cause.cause,
    causeReason: cause.reason,
    firstSeenAt: frame.firstSeenAt,
    firstFailureAt: firstFailureOf(trouble),
    lastSeenAt: frame.lastSeenAt,
    resolvedAt: frame.resolvedAt,
    ...peakWithin(peak, budget),
    etaAt: etaOf(trouble),
    recommendations: adviceFor(trouble),
    evidence: [
      ...frame.evidence,
      ...clockEvidence(logs.map(({ row }) => row)),
      ...agentEvidence(addressesOf(trouble), frame, context),
    ],
    missingEvidence: missingAtHost(trouble),
    timeline: [...timelineMinutes(frame, context.lastMinute)].map((minute) =>
      hostTimelineAt(series, measured, budget.capacityPorts, minute, shared),
    ),
    samples: logs.flatMap(({ row }) => row.samples.map(({ text }) => text)).slice(0, 3),
  };
}

const addressesOf = ({ series: { subject }, sources }: HostTrouble): (string | null)[] => [
  ...(subject.type === 'source-address' ? [subject.id] : []),
  ...sources.map(({ address }) => address),
];

const CROWD_EVENTS = 100;

/** Ambiguous texts weigh less: log evidence counts by the certainty of its best event, unless they come in crowds. */
function doubtsOf({ frame, logs }: HostTrouble): number[] {
  if (!frame.detectors.has('host-connect-error-burst')) return [];
  const certainty = Math.max(0, mostOf(logs.map(({ row }) => row.certainty)));
  const events = totalEvents(logs.map(({ row }) => row));
  return [-4 * (1 - certainty) * (events >= CROWD_EVENTS ? 0.25 : 1)];
}

/** The burst's first event is exact; records and socket tables tell the minute, so its middle is given. */
function firstFailureOf({ series, frame }: HostTrouble): string | null {
  if (frame.firstFailingMinute === null) return null;
  const minute = frame.firstFailingMinute;
  const rows = [minute - 1, minute].flatMap((m) => series.logs.get(m) ?? []);
  return rows.length > 0
    ? isoOf(leastOf(rows.map(({ row }) => row.firstEventMs)))
    : isoOf(minuteStartMs(minute) + MINUTE_MS / 2);
}

function etaOf({ frame, failing, measured }: HostTrouble): Finding['etaAt'] {
  const [entry] = measured;
  if (failing || frame.status === 'resolved' || entry === undefined) return null;
  const points = hostPoints(entry, frame.endMinute - ETA_MINUTES, frame.endMinute);
  return estimateEta(points, frame.endMinute, entry.budget.capacityPorts);
}

const ETA_MINUTES = 30;

function adviceFor({ frame, logs, destination, destinations, cause, budget, peak }: HostTrouble): Recommendation[] {
  const { capacityPorts } = budget;
  return recommend({
    layer: 'host',
    cause: cause.cause,
    destination,
    capacityPorts,
    peakPorts: peak?.estimate ?? null,
    nowcast: cause,
    addresses: 1,
    portsPerAddress: capacityPorts,
    hostNames: destinations[0]?.hostNames ?? [],
    runtimes: logs.flatMap(({ row }) => row.runtime ?? []),
    bindsFirst: frame.detectors.has('host-shared-range-utilisation') || logs.some(saysBindFirst),
  });
}
