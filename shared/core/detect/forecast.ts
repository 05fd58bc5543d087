import type { Settings } from '../model/settings.ts';
import { median, slopeOf } from './statistics.ts';

/** A minute and the utilisation (0–1) in it. */
export type Point = { readonly x: number; readonly y: number };

export type Forecast = { readonly verdict: 'full-soon' | 'rising'; readonly minutesLeft: number };

export const FEWEST_POINTS = 8;
const RISING_FOR_FACTOR = 2;
const SIGMAS = 5;
/** A rise that has all but ended in the newer half of the minutes was a step. */
const STILL_RISING_SHARE = 0.3;

/**
 * Whether a rising line runs full soon. The slope b is Theil–Sen over the points; it counts as rising when
 * - nine in ten of all pairwise slopes are positive,
 * - it is no accident: b ≥ 5 σ / √Σ(x − x̄)², where σ is the larger of what counting ports scatters by itself, √(y / capacity),
 *   and of the scatter about the line (1.4826 × MAD), and
 * - it goes on: the newer half alone rises by at least three tenths of it.
 *
 * `full-soon`: at least `forecast.minimumUtilisation` now and, by the slope, full within `forecast.horizonMinutes`.
 * `rising`: full within twice that. Null: neither. `capacityPorts` is what y is a share of.
 */
export function forecastFull(points: readonly Point[], capacityPorts: number, { forecast }: Settings): Forecast | null {
  const last = points.at(-1);
  if (last === undefined || points.length < FEWEST_POINTS || last.y < forecast.minimumUtilisation) return null;
  const slope = slopeOf(points);
  if (slope === null || slope.low <= 0 || !isSignificant(points, slope.middle, capacityPorts)) return null;
  const newer = slopeOf(points.slice(-Math.ceil(points.length / 2)));
  if (newer !== null && newer.middle < STILL_RISING_SHARE * slope.middle) return null;
  const minutesLeft = Math.max(0, 1 - last.y) / slope.middle;
  if (minutesLeft <= forecast.horizonMinutes) return { verdict: 'full-soon', minutesLeft };
  return minutesLeft <= forecast.horizonMinutes * RISING_FOR_FACTOR ? { verdict: 'rising', minutesLeft } : null;
}

function isSignificant(points: readonly Point[], slope: number, capacityPorts: number): boolean {
  const meanX = points.reduce((sum, { x }) => sum + x, 0) / points.length;
  const spread = Math.sqrt(points.reduce((sum, { x }) => sum + (x - meanX) ** 2, 0));
  return slope * spread >= SIGMAS * scatterOf(points, slope, capacityPorts);
}

/** Standard deviation of utilisation about the line. */
export function scatterOf(points: readonly Point[], slope: number, capacityPorts: number): number {
  const offsets = points.map(({ x, y }) => y - slope * x);
  const level = median(offsets);
  const about = 1.4826 * median(offsets.map((offset) => Math.abs(offset - level)));
  return Math.max(about, Math.sqrt(Math.max(0, median(points.map(({ y }) => y))) / capacityPorts));
}
