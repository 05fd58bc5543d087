import type { Nowcast } from '../advise/nowcast.ts';
import { recommend } from '../advise/recommend.ts';
import type { Case } from '../advise/situation.ts';
import type { LoadBalancerSeries } from '../detect/load-balancer-series.ts';
import { isoOf, type Minute, minuteStartMs, MINUTE_MS } from '../model/time.ts';
import type { BuildContext } from './build-context.ts';
import type { Episode } from './episodes.ts';
import { confidenceOf, frameOf, timelineMinutes, weightsOf } from './frame.ts';
import type { Finding, TimelineMinute } from './schema.ts';

/** Source ports per load balancer node and target (ELB user guide, client IP preservation off). */
const PORTS_PER_TARGET = 55_000;

/** Metrics alone do not tell the cause, nor anything to size advice with. */
const UNKNOWN: Nowcast = {
  cause: 'unknown',
  reason: 'metrics alone do not tell',
  before: null,
  peak: { opensPerSecond: 0, secondsHeld: 0 },
};

/** A Network Load Balancer that found no source port towards a target: metrics name no target, so no destination. */
export function buildLoadBalancerFinding(
  series: LoadBalancerSeries,
  { id, number, incidents }: Episode,
  { lastMinute }: BuildContext,
): Finding {
  const frame = frameOf(incidents);
  return {
    id,
    kind: 'nlb-port-exhaustion',
    layer: 'load-balancer',
    resource: { type: 'load-balancer', id: series.id },
    subject: { type: 'load-balancer', id: series.id },
    episode: number,
    status: frame.status,
    suppressedUntil: null,
    severity: frame.severity,
    confidence: confidenceOf(weightsOf(incidents)),
    title: `Load balancer ${series.id} ran out of source ports towards a target`,
    destination: null,
    destinations: [],
    sources: [],
    cause: UNKNOWN.cause,
    causeReason: UNKNOWN.reason,
    firstSeenAt: frame.firstSeenAt,
    firstFailureAt:
      frame.firstFailingMinute === null ? null : isoOf(minuteStartMs(frame.firstFailingMinute) + MINUTE_MS / 2),
    lastSeenAt: frame.lastSeenAt,
    resolvedAt: frame.resolvedAt,
    peakUtilisation: null,
    capacityPorts: PORTS_PER_TARGET,
    capacityAssumed: true,
    capacityBasis: `assumed ${PORTS_PER_TARGET} ports per node and target`,
    etaAt: null,
    recommendations: recommend(SITUATION),
    evidence: frame.evidence,
    missingEvidence: ['flow logs of the load balancer’s interfaces: they name the target'],
    timeline: [...timelineMinutes(frame, lastMinute)].map((minute) => timelineAt(series, minute)),
    samples: [],
  };
}

const SITUATION: Case = {
  layer: 'load-balancer',
  cause: 'unknown',
  destination: null,
  capacityPorts: PORTS_PER_TARGET,
  peakPorts: null,
  nowcast: UNKNOWN,
  addresses: 1,
  portsPerAddress: PORTS_PER_TARGET,
};

const timelineAt = ({ errors }: LoadBalancerSeries, minute: Minute): TimelineMinute => ({
  at: isoOf(minuteStartMs(minute)),
  portsInUse: null,
  utilisation: null,
  capacityPorts: PORTS_PER_TARGET,
  opens: null,
  failures: null,
  allocationErrors: errors.get(minute) ?? null,
  logErrors: null,
});
