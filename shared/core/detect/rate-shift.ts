import { type RateAt, ratesBetween, usualSecondsHeld } from './rates.ts';
import { median } from './statistics.ts';

/** The hour that is judged, and the hour before it, which is what it is judged by. */
const JUDGED_MINUTES = 60;
const BASELINE_MINUTES = 60;
const FEWEST_BASELINE = 30;
const SLACK_SIGMAS = 0.5;
const ALARM_SIGMAS = 5;
/** Half of these bear the new rate, or it was a burst. */
const RECENT_MINUTES = 15;

/**
 * A slow shift of new connections: the one-sided CUSUM S = max(0, S + z − ½) of z = (opens − median) / σ over the last
 * hour, against the median and σ = max(1.4826 × MAD, √median, 1) of the hour before, has passed 5 (the textbook's k and
 * h: Page 1954). A rise too small for any one minute to stand out adds up. Returns the ports that the median rate of the
 * last quarter of an hour leads to, at the seconds that a port was held in the hour before; null when nothing shifted,
 * or there is too little past.
 */
export function portsAfterShift(rateAt: RateAt): number | null {
  const past = ratesBetween(rateAt, JUDGED_MINUTES, JUDGED_MINUTES + BASELINE_MINUTES);
  const recent = ratesBetween(rateAt, 0, RECENT_MINUTES);
  if (past.length < FEWEST_BASELINE || recent.length === 0) return null;
  const usual = median(past.map(({ opens }) => opens));
  const deviation = 1.4826 * median(past.map(({ opens }) => Math.abs(opens - usual)));
  const sigma = Math.max(deviation, Math.sqrt(usual), 1);
  let sum = 0;
  for (let back = JUDGED_MINUTES - 1; back >= 0; back -= 1) {
    const rate = rateAt(back);
    if (rate !== null) sum = Math.max(0, sum + (rate.opens - usual) / sigma - SLACK_SIGMAS);
  }
  if (sum <= ALARM_SIGMAS) return null;
  const secondsHeld = usualSecondsHeld(past);
  if (secondsHeld === null) return null;
  return Math.round((median(recent.map(({ opens }) => opens)) / 60) * secondsHeld);
}
