import { type Point, scatterOf } from '../detect/forecast.ts';
import { median, slopeOf } from '../detect/statistics.ts';
import { isoOf, type Minute, minuteEndMs } from '../model/time.ts';

const LOOK_BACK_MINUTES = 15;
const HORIZON_MINUTES = 24 * 60;
/** Ports run out at the first peak that reaches the last of them, not when their average does. */
const PEAK_SIGMAS = 2;
/** A rise that slows down to less than a third is another one, and a new estimate. */
const SLOWEST_SHARE = 1 / 3;

/**
 * When the ports run out: the Theil–Sen line over the last quarter of an hour, carried on from its height in the last
 * minute. The early end takes the steep end of the slopes to capacity − 2 σ, σ being the scatter about the line, for the
 * first peak that reaches the capacity fails; the late end takes the flat end of the slopes, or a third of the middle
 * one, to the capacity. Null when it is not clearly rising, or when even the early end lies more than a day away.
 */
export function estimateEta(
  points: readonly Point[],
  lastMinute: Minute,
  capacityPorts: number,
): { low: string; high: string } | null {
  const recent = points.filter(({ x }) => x > lastMinute - LOOK_BACK_MINUTES && x <= lastMinute);
  const slope = slopeOf(recent);
  if (slope === null || slope.low <= 0 || recent.every(({ x }) => x !== lastMinute)) return null;
  const level = median(recent.map(({ x, y }) => y + slope.middle * (lastMinute - x)));
  const peak = level + PEAK_SIGMAS * scatterOf(recent, slope.middle, capacityPorts);
  const soonest = Math.max(0, 1 - peak) / slope.high;
  if (soonest > HORIZON_MINUTES) return null;
  const latest = Math.max(0, 1 - level) / Math.max(slope.low, slope.middle * SLOWEST_SHARE);
  const at = (minutes: number): string =>
    isoOf(minuteEndMs(lastMinute) + Math.round(Math.min(minutes, HORIZON_MINUTES) * 60) * 1000);
  return { low: at(soonest), high: at(latest) };
}
