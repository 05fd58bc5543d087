import type { Detector } from './detector.ts';
import { judgeRates } from './judge-rates.ts';
import type { NatSeries } from './nat-series.ts';
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
  evaluate: (series, minute) =>
    judgeRates(
      series,
      minute,
      (rateAt, { capacityAt }) =>
        (rateAt(0)?.ports ?? 0) < LEAST_SHARE * capacityAt(minute) ? null : portsAfterShift(rateAt),
      { what: 'crept up over the hour', condition: 'once these follow' },
    ),
};
