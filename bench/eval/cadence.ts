import { COALESCING_SECONDS } from '../../shared/aws/analysis-requests.ts';
import { hasAllocationErrors } from '../../shared/aws/metric-polls.ts';
import { tellsOfPressure } from '../../shared/core/detect/tells-of-pressure.ts';
import type { MetricMinute } from '../../shared/core/model/observation.ts';
import type { Random } from '../../shared/core/simulate/random.ts';
import {
  ANALYSIS_INTERVAL_MINUTES,
  METRIC_POLL_INTERVAL_MINUTES,
  METRIC_TICK_MINUTES,
} from '../../shared/deploy/retention.ts';
import type { Arrival } from './arrivals.ts';

/** When the deployed functions look, in milliseconds since the epoch. */
export type Cadence = {
  /** When an arrival's content is in the store, and when the analysis that it asks for begins; null when it asks for none. */
  readonly take: (arrival: Arrival, isOpen: boolean) => { readonly storedMs: number; readonly urgentMs: number | null };
  /** The first scheduled analysis at or after an instant. */
  readonly scheduledAfter: (atMs: number) => number;
  /** From the beginning of an analysis until its notification has been handed to SNS. */
  readonly publishMs: number;
};

const MINUTE_MS = 60_000;
/** Event, queue and a warm function, for an object and for a subscription's payload. */
const INGEST_MS = { 'flow-log': 5000, 'app-log': 2000, inventory: 2000 } as const;
const POLL_MS = 3000;
/** CloudWatch evaluates an alarm with a period of a minute once a minute; EventBridge and the poll follow. */
const ALARM_MS = [5000, 60_000] as const;
/** The table's stream is read in windows of the same length as the slots in which requests coalesce. */
const URGENT_MS = COALESCING_SECONDS * 1000 + 1000;
/** Loading, evaluating and saving at the design load; then the outbox's stream and the publishing function. */
const ANALYSIS_MS = 8000;
const DELIVERY_MS = 3000;

/**
 * `urgentPorts` are those of which ingest asks for an analysis. `random` draws where in the minute the schedules fall, as their creation does, and how long an alarm
 * takes.
 */
export function createCadence(random: Random, urgentPorts: number): Cadence {
  const analysisPhaseMs = random.integer(0, ANALYSIS_INTERVAL_MINUTES * MINUTE_MS - 1);
  const pollPhaseMs = random.integer(0, MINUTE_MS - 1);
  const tickAfter = (atMs: number, minutes: number): number => after(atMs, minutes * MINUTE_MS, pollPhaseMs);
  return {
    scheduledAfter: (atMs) => after(atMs, ANALYSIS_INTERVAL_MINUTES * MINUTE_MS, analysisPhaseMs),
    publishMs: ANALYSIS_MS + DELIVERY_MS,
    take(arrival, isOpen) {
      const { kind, delayedMs } = arrival;
      if (kind === 'metric') {
        const isAlarming = hasAllocationErrors(metricsOf(arrival));
        const byTick = tickAfter(delayedMs, isOpen ? METRIC_TICK_MINUTES : METRIC_POLL_INTERVAL_MINUTES);
        const byAlarm = isAlarming ? delayedMs + random.between(...ALARM_MS) : Number.POSITIVE_INFINITY;
        const storedMs = Math.min(byTick, byAlarm) + POLL_MS;
        return { storedMs, urgentMs: isAlarming ? storedMs + URGENT_MS : null };
      }
      const storedMs = delayedMs + INGEST_MS[kind];
      const isUrgent =
        tellsOfExhaustion(arrival) || arrival.parts.some((part) => tellsOfPressure(part.observations, urgentPorts));
      return { storedMs, urgentMs: isUrgent ? storedMs + URGENT_MS : null };
    },
  };
}

const after = (atMs: number, everyMs: number, phaseMs: number): number =>
  Math.ceil((atMs - phaseMs) / everyMs) * everyMs + phaseMs;

const metricsOf = ({ parts }: Arrival): MetricMinute[] =>
  parts.flatMap(({ observations }) => observations).filter((row): row is MetricMinute => row.kind === 'metric');

const tellsOfExhaustion = ({ kind, parts }: Arrival): boolean =>
  kind === 'app-log' &&
  parts.some(({ observations }) =>
    observations.some((row) => row.kind === 'connect-error' && row.verdict === 'connect-exhaustion'),
  );
