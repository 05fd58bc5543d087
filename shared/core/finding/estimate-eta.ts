import { type Point, scatterOf } from '../detect/forecast.ts';
import { median, slopeOf, sureSlopeOf } from '../detect/statistics.ts';
import { isoOf, type Minute, minuteEndMs } from '../model/time.ts';

const LOOK_BACK_MINUTES = 15;
const HORIZON_MINUTES = 24 * 60;
/** Ports run out at the first peak that reaches the last of them, not when their average does. */
const PEAK_SIGMAS = 2;
/** A rise that slows down to less than a third is another one, and a new estimate. */
const SLOWEST_SHARE = 1 / 3;
/** A line through fewer says nothing of its own. */
const FEWEST_POINTS = 4;

/**
 * When the ports run out: the Theil–Sen line over the last quarter of an hour, and that over the newer half of it, for
 * rises bend, each carried on from its height in the last minute by the slopes that it may well have.
 * Said is from the earlier to the later end of the two. An early end goes to capacity − 2 σ, σ being the scatter about
 * the line, for the first peak that reaches the capacity fails; a late end to the capacity, by no less than a third of
 * the middle slope. Null when it is not clearly rising, or when even the early end lies more than a day away.
 */
export function estimateEta(
  points: readonly Point[],
  lastMinute: Minute,
  capacityPorts: number,
): { low: string; high: string } | null {
  const recent = points.filter(({ x }) => x > lastMinute - LOOK_BACK_MINUTES && x <= lastMinute);
  const slope = slopeOf(recent);
  if (slope === null || slope.low <= 0 || recent.every(({ x }) => x !== lastMinute)) return null;
  const newer = recent.slice(-Math.ceil(recent.length / 2));
  const lines = [recent, ...(newer.length < FEWEST_POINTS ? [] : [newer])].map((own) =>
    carryOn(own, lastMinute, capacityPorts, slope.middle),
  );
  const soonest = Math.min(...lines.map((line) => line.soonest));
  if (soonest > HORIZON_MINUTES) return null;
  const latest = Math.max(...lines.map((line) => line.latest));
  const at = (minutes: number): string =>
    isoOf(minuteEndMs(lastMinute) + Math.round(Math.min(minutes, HORIZON_MINUTES) * 60) * 1000);
  return { low: at(soonest), high: at(latest) };
}

/** Minutes until a line reaches the capacity, at its steepest and at its flattest. */
function carryOn(points: readonly Point[], lastMinute: Minute, capacityPorts: number, middleSlope: number) {
  const slope = sureSlopeOf(points);
  const level = median(points.map(({ x, y }) => y + slope.middle * (lastMinute - x)));
  const peak = level + PEAK_SIGMAS * scatterOf(points, slope.middle, capacityPorts);
  const slowest = Math.max(slope.low, middleSlope * SLOWEST_SHARE);
  return {
    soonest: Math.max(0, 1 - peak) / Math.max(slope.high, slowest),
    latest: Math.max(0, 1 - level) / slowest,
  };
}
