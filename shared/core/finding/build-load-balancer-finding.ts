import { recommend } from '../advise/recommend.ts';
import type { Incident } from '../correlate/replay.ts';
import type { LoadBalancerSeries } from '../detect/load-balancer-series.ts';
import { isoOf, minuteStartMs, MINUTE_MS } from '../model/time.ts';
import type { BuildContext } from './build-context.ts';
import { confidenceOf, frameOf, timelineMinutes, weightsOf } from './frame.ts';
import type { Finding } from './schema.ts';

/** Source ports per load balancer node and target (ELB user guide, client IP preservation off). */
const PORTS_PER_TARGET = 55_000;

/** A Network Load Balancer that found no source port towards a target: metrics name no target, so no destination. */
export function buildLoadBalancerFinding(
  series: LoadBalancerSeries,
  episode: readonly Incident[],
  number: number,
  id: string,
  { lastMinute }: BuildContext,
): Finding {
  const frame = frameOf(episode);
  const calm = {
    cause: 'unknown' as const,
    reason: 'metrics alone do not tell',
    before: null,
    peak: { opensPerSecond: 0, secondsHeld: 0 },
  };
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
    confidence: confidenceOf(weightsOf(episode)),
    title: `Load balancer ${series.id} ran out of source ports towards a target`,
    destination: null,
    destinations: [],
    sources: [],
    cause: calm.cause,
    causeReason: calm.reason,
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
    recommendations: recommend({
      layer: 'load-balancer',
      cause: 'unknown',
      destination: null,
      capacityPorts: PORTS_PER_TARGET,
      peakPorts: null,
      nowcast: calm,
      addresses: 1,
      portsPerAddress: PORTS_PER_TARGET,
    }),
    evidence: frame.evidence,
    missingEvidence: ['flow logs of the load balancer’s interfaces: they name the target'],
    timeline: [...timelineMinutes(frame, lastMinute)].map((minute) => ({
      at: isoOf(minuteStartMs(minute)),
      portsInUse: null,
      utilisation: null,
      capacityPorts: PORTS_PER_TARGET,
      opens: null,
      failures: null,
      allocationErrors: series.errors.get(minute) ?? null,
      logErrors: null,
    })),
    samples: [],
  };
}
