import { type RateAt, ratesBetween, usualSecondsHeld } from './rates.ts';
import { median } from './statistics.ts';

const BASELINE_MINUTES = 60;
const FEWEST_MINUTES = 10;
const MODIFIED_Z = 6;
const TIMES_MEDIAN = 3;
/** One minute is a burst; a rate is what lasts. */
const SPIKE_MINUTES = 2;

const DAY_MINUTES = 24 * 60;
const DAYS = 7;
const AROUND_MINUTES = 15;
/** A rate that the same time of another day came this close to is usual. */
const USUAL_SHARE = 0.6;

/**
 * Minutes whose opens are far above the destination's own past: modified z = 0.6745 (x − median) / MAD ≥ 6 against the
 * hour before, and three times its median, x being the lesser of this minute's opens and the one's before. The scale is
 * at least √median, the noise that counting has by itself. What the same time of one of the seven days before came close
 * to is no spike (a nightly job). Returns the ports that the new rate leads to if it lasts (rate × the seconds that a
 * port was held before), or null when there is no spike, too little past, or when it has lasted so long that the ports
 * in use already show what it leads to.
 */
export function portsAfterSpike(rateAt: RateAt): number | null {
  const opens = leastOpens(rateAt, SPIKE_MINUTES);
  const past = ratesBetween(rateAt, SPIKE_MINUTES, BASELINE_MINUTES + SPIKE_MINUTES);
  if (past.length < FEWEST_MINUTES) return null;
  const usual = median(past.map((rate) => rate.opens));
  const deviation = median(past.map((rate) => Math.abs(rate.opens - usual)));
  const isSpike = (count: number): boolean =>
    (0.6745 * (count - usual)) / Math.max(deviation, Math.sqrt(usual), 1) >= MODIFIED_Z &&
    count >= TIMES_MEDIAN * usual;
  if (!isSpike(opens) || isUsualAtThisTime(rateAt, opens)) return null;
  const secondsHeld = usualSecondsHeld(past);
  if (secondsHeld === null) return null;
  const followedMinutes = Math.ceil(secondsHeld / 60) + SPIKE_MINUTES;
  if (isSpike(leastOpens(rateAt, followedMinutes))) return null;
  return Math.round((opens / 60) * secondsHeld);
}

const leastOpens = (rateAt: RateAt, minutes: number): number =>
  Math.min(...Array.from({ length: Math.min(minutes, BASELINE_MINUTES) }, (_, back) => rateAt(back)?.opens ?? 0));

function isUsualAtThisTime(rateAt: RateAt, opens: number): boolean {
  for (let day = 1; day <= DAYS; day += 1) {
    for (let around = -AROUND_MINUTES; around <= AROUND_MINUTES; around += 1)
      if ((rateAt(day * DAY_MINUTES + around)?.opens ?? 0) >= USUAL_SHARE * opens) return true;
  }
  return false;
}
