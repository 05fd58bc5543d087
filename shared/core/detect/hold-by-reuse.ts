import type { ReuseGaps } from './reuse-gaps.ts';
import { sum } from './statistics.ts';

/** A hold, and by how much (one standard deviation) chance may have shifted it; both in seconds. */
export type HoldByReuse = { readonly seconds: number; readonly sigma: number };

/** Minutes without a port after which it may surely be free again: the hold that comes out must not be longer. */
const FREE_AFTER = [1, 2, 3];
/** Less cannot be told from a gateway whose destinations take turns on one sequence. */
const SHORTEST_SECONDS = 20;
const FEWEST_FREE = 60;
const FEWEST_LEFT = 5;
const FEWEST_MINUTES = 3;
const MOST_SIGMA = 8;
/** How far the shares that come back may lie apart, beyond chance, where every free port is as likely as the next. */
const TOLERANCE = 0.06;
const SIGMAS = 3;

/**
 * For how long a gateway keeps a port after close, by how soon ports come back. A gateway that draws at random takes
 * each free port with the same rate r, so a port comes back hold + Exp(r) after it was closed:
 *
 *   P(seen in a minute, and not in the k that follow) ∝ e^(−r (60 k − hold)) (1 − e^(−60 r)) / (1 + r hold)  for 60 k ≥ hold
 *   P(seen in a minute) = 1 − e^(−r (60 − hold)) / (1 + r hold), for a hold beyond a minute 60 r / (1 + r hold)
 *
 * r shows in how these fall from minute to minute once a port is surely free, and the ratio of both then gives the hold.
 * A gateway that hands ports out in turn brings all back after one and the same time: they do not fall alike, and
 * nothing is said. Nor is it of connections that last: those seen to speak for minutes are no reuse.
 */
export function holdByReuse({ absent }: Pick<ReuseGaps, 'absent'>): HoldByReuse | null {
  for (const freeAfter of FREE_AFTER) {
    const hold = holdByTail(absent, freeAfter);
    if (hold !== null) return hold;
  }
  return null;
}

function holdByTail(absent: readonly number[], freeAfter: number): HoldByReuse | null {
  const [seen = 0] = absent;
  const free = absent.slice(freeAfter).filter((left) => left >= FEWEST_LEFT);
  const [first = 0] = free;
  if (first < FEWEST_FREE || free.length < FEWEST_MINUTES) return null;
  const trials = sum(free.slice(0, -1));
  const stays = sum(free.slice(1)) / trials;
  const isAlike = free.slice(1).every((left, k) => {
    const before = free[k] as number;
    return Math.abs(left / before - stays) <= SIGMAS * Math.sqrt((stays * (1 - stays)) / before) + TOLERANCE;
  });
  const sigmaOfStays = Math.sqrt((stays * (1 - stays)) / trials);
  if (!isAlike || stays + sigmaOfStays >= 1) return null;
  const solve = (staying: number, missing: number): number | null =>
    solveHold(rateOf(staying), missing / seen, 60 * freeAfter);
  const seconds = solve(stays, first);
  if (seconds === null) return null;
  const others = [solve(stays + sigmaOfStays, first), solve(stays, first + Math.sqrt(first))];
  const sigma = Math.hypot(...others.map((other) => (other ?? Infinity) - seconds));
  return sigma <= MOST_SIGMA ? { seconds, sigma } : null;
}

/** The mean of several, each weighted by how sure it is; null where none is, or where they contradict each other. */
export function meanHold(holds: readonly HoldByReuse[]): HoldByReuse | null {
  const weights = sum(holds.map(({ sigma }) => weightOf(sigma)));
  if (weights === 0) return null;
  const seconds = sum(holds.map((hold) => hold.seconds * weightOf(hold.sigma))) / weights;
  const apart = Math.sqrt(sum(holds.map((hold) => weightOf(hold.sigma) * (hold.seconds - seconds) ** 2)) / weights);
  return apart > MOST_SIGMA || seconds < SHORTEST_SECONDS ? null : { seconds, sigma: 1 / Math.sqrt(weights) };
}

/** Chance is not all that there is: nobody is surer than a second. */
const weightOf = (sigma: number): number => 1 / (sigma ** 2 + 1);

/** Per second, from the share of the free ports that a minute leaves free. */
const rateOf = (stays: number): number => -Math.log(stays) / 60;

/** The hold for which `share` of the ports seen in a minute is missing for `seconds`; null where it is none up to those. */
function solveHold(rate: number, share: number, seconds: number): number | null {
  let [low, high] = [0, seconds];
  if (missingShare(rate, low, seconds) > share || missingShare(rate, high, seconds) < share) return null;
  while (high - low > 0.1) {
    const middle = (low + high) / 2;
    if (missingShare(rate, middle, seconds) < share) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

function missingShare(rate: number, hold: number, seconds: number): number {
  const cycle = 1 + rate * hold;
  const missing = (Math.exp(-rate * (seconds - hold)) * -Math.expm1(-60 * rate)) / cycle;
  const seen = hold <= 60 ? 1 - Math.exp(-rate * (60 - hold)) / cycle : (60 * rate) / cycle;
  return missing / seen;
}
