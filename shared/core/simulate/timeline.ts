/** A quantity over simulated time, in seconds since the start of the world. */
export type Timeline = (second: number) => number;

export const constant =
  (value: number): Timeline =>
  () =>
    value;

/** `from` until `startSecond`, then a straight line to `to` at `endSecond`, then `to`. */
export const ramp =
  (from: number, to: number, startSecond: number, endSecond: number): Timeline =>
  (second) => {
    if (second <= startSecond) return from;
    if (second >= endSecond) return to;
    return from + ((to - from) * (second - startSecond)) / (endSecond - startSecond);
  };

/** Each value holds from its second on; the first also before it. */
export const steps =
  (first: number, ...later: readonly (readonly [second: number, value: number])[]): Timeline =>
  (second) =>
    later.reduce((value, [from, next]) => (second >= from ? next : value), first);

/** `timeline` until `second`, `after` from then on. */
export const until =
  (untilSecond: number, timeline: Timeline, after: Timeline): Timeline =>
  (second) =>
    second < untilSecond ? timeline(second) : after(second);

export const times =
  (...factors: readonly Timeline[]): Timeline =>
  (second) =>
    factors.reduce((product, factor) => product * factor(second), 1);

export const plus =
  (...terms: readonly Timeline[]): Timeline =>
  (second) =>
    terms.reduce((sum, term) => sum + term(second), 0);

const DAY_SECONDS = 86_400;

/** One at the day's peak, `trough` at its lowest; weekends are quieter by `weekend`. `dayStartSecond` is midnight. */
export const daily =
  (trough: number, peakSecondOfDay: number, weekend = 1): Timeline =>
  (second) => {
    const phase = (2 * Math.PI * ((second % DAY_SECONDS) - peakSecondOfDay)) / DAY_SECONDS;
    const level = trough + ((1 - trough) * (1 + Math.cos(phase))) / 2;
    return Math.floor(second / DAY_SECONDS) % 7 >= 5 ? level * weekend : level;
  };

/** `height` for `lengthSeconds` at the start of every `everySeconds`, else zero: cron jobs, batch runs, health checks. */
export const pulses =
  (height: number, everySeconds: number, lengthSeconds: number, offsetSeconds = 0): Timeline =>
  (second) =>
    (((second - offsetSeconds) % everySeconds) + everySeconds) % everySeconds < lengthSeconds ? height : 0;

/** The same, worked out once a minute: over weeks a cosine a second is most of the work. */
export const everyMinute = (timeline: Timeline): Timeline => {
  let minute = Number.NaN;
  let value = 0;
  return (second) => {
    if (Math.floor(second / 60) !== minute) {
      minute = Math.floor(second / 60);
      value = timeline(minute * 60);
    }
    return value;
  };
};

/** `height` for `lengthSeconds` every day at `atSecond` past midnight. */
export const nightly = (height: number, atSecond: number, lengthSeconds: number): Timeline =>
  pulses(height, DAY_SECONDS, lengthSeconds, atSecond);
