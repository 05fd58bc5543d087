import type { Point } from '../detect/forecast.ts';
import { slopeOf } from '../detect/statistics.ts';
import { isoOf, type Minute, minuteEndMs } from '../model/time.ts';

const LOOK_BACK_MINUTES = 15;
const HORIZON_MINUTES = 24 * 60;

/**
 * When the ports run out: utilisation's Theil–Sen slope over the last quarter of an hour, carried on from the last
 * point, as an interval from the steep to the flat end of the slopes. Null when it is not clearly rising, or when
 * even the early end lies more than a day away.
 */
export function estimateEta(points: readonly Point[], lastMinute: Minute): { low: string; high: string } | null {
  const recent = points.filter(({ x }) => x > lastMinute - LOOK_BACK_MINUTES && x <= lastMinute);
  const slope = slopeOf(recent);
  const last = recent.findLast(({ x }) => x === lastMinute);
  if (slope === null || last === undefined || slope.low <= 0) return null;
  const left = Math.max(0, 1 - last.y);
  const soonest = left / slope.high;
  if (soonest > HORIZON_MINUTES) return null;
  const latest = Math.min(left / slope.low, HORIZON_MINUTES);
  const at = (minutes: number): string => isoOf(minuteEndMs(lastMinute) + Math.round(minutes * 60) * 1000);
  return { low: at(soonest), high: at(latest) };
}
