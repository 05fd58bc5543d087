import type { Minute } from '../model/time.ts';
import type { HostDestination, HostSeries } from './host-series.ts';

/** Flow records contradict log events when at most this share of the range was touched within a TIME_WAIT. */
const MOSTLY_UNUSED = 0.25;

/**
 * Whether flow records show plenty of free ports in a minute whose log events say that none was left: every named
 * destination is covered, touches little of the range, and not one dense block of it (which would be a small range,
 * used up).
 */
export function isContradicted(series: HostSeries, minute: Minute): boolean {
  const named = (series.logs.get(minute) ?? []).flatMap(({ row }) => row.destination?.host ?? []);
  const covering = series.destinations.filter(
    ({ destination, uses }) => uses.has(minute) && named.includes(destination.address),
  );
  if (covering.length === 0 || series.sharedUses.get(minute)?.bindsFirst === true) return false;
  return covering.every((entry) => isMostlyUnused(entry, minute));
}

function isMostlyUnused({ uses, budget }: HostDestination, minute: Minute): boolean {
  const use = uses.get(minute);
  return use !== undefined && !use.isDense && use.portsHigh <= MOSTLY_UNUSED * budget.capacityPorts;
}

export const contradictedMinutes = (series: HostSeries): Minute[] =>
  [...series.logs.keys()].filter((minute) => isContradicted(series, minute)).sort((a, b) => a - b);
