import { destinationKey, formatDestination } from '../model/destination.ts';
import { type Detector, insufficient, QUIET, unlessLost } from './detector.ts';
import type { NatDestination, NatSeries } from './nat-series.ts';
import { portsAfterSpike } from './rate-spike.ts';

/**
 * New connections towards one destination at a NAT gateway, far above their own past, at a rate that needs more ports
 * than there are if it lasts: the ports follow a spike by as long as each is held. See `portsAfterSpike` for the test.
 */
export const natConnectionRateSpike: Detector<NatSeries> = {
  id: 'nat-connection-rate-spike',
  source: 'flow-log',
  weight: 0.5,
  evaluate(series, minute) {
    if (!series.flowMinutes.has(minute)) return insufficient('no flow records of this NAT gateway');
    const [worst] = series.destinations
      .flatMap((entry) => {
        const ports = portsAfterSpike((back) => rateOf(entry, minute - back));
        return ports === null ? [] : [{ entry, ports, capacityPorts: entry.capacityAt(minute) }];
      })
      .sort((a, b) => b.ports / b.capacityPorts - a.ports / a.capacityPorts);
    if (worst === undefined || worst.ports < worst.capacityPorts)
      return unlessLost(series.lossyMinutes.has(minute), QUIET);
    const { destination, uses } = worst.entry;
    return {
      outcome: 'signal',
      level: 'warning',
      destinationKey: destinationKey(destination),
      statement: `${uses.get(minute)?.opens} new connections to ${formatDestination(destination)} in the minute, far above its past: ${worst.ports} of ${worst.capacityPorts} ports if that lasts`,
    };
  },
};

/** Opens and ports of a destination in one minute; null where no record says. */
export function rateOf({ uses }: NatDestination, minute: number): { opens: number; ports: number } | null {
  const use = uses.get(minute);
  return use === undefined ? null : { opens: use.opens, ports: use.portsEstimate };
}
