/** Small robust statistics: no assumption of a normal distribution, no state. */

/** The least of any number of values, where spreading them over arguments would overflow the stack; Infinity of none. */
export const leastOf = (values: Iterable<number>): number => {
  let least = Infinity;
  for (const value of values) if (value < least) least = value;
  return least;
};

/** The most of any number of values; −Infinity of none. */
export const mostOf = (values: Iterable<number>): number => {
  let most = -Infinity;
  for (const value of values) if (value > most) most = value;
  return most;
};

export const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** 0 for an empty list. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** Linear interpolation between order statistics; `q` in 0–1; 0 for an empty list. */
export function quantile(values: readonly number[], q: number): number {
  if (values.length === 0) return 0;
  const sorted = [...values].sort((a, b) => a - b);
  const at = q * (sorted.length - 1);
  const low = sorted[Math.floor(at)] as number;
  const high = sorted[Math.ceil(at)] as number;
  return low + (high - low) * (at - Math.floor(at));
}

/** Counts above this are bounded instead of summed: nobody needs more digits of a probability that small. */
const SUMMED_LIMIT = 100_000;

/**
 * P(X ≥ count) for X ~ Poisson(mean), summed from the left tail in logarithms so that means up to some thousands
 * neither under- nor overflow. For huge counts Chernoff's bound stands in.
 */
export function poissonTail(count: number, mean: number): number {
  if (count <= 0) return 1;
  if (mean <= 0) return 0;
  // Below the mean the tail is no sign of a burst, and far above it the first term already tells the magnitude.
  if (count <= mean) return 1;
  if (count > SUMMED_LIMIT) return Math.exp(count - mean - count * Math.log(count / mean));
  let logTerm = -mean;
  for (let k = 1; k <= count; k += 1) logTerm += Math.log(mean / k);
  let term = Math.exp(logTerm);
  let tail = 0;
  for (let k = count; term > 0 && k < count + 1_000; k += 1) {
    tail += term;
    term *= mean / (k + 1);
    if (term < tail * 1e-12) break;
  }
  return Math.min(1, tail);
}

/** Of an unknown rate per minute: half an event in one minute (Gamma), which is next to nothing after an hour of data. */
const PRIOR = { events: 0.5, minutes: 1 } as const;

/**
 * P(X ≥ count) in the next `ahead` minutes for a Poisson process of which only `events` in `minutes` are known: the
 * negative binomial with r = events + ½ and p = (minutes + 1) / (minutes + 1 + ahead). A short past surprises less.
 */
export function predictiveTail(count: number, events: number, minutes: number, ahead: number): number {
  const shape = events + PRIOR.events;
  const stay = (minutes + PRIOR.minutes) / (minutes + PRIOR.minutes + ahead);
  if (count <= 0) return 1;
  if (count > SUMMED_LIMIT) return 0;
  let term = stay ** shape;
  for (let k = 0; k < count; k += 1) term *= ((shape + k) / (k + 1)) * (1 - stay);
  let tail = 0;
  for (let k = count; term > 0 && k < count + 10_000; k += 1) {
    tail += term;
    term *= ((shape + k) / (k + 1)) * (1 - stay);
    if (term < tail * 1e-12) break;
  }
  return Math.min(1, tail);
}

type Points = readonly { readonly x: number; readonly y: number }[];
export type Slope = { readonly low: number; readonly middle: number; readonly high: number };

/** Theil–Sen: the median of all pairwise slopes, and where eight in ten of them lie; null for fewer than four points. */
export function slopeOf(points: Points): Slope | null {
  if (points.length < 4) return null;
  const slopes = slopesOf(points);
  return { low: quantile(slopes, 0.1), middle: median(slopes), high: quantile(slopes, 0.9) };
}

/** Of a normal distribution, nineteen twentieths lie within as many standard deviations. */
const SURE_SIGMAS = 1.96;

/**
 * Theil–Sen with Sen's own interval: in nineteen of twenty cases the slope of the line lies in it, however far the slopes of
 * neighbouring points are apart. Its ends are the pairwise slopes whose ranks are N/2 ± z σ/2, with N pairs and σ² =
 * n (n − 1) (2n + 5) / 18, the variance of Kendall's statistic of n points (Sen 1968).
 */
export function sureSlopeOf(points: Points): Slope {
  const slopes = slopesOf(points);
  const n = points.length;
  const within = (SURE_SIGMAS * Math.sqrt((n * (n - 1) * (2 * n + 5)) / 18)) / slopes.length / 2;
  const at = (q: number): number => quantile(slopes, Math.min(1, Math.max(0, q)));
  return { low: at(0.5 - within), middle: at(0.5), high: at(0.5 + within) };
}

function slopesOf(points: Points): number[] {
  const slopes: number[] = [];
  for (const [i, a] of points.entries()) {
    for (const b of points.slice(i + 1)) if (b.x !== a.x) slopes.push((b.y - a.y) / (b.x - a.x));
  }
  return slopes;
}

/** Counts per minute above this are trouble, however long they last: nobody lives with more and calls it usual. */
export const TRICKLE_LIMIT = 20;
/**
 * Packets that found no port, some three connections that tried again: fewer than that within minutes fill no gateway, and
 * some report a few whatever the load.
 */
export const FEWEST_ERRORS = 10;

/**
 * The count per minute that a source always has: the median of at least ten minutes, if most of them have any and it
 * is small; else 0. A burst on top of a trickle does not hide it.
 */
export function trickleOf(counts: readonly number[]): number {
  if (counts.length < 10) return 0;
  const middle = median(counts);
  const present = counts.filter((count) => count > 0).length;
  return present >= counts.length * 0.7 && middle <= TRICKLE_LIMIT ? middle : 0;
}

/**
 * True when counts per minute are a trickle and never far above their own median. Trickles come from misconfiguration;
 * exhaustion comes in bursts.
 */
export function isSteadyTrickle(counts: readonly number[]): boolean {
  const middle = trickleOf(counts);
  return middle > 0 && counts.every((count) => count <= middle + 4 * Math.sqrt(middle + 1));
}

/**
 * What a source's own past makes usual in a minute: the mean of the past counts, each taken as at most a trickle so
 * that a burst does not become its own excuse, and never less than the trickle that the source always has.
 */
export function usualCount(past: readonly number[], trickle: number): number {
  const mean = sum(past.map((count) => Math.min(count, TRICKLE_LIMIT))) / Math.max(1, past.length);
  return Math.max(mean, trickle);
}
