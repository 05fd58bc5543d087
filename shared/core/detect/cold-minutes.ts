import type { Minute } from '../model/time.ts';

/**
 * The first `warmUpMinutes` of records, and of records that go on after as long a silence. A connection shows itself
 * when it sends, so at first those that idle are missing, and ports seem to rise from nothing.
 */
export function coldMinutesOf(recorded: ReadonlySet<Minute>, warmUpMinutes: number): ReadonlySet<Minute> {
  const cold = new Set<Minute>();
  let began = -Infinity;
  let last = -Infinity;
  for (const minute of [...recorded].sort((a, b) => a - b)) {
    if (minute - last > warmUpMinutes) began = minute;
    if (minute - began < warmUpMinutes) cold.add(minute);
    last = minute;
  }
  return cold;
}
