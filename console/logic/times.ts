/** Times in the viewer's zone, with UTC beside them; seconds where there are any. `zone` is given by tests only; the browser knows its own. */

const DAY_MS = 86_400_000;

export function localTimeText(iso: string, nowMs: number, zone?: string): string {
  const instant = new Date(iso);
  const second = instant.getUTCSeconds() === 0 ? {} : { second: '2-digit' as const };
  const time = format(instant, { hour: '2-digit', minute: '2-digit', ...second, hourCycle: 'h23' }, zone);
  const dayOf = (date: Date): string => format(date, { year: 'numeric', month: '2-digit', day: '2-digit' }, zone);
  if (dayOf(instant) === dayOf(new Date(nowMs))) return time;
  return `${format(instant, { year: 'numeric', month: 'short', day: 'numeric' }, zone)}, ${time}`;
}

/** `10:04` in the viewer's zone, for an axis; with the day where minutes alone would be ambiguous. */
export const axisTimeText = (seconds: number, hasDays: boolean, zone?: string): string => {
  const day = hasDays ? ({ month: 'short', day: 'numeric' } as const) : {};
  return format(new Date(seconds * 1_000), { ...day, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }, zone);
};

/** `2026-01-01 10:04:00 UTC`. */
export const utcText = (iso: string): string => `${new Date(iso).toISOString().slice(0, 19).replace('T', ' ')} UTC`;

const UNITS = [
  ['day', DAY_MS],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
] as const;

const RELATIVE = new Intl.RelativeTimeFormat('en', { numeric: 'always' });

/** `3 minutes ago`, `in 2 hours`. */
export function relativeText(iso: string, nowMs: number): string {
  const difference = Date.parse(iso) - nowMs;
  const [unit, ms] = UNITS.find(([, size]) => Math.abs(difference) >= size) ?? ['second', 1_000];
  return RELATIVE.format(Math.trunc(difference / ms), unit);
}

/** `8 min`, `2 h 5 min`, `45 s`. */
export function durationText(seconds: number): string {
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours >= 48) return `${Math.round(hours / 24)} days`;
  return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
}

const format = (instant: Date, options: Intl.DateTimeFormatOptions, zone: string | undefined): string =>
  new Intl.DateTimeFormat('en-GB', { ...options, ...(zone !== undefined && { timeZone: zone }) }).format(instant);
