import { destinationKey, formatDestination } from '../model/destination.ts';
import type { Minute } from '../model/time.ts';
import { type Detector, insufficient, KEEPS_OPEN, QUIET, unlessLost } from './detector.ts';
import type { HostDestination, HostSeries } from './host-series.ts';

/**
 * Ports in use from one source address towards one destination / ephemeral range, from flow records. In use =
 * connections that certainly hold a port, or the distinct ports of the last 60 s (TIME_WAIT, if the client closes
 * first). Raises at `thresholds.warning` and `.critical`, clears `.clearBelowBy` lower. Flow records do not show
 * who keeps TIME_WAIT, so this warns and never proves a failure.
 */
export const hostPortUtilisation: Detector<HostSeries> = {
  id: 'host-port-utilisation',
  source: 'flow-log',
  weight: 1.5,
  evaluate(series, minute, { settings: { thresholds } }) {
    const known = series.destinations.flatMap((destination) => {
      const ports = hostEstimate(destination, minute);
      return ports === null ? [] : [{ destination, ports, utilisation: ports / destination.budget.capacityPorts }];
    });
    const [fullest] = known.sort((a, b) => b.utilisation - a.utilisation);
    // Records of the source that show nothing towards a destination that matters show that no port of it is in use.
    if (fullest === undefined && !series.flowMinutes.has(minute)) return insufficient('no flow records of this source');
    if (fullest === undefined || fullest.utilisation < thresholds.warning) {
      const blurred = known.some(({ destination }) => mayBeFull(destination, minute, thresholds.warning));
      if (blurred) return insufficient(BLURRED);
      const keepsOpen = (fullest?.utilisation ?? 0) >= thresholds.warning - thresholds.clearBelowBy;
      return unlessLost(series.lossyMinutes.has(minute), keepsOpen ? KEEPS_OPEN : QUIET);
    }
    const { source, destination, budget } = fullest.destination;
    return {
      outcome: 'signal',
      level: fullest.utilisation >= thresholds.critical ? 'critical' : 'warning',
      destinationKey: destinationKey(destination),
      statement: `${source} used ${fullest.ports} of ${budget.capacityPorts} ports towards ${formatDestination(destination)}`,
    };
  },
};

const BLURRED = 'records span several minutes (10-minute aggregation): how many ports are in use at once does not show';

/** Full or nearly so if the records that span minutes are of one connection each; far from it if they are of many. */
function mayBeFull({ uses, budget }: HostDestination, minute: Minute, share: number): boolean {
  const use = uses.get(minute);
  return use !== undefined && use.portsBlurred > 0 && use.portsSeen >= share * budget.capacityPorts;
}

/**
 * Ports in use by flow records at the end of the minute; null when none cover it. Every port seen within the minute is
 * still open or in TIME_WAIT then, if the client closes first; idle connections add theirs. Where records span minutes,
 * only what is certain.
 */
export function hostEstimate({ uses }: HostDestination, minute: Minute): number | null {
  const use = uses.get(minute);
  return use === undefined ? null : Math.max(use.portsLow, use.portsSeen - use.portsBlurred);
}

/** The most that may be in use: where a connect found no port, those of records that span minutes were taken. */
export function hostEstimateWhenFull(entry: HostDestination, minute: Minute): number | null {
  const estimate = hostEstimate(entry, minute);
  return estimate === null ? null : Math.max(estimate, entry.uses.get(minute)?.portsSeen ?? 0);
}
