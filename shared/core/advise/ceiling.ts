import { median, mostOf, sum } from '../detect/statistics.ts';
import type { Minute } from '../model/time.ts';
import type { Load } from './nowcast.ts';

/**
 * What the minutes in which allocations fail tell of the ports that are taken. Everything is taken then, so what opens
 * opens on a port that came free: connections that only last longer free theirs in turn, leaked ones do not.
 */
export type Ceiling = 'turns-over' | 'stands' | 'unknown';

export const isFailing = ({ someFailed, failed, opens }: Load): boolean =>
  someFailed === true || (failed >= 5 && failed >= 0.02 * opens);

/** Seconds; who waits for an answer has given up by then, and the NAT’s own idle timeout has not struck yet (350 s). */
const TURNS_OVER_SECONDS = 150;
const STANDS_SECONDS = 240;
const FEWEST_MINUTES = 2;

/** By one destination's records: the seconds after which one of the `capacityPorts` came free, while all were taken. */
export function ceilingOfDestination(
  loads: ReadonlyMap<Minute, Load>,
  from: Minute,
  to: Minute,
  capacityPorts: number,
): Ceiling {
  const full = fullMinutes(loads, from, to);
  // A capacity of which no half was ever seen is one that was only assumed.
  if (full.length < FEWEST_MINUTES || capacityPorts > 2 * mostOf(full.map(({ ports }) => ports))) return 'unknown';
  const perMinute = mean(full.map(({ opens, failed }) => Math.max(0, opens - failed)));
  const seconds = (60 * capacityPorts) / Math.max(1 / 60, perMinute);
  return seconds <= TURNS_OVER_SECONDS ? 'turns-over' : seconds >= STANDS_SECONDS ? 'stands' : 'unknown';
}

/** What a NAT keeps at most without a packet (350 s). */
const IDLE_MINUTES = 6;

/**
 * Attempts that left the gateway, got no answer and still held a port when allocations began to fail: how many of the
 * six minutes before, where they are most of the ports; else null. Nothing leaks then, the destination is silent.
 */
export function unansweredAtCeiling(
  loads: ReadonlyMap<Minute, Load>,
  from: Minute,
  to: Minute,
  capacityPorts: number,
): number | null {
  const first = firstFailing(loads, from - IDLE_MINUTES, to);
  if (first === null) return null;
  let silent = 0;
  for (let minute = first - IDLE_MINUTES; minute <= first; minute += 1) silent += loads.get(minute)?.unanswered ?? 0;
  return silent > 0.5 * capacityPorts ? silent : null;
}

/** Standard deviations of a count by which two of them differ. */
const SIGMAS = 2;

/**
 * By a gateway's metrics, which do not tell destinations apart. What leaks takes its own share of the opens away for
 * good: at the ceiling at most as many are established as before, less those that had been staying each minute. As few
 * are where a destination slows down bit by bit, for some of its opens still close while the ports rise: fewer tell of a
 * leak after a rise so short that all the opens stay, or longer than anything waits.
 */
export function ceilingOfGateway(loads: ReadonlyMap<Minute, Load>, from: Minute, to: Minute): Ceiling {
  const full = fullMinutes(loads, from, to);
  const { rises, minutes, calm } = riseBefore(loads, from, to);
  if (full.length < FEWEST_MINUTES || rises.length === 0 || calm === null) return 'unknown';
  const established = mean(full.map(({ opens }) => opens));
  const noise = SIGMAS * Math.sqrt(Math.max(1, calm) / full.length);
  if (established > calm - mean(rises) + noise) return 'turns-over';
  const isTelling = minutes <= STEP_MINUTES || minutes > IDLE_MINUTES;
  return isTelling && established < calm - mostOf(rises) + noise ? 'stands' : 'unknown';
}

const STEP_MINUTES = 3;
/** A rise that the ceiling cut off is no measure of how many stay. */
const NEARLY_FULL = 0.9;

const mean = (values: readonly number[]): number => sum(values) / values.length;

/** Failing minutes after a failing one and before one: the first and the last were full for a part of them only. */
function fullMinutes(loads: ReadonlyMap<Minute, Load>, from: Minute, to: Minute): Load[] {
  const full: Load[] = [];
  for (let minute = from; minute <= to; minute += 1) {
    const load = loads.get(minute);
    if (load !== undefined && isFailing(load) && isFailingAt(loads, minute - 1)) full.push(load);
  }
  return full;
}

/**
 * How many more connections were open in each minute of the rise to the first failing one, below the ceiling, and how
 * many opened in such a minute.
 */
function riseBefore(
  loads: ReadonlyMap<Minute, Load>,
  from: Minute,
  to: Minute,
): { rises: number[]; minutes: number; calm: number | null } {
  const first = firstFailing(loads, from, to);
  if (first === null) return { rises: [], minutes: 0, calm: null };
  const ceiling = loads.get(first)?.ports ?? Infinity;
  const rises: number[] = [];
  const opens: number[] = [];
  for (let minute = first - 1; ; minute -= 1) {
    const [before, at] = [loads.get(minute - 1), loads.get(minute)];
    if (at !== undefined) opens.push(at.opens);
    if (before === undefined || at === undefined || at.ports <= before.ports)
      return { rises, minutes: first - 1 - minute, calm: opens.length === 0 ? null : median(opens) };
    if (at.ports < NEARLY_FULL * ceiling) rises.push(at.ports - before.ports);
  }
}

/** The first minute in which allocations fail; null where none is known. */
export function firstFailing(loads: ReadonlyMap<Minute, Load>, from: Minute, to: Minute): Minute | null {
  for (let minute = from; minute <= to; minute += 1) if (isFailingAt(loads, minute)) return minute;
  return null;
}

const isFailingAt = (loads: ReadonlyMap<Minute, Load>, minute: Minute): boolean => {
  const load = loads.get(minute);
  return load !== undefined && isFailing(load);
};
