import { median } from './statistics.ts';

/** Opens and ports held in one minute. */
export type Rate = { readonly opens: number; readonly ports: number };

/** The rate so many minutes ago; null where no record says. */
export type RateAt = (minutesBack: number) => Rate | null;

/** Rates of the minutes [from, to) ago that are known, newest first. */
export function ratesBetween(rateAt: RateAt, from: number, to: number): Rate[] {
  const rates: Rate[] = [];
  for (let back = from; back < to; back += 1) {
    const rate = rateAt(back);
    if (rate !== null) rates.push(rate);
  }
  return rates;
}

/** Ports that are held for longer are a pool's: their number says when they run out, and not the rate of a few opens. */
const LONGEST_HELD_SECONDS = 900;

/** The median of what the rates say; null where that is longer than a rate can tell anything by. */
export function usualSecondsHeld(past: readonly Rate[]): number | null {
  const seconds = median(past.map(({ ports, opens }) => ports / Math.max(1 / 60, opens / 60)));
  return seconds > LONGEST_HELD_SECONDS ? null : seconds;
}
