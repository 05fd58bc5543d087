/** A heat strip: one cell a minute, coloured by how full, drawn as one path per colour. */

export type HeatMinute = {
  readonly at: string;
  readonly utilisation: { readonly low: number; readonly high: number } | null;
  readonly failures: { readonly low: number; readonly high: number } | null;
};

export const HEAT_LEVELS = ['unknown', 'low', 'moderate', 'warning', 'high', 'full'] as const;
export type HeatLevel = (typeof HEAT_LEVELS)[number];

const MINUTE_MS = 60_000;
/** A strip wider than this many minutes could not be told apart on a screen. */
export const STRIP_MINUTES_LIMIT = 480;

/**
 * By the middle of the estimate, since a busy healthy NAT gateway touches nearly all of its ports: the upper bound alone
 * would paint it full. The bounds are those of the findings: warning at 75 %, critical at 90 %.
 */
export function heatLevel(minute: HeatMinute): HeatLevel {
  if (minute.utilisation === null) return 'unknown';
  const middle = middleOf(minute.utilisation);
  if (middle >= 0.995) return 'full';
  if (middle >= 0.9) return 'high';
  if (middle >= 0.75) return 'warning';
  return middle >= 0.4 ? 'moderate' : 'low';
}

const middleOf = ({ low, high }: NonNullable<HeatMinute['utilisation']>): number => (low + high) / 2;

/** Whether a strip would say anything. */
export const hasHeat = (minutes: readonly HeatMinute[]): boolean =>
  minutes.some(({ utilisation, failures }) => utilisation !== null || (failures !== null && failures.low > 0));

export type HeatStripShape = {
  /** Minutes from the first to the last, missing ones included. */
  readonly width: number;
  readonly paths: readonly { readonly level: HeatLevel; readonly path: string }[];
  /** Minutes with failed connections for certain. */
  readonly failures: string;
};

/** The minutes that strips side by side have in common, so that what happened at once stands below each other. */
export type HeatWindow = { readonly fromMs: number; readonly toMs: number };

/** From the first to the last minute of all strips, at most the newest `STRIP_MINUTES_LIMIT`; null without any. */
export function heatWindow(strips: readonly (readonly HeatMinute[])[]): HeatWindow | null {
  const times = strips.flatMap((minutes) => minutes.map(({ at }) => Date.parse(at)));
  if (times.length === 0) return null;
  const toMs = times.reduce((last, ms) => Math.max(last, ms), -Infinity);
  const fromMs = times.reduce((first, ms) => Math.min(first, ms), Infinity);
  return { fromMs: Math.max(fromMs, toMs - (STRIP_MINUTES_LIMIT - 1) * MINUTE_MS), toMs };
}

/** Paths over a box `width` minutes wide and 1 high; null when there is nothing to draw. */
export function heatStripShape(
  minutes: readonly HeatMinute[],
  window: HeatWindow | null = heatWindow([minutes]),
): HeatStripShape | null {
  if (minutes.length === 0 || window === null) return null;
  const { fromMs, toMs } = window;
  const cells = minutes
    .map((minute) => ({ minute, ms: Date.parse(minute.at) }))
    .filter(({ ms }) => ms >= fromMs && ms <= toMs)
    .sort((a, b) => a.ms - b.ms)
    .map(({ minute, ms }) => ({ minute, x: Math.round((ms - fromMs) / MINUTE_MS) }));
  const pathOf = (wanted: (minute: HeatMinute) => boolean): string =>
    cells.map(({ minute, x }) => (wanted(minute) ? `M${x} 0h1v1h-1z` : '')).join('');
  const paths = HEAT_LEVELS.map((level) => ({ level, path: pathOf((minute) => heatLevel(minute) === level) }));
  return {
    width: Math.round((toMs - fromMs) / MINUTE_MS) + 1,
    paths: paths.filter(({ path }) => path !== ''),
    failures: pathOf(({ failures }) => failures !== null && failures.low > 0),
  };
}

/** The strip in words, for those who do not see it. */
export function heatSummary(minutes: readonly HeatMinute[]): string {
  const known = minutes.flatMap(({ utilisation }) => (utilisation === null ? [] : [middleOf(utilisation)]));
  const failing = minutes.filter(({ failures }) => failures !== null && failures.low > 0).length;
  const failed = failing === 0 ? 'no failures' : `failures in ${failing} of them`;
  if (known.length === 0) return `${minutes.length} minutes, utilisation unknown, ${failed}`;
  const peak = Math.round(Math.max(...known) * 100);
  const last = Math.round((known.at(-1) ?? 0) * 100);
  return `${minutes.length} minutes: about ${peak} % full at the most, ${last} % at the last, ${failed}`;
}
