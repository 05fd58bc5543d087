import { type Detector, insufficient, QUIET } from './detector.ts';
import type { LoadBalancerSeries } from './load-balancer-series.ts';
import { isSteadyTrickle } from './statistics.ts';

/** `PortAllocationErrorCount` (Sum, AWS/NetworkELB): a Network Load Balancer had no source port left towards a target. */
export const nlbPortAllocationErrors: Detector<LoadBalancerSeries> = {
  id: 'nlb-port-allocation-errors',
  source: 'metric',
  weight: 4,
  evaluate(series, minute) {
    const errors = series.errors.get(minute);
    if (errors === undefined) return insufficient('no PortAllocationErrorCount datapoint');
    if (errors <= 0 || isSteadyTrickle([...series.errors.values()])) return QUIET;
    return {
      outcome: 'signal',
      level: 'failing',
      destinationKey: null,
      statement: `PortAllocationErrorCount ${errors} in the minute`,
    };
  },
};
