import { median } from '../detect/statistics.ts';
import { type Ceiling, isFailing } from './ceiling.ts';
import type { Load, Verdict } from './nowcast.ts';

const FEWEST_CLOSES = 10;
/** A connection's life shows in the minute that it opens in, and no further: from half of it on it cannot double. */
const LONGEST_LIFE_SECONDS = 60;
/** Percent of the opened connections that close. */
const HARDLY_ANY = 20;

/**
 * Ports are held longer: by every connection, or by some that never close? Where the connections that do close live as
 * long as before, while the mean over all grew, the rest leaks. With hardly any closes at all it is a leak as well.
 */
export function heldOrLeaked(
  calm: readonly Load[],
  during: readonly Load[],
  heldGrew: number,
  change: string,
  ceiling: Ceiling,
): Verdict {
  // At the ceiling nothing opens but in the place of what closed: by metrics as much closes as opens, leak or not.
  const telling = during.filter((load) => load.someFailed !== true);
  const share = Math.round(100 * shareOfClosing(telling.length > 0 ? telling : during));
  const isKnown = during.some((load) => load.closed !== null);
  if (isKnown && share < HARDLY_ANY && ceiling !== 'turns-over') {
    return { cause: 'leak', reason: `${change}; only ${share} % of the opened connections closed` };
  }
  const before = lifeOfClosing(calm);
  // While allocations fail, ports are taken again as they come free, and closes are hard to tell apart.
  const now = lifeOfClosing(during.filter((load) => !isFailing(load))) ?? lifeOfClosing(during);
  if (before !== null && now !== null) {
    const closersGrew = Math.log(ratio(now, before));
    const couldGrow = Math.log(ratio(LONGEST_LIFE_SECONDS, before));
    return closersGrew < 0.5 * (couldGrow >= Math.log(2) ? Math.min(heldGrew, couldGrow) : heldGrew)
      ? { cause: 'leak', reason: `${change}; connections that close live as long as before, the others never close` }
      : { cause: 'hold', reason: `${change}; connections still close, only later` };
  }
  if (ceiling !== 'unknown') return atCeiling(ceiling, change);
  if (!isKnown) {
    return { cause: 'unknown', reason: `${change}; records without flags do not show whether connections close` };
  }
  return share < 50
    ? { cause: 'leak', reason: `${change}; only ${Math.min(100, share)} % of the opened connections closed` }
    : { cause: 'hold', reason: `${change}; connections still close, only later` };
}

export const atCeiling = (ceiling: Exclude<Ceiling, 'unknown'>, change: string): Verdict =>
  ceiling === 'turns-over'
    ? {
        cause: 'hold',
        reason: `${change}; while all ports were taken others kept coming free: connections close, only later`,
      }
    : { cause: 'leak', reason: `${change}; while all ports were taken hardly any came free: connections do not close` };

/** Closed per opened connection; the minute in which a fix closes everything counts for twice its opens at most. */
function shareOfClosing(loads: readonly Load[]): number {
  let opened = 0;
  let closed = 0;
  for (const load of loads) {
    const answered = Math.max(0, load.opens - load.failed);
    opened += answered;
    closed += Math.min(load.closed ?? 0, 2 * answered);
  }
  return closed / Math.max(1, opened);
}

/**
 * Seconds that closing connections lived, from how many close in the minute they opened in: 60 (1 − share), 0.5–60 per
 * minute, the median of the minutes; the one minute in which a fix closes everything does not sway it.
 */
function lifeOfClosing(loads: readonly Load[]): number | null {
  const lives = loads.flatMap(({ closed, youngClosed }) =>
    closed === null || youngClosed === null || closed < FEWEST_CLOSES
      ? []
      : [Math.max(0.5, LONGEST_LIFE_SECONDS * (1 - youngClosed / closed))],
  );
  return lives.length === 0 ? null : median(lives);
}

export const ratio = (a: number, b: number): number => Math.max(a, 1e-3) / Math.max(b, 1e-3);
