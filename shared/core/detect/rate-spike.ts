import { median } from './statistics.ts';

const BASELINE_MINUTES = 60;
const FEWEST_MINUTES = 10;
const MODIFIED_Z = 6;
const TIMES_MEDIAN = 3;

/** Opens and ports held in one minute. */
export type Rate = { readonly opens: number; readonly ports: number };

/**
 * A minute whose opens are far above the destination's own past: modified z = 0.6745 (x − median) / MAD ≥ 6 against
 * the hour before, and three times its median. The scale is at least √median, the noise that counting has by itself.
 * Returns the ports that the new rate leads to if it lasts (rate × the seconds that a port was held before), or null
 * when the minute is no spike or has too little past.
 */
export function portsAfterSpike(rateAt: (minutesBack: number) => Rate | null): number | null {
  const now = rateAt(0);
  const past: Rate[] = [];
  for (let back = 1; back <= BASELINE_MINUTES; back += 1) {
    const rate = rateAt(back);
    if (rate !== null) past.push(rate);
  }
  if (now === null || past.length < FEWEST_MINUTES) return null;
  const usual = median(past.map((rate) => rate.opens));
  const deviation = median(past.map((rate) => Math.abs(rate.opens - usual)));
  const z = (0.6745 * (now.opens - usual)) / Math.max(deviation, Math.sqrt(usual), 1);
  if (z < MODIFIED_Z || now.opens < TIMES_MEDIAN * usual) return null;
  const secondsHeld = median(past.map((rate) => rate.ports / Math.max(1 / 60, rate.opens / 60)));
  return Math.round((now.opens / 60) * secondsHeld);
}
