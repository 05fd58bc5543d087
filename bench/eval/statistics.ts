import type { Random } from '../../shared/core/simulate/random.ts';

/** A share with its 95 % interval. */
export type Share = { readonly hits: number; readonly of: number; readonly low: number; readonly high: number };

const Z_95 = 1.959_963_985;

/** Wilson's score interval: right for few trials and for shares near 0 and 1, where the usual one is not. */
export function shareOf(hits: number, of: number): Share {
  if (of === 0) return { hits, of, low: 0, high: 1 };
  const p = hits / of;
  const z2 = Z_95 * Z_95;
  const centre = (p + z2 / (2 * of)) / (1 + z2 / of);
  const half = (Z_95 / (1 + z2 / of)) * Math.sqrt((p * (1 - p)) / of + z2 / (4 * of * of));
  return { hits, of, low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
}

export function quantile(values: readonly number[], q: number): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const at = (sorted.length - 1) * q;
  const [below, above] = [sorted[Math.floor(at)] as number, sorted[Math.ceil(at)] as number];
  return below + (above - below) * (at - Math.floor(at));
}

const BOOTSTRAP_ROUNDS = 1000;

/** The median with a percentile bootstrap interval over cases. */
export function medianOf(
  values: readonly number[],
  random: Random,
): { readonly median: number; readonly low: number; readonly high: number } | null {
  const median = quantile(values, 0.5);
  if (median === null) return null;
  const medians = Array.from({ length: BOOTSTRAP_ROUNDS }, () =>
    quantile(
      values.map(() => random.pick(values)),
      0.5,
    ),
  ).filter((each) => each !== null);
  return { median, low: quantile(medians, 0.025) ?? median, high: quantile(medians, 0.975) ?? median };
}

/** Events per unit of exposure with the exact Poisson interval (95 %, two-sided). */
export function rateOf(
  events: number,
  exposure: number,
): { readonly rate: number; readonly low: number; readonly high: number } {
  if (exposure === 0) return { rate: 0, low: 0, high: Number.POSITIVE_INFINITY };
  return {
    rate: events / exposure,
    low: events === 0 ? 0 : chiSquare(2 * events, -Z_95) / 2 / exposure,
    high: chiSquare(2 * (events + 1), Z_95) / 2 / exposure,
  };
}

/** Wilson–Hilferty's cube approximates the quantile behind the exact interval to a few parts in a thousand. */
const chiSquare = (degrees: number, z: number): number =>
  degrees * Math.max(0, 1 - 2 / (9 * degrees) + z * Math.sqrt(2 / (9 * degrees))) ** 3;
