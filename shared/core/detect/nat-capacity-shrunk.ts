import { type Detector, insufficient, QUIET, unlessLost } from './detector.ts';
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
    if (now >= before) {
      if (series.gateway?.addressesBefore !== undefined) return QUIET;
      // Otherwise they are counted by the records they carry: a minute without any says nothing, least of all "quiet".
      if (!series.flowMinutes.has(minute)) return insufficient('no flow records of this NAT gateway');
      return unlessLost(series.lossyMinutes.has(minute), QUIET);
    }
    return {
      outcome: 'signal',
      level: 'warning',
      destinationKey: null,
      statement: `${before} → ${now} ports per destination: the gateway lost addresses`,
    };
  },
};
