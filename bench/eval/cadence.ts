import { COALESCING_SECONDS } from '../../shared/aws/store/analysis-requests.ts';
import { hasAllocationErrors, hasManyConnections } from '../../shared/aws/metrics/metric-polls.ts';
import { tellsOfPressure } from '../../shared/core/detect/tells-of-pressure.ts';
import type { MetricMinute, Observation } from '../../shared/core/model/observation.ts';
import type { Random } from '../../shared/core/simulate/random.ts';
import {
  ANALYSIS_INTERVAL_MINUTES,
  INVENTORY_TICK_MINUTES,
  METRIC_POLL_INTERVAL_MINUTES,
  METRIC_TICK_MINUTES,
} from '../../shared/deploy/retention.ts';
import type { Arrival } from './arrivals.ts';

/** When the deployed functions look, in milliseconds since the epoch. */
export type Cadence = {
  /** When an arrival's content is in the store, and when an analysis begins that it or a later poll asks for; infinity where none does. */
  readonly take: (arrival: Arrival, past: Past) => { readonly storedMs: number; readonly urgentMs: number };
  /** The first scheduled analysis at or after an instant. */
  readonly scheduledAfter: (atMs: number) => number;
  /** From the beginning of an analysis until its notification has been handed to SNS. */
  readonly publishMs: number;
};

/** What decides how soon an arrival is taken. */
export type Past = {
  /** The metrics of the same resource before it. */
  readonly before: Arrival | null;
  /** Whether a finding is open about its resource. */
  readonly isOpen: boolean;
  /** The newest metrics of every resource that were known when it came: with many connections, each poll asks for an analysis. */
  readonly newest: Arrival | null;
  /** Whether a NAT gateway had more addresses before it. */
  readonly hasShrunk: boolean;
};

/** From how many ports, and from how many connections of a NAT gateway on, something is worth an analysis at once. */
export type Urgency = { readonly ports: number; readonly connections: number };

const MINUTE_MS = 60_000;
/** Event, queue and a warm function, for an object and for a subscription's payload. */
const INGEST_MS = { 'flow-log': 5000, 'app-log': 2000 } as const;
/** Of metrics, and of the whole inventory. */
const POLL_MS = 3000;
/** CloudWatch evaluates an alarm with a period of a minute once a minute; EventBridge and the poll follow. */
const ALARM_MS = [5000, 60_000] as const;
/** The table's stream is read in windows of the same length as the slots in which requests coalesce. */
const URGENT_MS = COALESCING_SECONDS * 1000 + 1000;
/** Loading, evaluating and saving at the design load; then the outbox's stream and the publishing function. */
const ANALYSIS_MS = 8000;
const DELIVERY_MS = 3000;

/** `random` draws where in the minute the schedules fall, as their creation does, and how long an alarm takes. */
export function createCadence(random: Random, urgency: Urgency): Cadence {
  const analysisPhaseMs = random.integer(0, ANALYSIS_INTERVAL_MINUTES * MINUTE_MS - 1);
  const pollPhaseMs = random.integer(0, MINUTE_MS - 1);
  const tickAfter = (atMs: number, minutes: number): number => after(atMs, minutes * MINUTE_MS, pollPhaseMs);
  const metricStoredMs = (arrival: Arrival, { before, isOpen }: Past): number => {
    const [now, then] = [alarmsOf(arrival, urgency), alarmsOf(before, urgency)];
    const isWatched = isOpen || then.length > 0;
    const byTick = tickAfter(arrival.delayedMs, isWatched ? METRIC_TICK_MINUTES : METRIC_POLL_INTERVAL_MINUTES);
    // An alarm that rings already tells nobody again.
    const isNews = now.some((alarm) => !then.includes(alarm));
    return Math.min(byTick, isNews ? arrival.delayedMs + random.between(...ALARM_MS) : Number.POSITIVE_INFINITY);
  };
  return {
    scheduledAfter: (atMs) => after(atMs, ANALYSIS_INTERVAL_MINUTES * MINUTE_MS, analysisPhaseMs),
    publishMs: ANALYSIS_MS + DELIVERY_MS,
    take(arrival, past) {
      const { kind, delayedMs } = arrival;
      const isPolled = alarmsOf(past.newest, urgency).includes('watch');
      const stored = (storedMs: number, isUrgent: boolean) => ({
        storedMs,
        urgentMs: Math.min(
          isUrgent ? storedMs + URGENT_MS : Number.POSITIVE_INFINITY,
          isPolled
            ? tickAfter(storedMs - POLL_MS - URGENT_MS, METRIC_TICK_MINUTES) + POLL_MS + URGENT_MS
            : Number.POSITIVE_INFINITY,
        ),
      });
      switch (kind) {
        case 'metric':
          return stored(metricStoredMs(arrival, past) + POLL_MS, alarmsOf(arrival, urgency).length > 0);
        case 'inventory':
          return stored(tickAfter(delayedMs, INVENTORY_TICK_MINUTES) + POLL_MS, past.hasShrunk);
        case 'app-log':
          return stored(delayedMs + INGEST_MS[kind], tellsOfExhaustion(arrival));
        case 'flow-log':
          return stored(delayedMs + INGEST_MS[kind], tellsOfPressure(rowsOf(arrival), urgency.ports));
      }
    },
  };
}

const after = (atMs: number, everyMs: number, phaseMs: number): number =>
  Math.ceil((atMs - phaseMs) / everyMs) * everyMs + phaseMs;

const rowsOf = ({ parts }: Arrival): Observation[] => parts.flatMap(({ observations }) => observations);

/** The alarms of NAT gateways and load balancers that a minute's metrics ring: what a poll asks for an analysis for. */
function alarmsOf(arrival: Arrival | null, { connections }: Urgency): readonly string[] {
  const metrics = arrival === null ? [] : rowsOf(arrival).filter((row): row is MetricMinute => row.kind === 'metric');
  return [
    ...(hasAllocationErrors(metrics) ? ['errors'] : []),
    ...(hasManyConnections(metrics, connections) ? ['watch'] : []),
  ];
}

const tellsOfExhaustion = (arrival: Arrival): boolean =>
  rowsOf(arrival).some((row) => row.kind === 'connect-error' && row.verdict === 'connect-exhaustion');
