import { type Detector, insufficient, KEEPS_OPEN, QUIET } from './detector.ts';
import type { HostSeries } from './host-series.ts';

/**
 * Ports of one source over all destinations / ephemeral range, for clients that bind before they connect (Node
 * `localAddress`, nginx `proxy_bind`, Envoy `upstream_bind_config`): they run out globally, with EADDRINUSE, while no
 * single destination looks full. Whether a client binds first is read off its ports: see `measureSharedRange`.
 */
export const hostSharedRangeUtilisation: Detector<HostSeries> = {
  id: 'host-shared-range-utilisation',
  source: 'flow-log',
  weight: 1.5,
  evaluate(series, minute, { settings: { thresholds } }) {
    const use = series.sharedUses.get(minute);
    if (use === undefined) return insufficient('no source with ports towards several destinations worth measuring');
    if (!use.bindsFirst) return QUIET;
    const utilisation = use.ports / series.budget.capacityPorts;
    if (utilisation < thresholds.warning) {
      return utilisation >= thresholds.warning - thresholds.clearBelowBy ? KEEPS_OPEN : QUIET;
    }
    return {
      outcome: 'signal',
      level: utilisation >= thresholds.critical ? 'critical' : 'warning',
      destinationKey: use.fullestKey,
      statement: `${use.ports} of ${series.budget.capacityPorts} ports in use over all destinations, none shared: the client binds before it connects`,
    };
  },
};
