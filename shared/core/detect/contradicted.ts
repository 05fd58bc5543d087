import { rangeSize } from '../model/observation.ts';
import type { Minute } from '../model/time.ts';
import type { HostDestination, HostSeries, HostUse } from './host-series.ts';

/** Flow records contradict log events when at most this share of the range was touched within a TIME_WAIT. */
const MOSTLY_UNUSED = 0.25;
/** One destination that took so many may have taken what another wanted: some systems and programs have one range for all. */
const NEARLY_FULL = 0.75;
const DENSE_SHARE = 0.85;
const FEWEST_DENSE = 16;

/** Whether no record of the minute can still be on its way. */
type IsFinal = (minute: Minute) => boolean;

/**
 * Whether flow records show plenty of free ports in a minute whose log events say that none was left: every named
 * destination is covered and touches little of a range that the source is seen to use widely. Ports that all lie in a
 * small part of the assumed range may be all that this host has, and contradict nothing; nor do the first records of a
 * minute, while others may show the rest of its ports, nor free ports towards one destination while another has nearly
 * all of them.
 */
export function isContradicted(series: HostSeries, minute: Minute, isFinal: IsFinal): boolean {
  if (!isFinal(minute)) return false;
  const named = (series.logs.get(minute) ?? []).flatMap(({ row }) => row.destination?.host ?? []);
  const covering = series.destinations.filter(
    ({ destination, uses }) => uses.has(minute) && named.includes(destination.address),
  );
  if (series.lossyMinutes.has(minute)) return false;
  if (covering.length === 0 || series.sharedUses.get(minute)?.bindsFirst === true) return false;
  if (series.destinations.some((entry) => isNearlyFull(entry, minute) || isNearlyFull(entry, minute - 1))) return false;
  return covering.every((entry) => isMostlyUnused(entry, minute));
}

const isNearlyFull = ({ uses, budget }: HostDestination, minute: Minute): boolean =>
  (uses.get(minute)?.portsHigh ?? 0) >= NEARLY_FULL * budget.capacityPorts;

function isMostlyUnused({ uses, budget, spanPorts }: HostDestination, minute: Minute): boolean {
  const use = uses.get(minute);
  return (
    use !== undefined &&
    spanPorts >= 0.5 * budget.capacityPorts &&
    use.portsHigh <= MOSTLY_UNUSED * budget.capacityPorts &&
    !fillsItsRange(use)
  );
}

/** The minute's ports are one dense block: all that is left of a range that was cut, for all that records can tell. */
const fillsItsRange = ({ portRange, portsHigh }: HostUse): boolean =>
  portRange !== null && portsHigh >= FEWEST_DENSE && portsHigh >= DENSE_SHARE * rangeSize(portRange);

export const contradictedMinutes = (series: HostSeries, isFinal: IsFinal): Minute[] =>
  [...series.logs.keys()].filter((minute) => isContradicted(series, minute, isFinal)).sort((a, b) => a - b);
