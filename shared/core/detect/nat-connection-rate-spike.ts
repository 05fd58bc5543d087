import type { Detector } from './detector.ts';
import { judgeRates } from './judge-rates.ts';
import type { NatSeries } from './nat-series.ts';
import { portsAfterSpike } from './rate-spike.ts';

/**
 * New connections towards one destination at a NAT gateway, far above their own past, at a rate that needs more ports
 * than there are if it lasts: the ports follow a spike by as long as each is held. See `portsAfterSpike` for the test.
 */
export const natConnectionRateSpike: Detector<NatSeries> = {
  id: 'nat-connection-rate-spike',
  source: 'flow-log',
  weight: 0.5,
  evaluate: (series, minute) =>
    judgeRates(series, minute, portsAfterSpike, { what: 'far above its past', condition: 'if that lasts' }),
};
