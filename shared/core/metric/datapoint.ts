import type { MetricMinute, MetricName, MetricResourceType } from '../model/observation.ts';
import { MINUTE_MS, minuteOf } from '../model/time.ts';

/** One value of one metric as a file gives it. */
export type MetricDatapoint = {
  readonly metric: MetricName;
  readonly resourceType: MetricResourceType;
  readonly resourceId: string | null;
  readonly atMs: number;
  readonly value: number;
};

const LONGEST_PERIOD_MINUTES = 24 * 60;

/**
 * The period that a series of timestamps implies: the greatest common divisor of their distances, in whole minutes.
 * One timestamp says nothing, and AWS's own period for these metrics is a minute.
 */
export function periodMinutesOf(instantsMs: readonly number[]): number {
  let divisor = 0;
  const first = instantsMs[0] ?? 0;
  for (const instantMs of instantsMs)
    divisor = greatestCommonDivisor(divisor, Math.abs(minuteOf(instantMs) - minuteOf(first)));
  return Math.min(Math.max(divisor, 1), LONGEST_PERIOD_MINUTES);
}

const greatestCommonDivisor = (a: number, b: number): number => (b === 0 ? a : greatestCommonDivisor(b, a % b));

/** Null for a value that no counter or gauge of these can have. */
export function metricMinuteOf(datapoint: MetricDatapoint, periodMinutes: number): MetricMinute | null {
  const { metric, resourceType, resourceId, atMs, value } = datapoint;
  if (!Number.isFinite(value) || value < 0) return null;
  return {
    kind: 'metric',
    minute: minuteOf(atMs),
    resourceType,
    resourceId,
    metric,
    value,
    periodMinutes,
  };
}

/** Whole minutes of a period in seconds; sub-minute periods count into their minute. */
export const periodMinutesOfSeconds = (seconds: number): number =>
  Math.min(Math.max(Math.round((seconds * 1000) / MINUTE_MS), 1), LONGEST_PERIOD_MINUTES);
