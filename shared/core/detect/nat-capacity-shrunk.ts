import { type Detector, QUIET } from './detector.ts';
import type { NatSeries } from './nat-series.ts';

const SAID_FOR_MINUTES = 10;

/** A NAT gateway that lost addresses, and with each its ports per destination, at whatever traffic: see `countAddresses`. */
export const natCapacityShrunk: Detector<NatSeries> = {
  id: 'nat-capacity-shrunk',
  source: 'inventory',
  weight: 1.5,
  evaluate(series, minute) {
    const now = series.capacityAt(minute);
    const before = series.capacityAt(minute - SAID_FOR_MINUTES);
    if (now >= before) return QUIET;
    return {
      outcome: 'signal',
      level: 'warning',
      destinationKey: null,
      statement: `${before} → ${now} ports per destination: the gateway lost addresses`,
    };
  },
};
