import { destinationKey, formatDestination } from '../model/destination.ts';
import { type Detector, insufficient, QUIET, unlessLost } from './detector.ts';
import type { NatSeries } from './nat-series.ts';
import { rateOf } from './nat-connection-rate-spike.ts';
import { portsAfterShift } from './rate-shift.ts';

/** A destination with fewer ports than this share has a long way to go, and there are many of them to look at. */
const LEAST_SHARE = 0.2;

/**
 * New connections towards one destination at a NAT gateway that have crept up over the hour, to a rate that needs more
 * ports than there are once these follow: connections that live or idle for minutes take that long to show in the ports.
 * See `portsAfterShift` for the test.
 */
export const natConnectionRateShift: Detector<NatSeries> = {
  id: 'nat-connection-rate-shift',
  source: 'flow-log',
  weight: 0.5,
  evaluate(series, minute) {
    if (!series.flowMinutes.has(minute)) return insufficient('no flow records of this NAT gateway');
    const [worst] = series.destinations
      .flatMap((entry) => {
        if ((entry.uses.get(minute)?.portsEstimate ?? 0) < LEAST_SHARE * entry.capacityAt(minute)) return [];
        const ports = portsAfterShift((back) => rateOf(entry, minute - back));
        return ports === null ? [] : [{ entry, ports, capacityPorts: entry.capacityAt(minute) }];
      })
      .filter(({ ports, capacityPorts }) => ports >= capacityPorts)
      .sort((a, b) => b.ports / b.capacityPorts - a.ports / a.capacityPorts);
    if (worst === undefined) return unlessLost(series.lossyMinutes.has(minute), QUIET);
    const { destination, uses } = worst.entry;
    return {
      outcome: 'signal',
      level: 'warning',
      destinationKey: destinationKey(destination),
      statement: `${uses.get(minute)?.opens} new connections to ${formatDestination(destination)} in the minute, crept up over the hour: ${worst.ports} of ${worst.capacityPorts} ports once these follow`,
    };
  },
};
