import type { Minute } from '../model/time.ts';
import type { HostDestination, HostSeries } from './host-series.ts';

/** Flow records contradict log events when at most this share of the range was touched within a TIME_WAIT. */
const MOSTLY_UNUSED = 0.25;

/**
 * Whether flow records show plenty of free ports in a minute whose log events say that none was left: every named
 * destination is covered and touches little of a range that the source is seen to use widely. Ports that all lie in a
 * small part of the assumed range may be all that this host has, and contradict nothing.
 */
export function isContradicted(series: HostSeries, minute: Minute): boolean {
  const named = (series.logs.get(minute) ?? []).flatMap(({ row }) => row.destination?.host ?? []);
  const covering = series.destinations.filter(
    ({ destination, uses }) => uses.has(minute) && named.includes(destination.address),
  );
  if (series.lossyMinutes.has(minute)) return false;
  if (covering.length === 0 || series.sharedUses.get(minute)?.bindsFirst === true) return false;
  return covering.every((entry) => isMostlyUnused(entry, minute));
}

function isMostlyUnused({ uses, budget, spanPorts }: HostDestination, minute: Minute): boolean {
  const use = uses.get(minute);
  return (
    use !== undefined &&
    spanPorts >= 0.5 * budget.capacityPorts &&
    use.portsHigh <= MOSTLY_UNUSED * budget.capacityPorts
  );
}

export const contradictedMinutes = (series: HostSeries): Minute[] =>
  [...series.logs.keys()].filter((minute) => isContradicted(series, minute)).sort((a, b) => a - b);
