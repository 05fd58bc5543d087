import type { Detector, Series } from './detector.ts';
import { hostConnectErrorBurst } from './host-connect-error-burst.ts';
import { hostPortForecast } from './host-port-forecast.ts';
import { hostPortUtilisation } from './host-port-utilisation.ts';
import type { HostSeries } from './host-series.ts';
import { hostSharedRangeUtilisation } from './host-shared-range-utilisation.ts';
import { hostSocketUtilisation } from './host-socket-utilisation.ts';
import type { LoadBalancerSeries } from './load-balancer-series.ts';
import { natActiveConnections } from './nat-active-connections.ts';
import { natCapacityShrunk } from './nat-capacity-shrunk.ts';
import { natConnectionRateShift } from './nat-connection-rate-shift.ts';
import { natConnectionRateSpike } from './nat-connection-rate-spike.ts';
import { natPortAllocationErrors } from './nat-port-allocation-errors.ts';
import { natPortForecast } from './nat-port-forecast.ts';
import { natPortUtilisation } from './nat-port-utilisation.ts';
import type { NatSeries } from './nat-series.ts';
import { natUnansweredOpens } from './nat-unanswered-opens.ts';
import { nlbPortAllocationErrors } from './nlb-port-allocation-errors.ts';

export const NAT_DETECTORS: readonly Detector<NatSeries>[] = [
  natPortAllocationErrors,
  natUnansweredOpens,
  natPortUtilisation,
  natActiveConnections,
  natPortForecast,
  natConnectionRateSpike,
  natConnectionRateShift,
  natCapacityShrunk,
];

export const HOST_DETECTORS: readonly Detector<HostSeries>[] = [
  hostConnectErrorBurst,
  hostSocketUtilisation,
  hostPortUtilisation,
  hostSharedRangeUtilisation,
  hostPortForecast,
];

export const LOAD_BALANCER_DETECTORS: readonly Detector<LoadBalancerSeries>[] = [nlbPortAllocationErrors];

/** Every detector there is, for documentation and tests. */
export const DETECTORS: readonly Detector<never>[] = [...NAT_DETECTORS, ...HOST_DETECTORS, ...LOAD_BALANCER_DETECTORS];

/** The detectors that apply to a series, paired with it so that each is only ever asked about its own kind. */
export function detectorsFor(series: Series): readonly Detector<Series>[] {
  switch (series.kind) {
    case 'nat':
      return NAT_DETECTORS as readonly Detector<Series>[];
    case 'host':
      return HOST_DETECTORS as readonly Detector<Series>[];
    case 'load-balancer':
      return LOAD_BALANCER_DETECTORS as readonly Detector<Series>[];
  }
}
