import type { Settings } from '../model/settings.ts';
import { slopeOf } from './statistics.ts';

/** A minute and the utilisation (0–1) in it. */
export type Point = { readonly x: number; readonly y: number };

export type Forecast = { readonly verdict: 'full-soon' | 'rising'; readonly minutesLeft: number };

const FEWEST_POINTS = 8;
const RISING_FOR_FACTOR = 2;

/**
 * Whether a rising line runs full soon. The slope is Theil–Sen over the points; it counts as rising when nine in ten
 * of all pairwise slopes are positive. `full-soon`: at least `forecast.minimumUtilisation` now and, by the median
 * slope, full within `forecast.horizonMinutes`. `rising`: full within twice that. Null: neither.
 */
export function forecastFull(points: readonly Point[], { forecast }: Settings): Forecast | null {
  const last = points.at(-1);
  if (last === undefined || points.length < FEWEST_POINTS) return null;
  const slope = slopeOf(points);
  if (slope === null || slope.low <= 0 || last.y < forecast.minimumUtilisation) return null;
  const minutesLeft = Math.max(0, 1 - last.y) / slope.middle;
  if (minutesLeft <= forecast.horizonMinutes) return { verdict: 'full-soon', minutesLeft };
  return minutesLeft <= forecast.horizonMinutes * RISING_FOR_FACTOR ? { verdict: 'rising', minutesLeft } : null;
}
