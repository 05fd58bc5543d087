import { destinationKey, formatDestination } from '../model/destination.ts';
import { type Detector, insufficient, KEEPS_OPEN, QUIET } from './detector.ts';
import type { NatSeries } from './nat-series.ts';

/**
 * Ports in use at a NAT gateway towards its fullest destination / live capacity. In use = overlapping flows +
 * opens/s × hold (calibrated against ActiveConnectionCount), never above the distinct ports seen in the window.
 * Raises at `thresholds.warning` and `.critical`, clears `.clearBelowBy` lower. Where more ports than exist would be
 * held while every open was answered, the hold is refuted and only overlapping flows count.
 */
export const natPortUtilisation: Detector<NatSeries> = {
  id: 'nat-port-utilisation',
  source: 'flow-log',
  weight: 2,
  evaluate(series, minute, { settings: { thresholds } }) {
    if (!series.flowMinutes.has(minute)) return insufficient('no flow records of this NAT gateway');
    const { capacityPorts } = series.budget;
    const ranked = series.destinations
      .flatMap(({ destination, uses }) => {
        const use = uses.get(minute);
        return use === undefined ? [] : [{ destination, ports: use.portsEstimate }];
      })
      .sort((a, b) => b.ports - a.ports);
    const [fullest] = ranked;
    if (fullest === undefined) return QUIET;
    const utilisation = fullest.ports / capacityPorts;
    if (utilisation < thresholds.warning)
      return utilisation >= thresholds.warning - thresholds.clearBelowBy ? KEEPS_OPEN : QUIET;
    return {
      outcome: 'signal',
      level: utilisation >= thresholds.critical ? 'critical' : 'warning',
      destinationKey: destinationKey(fullest.destination),
      statement: `${fullest.ports} of ${capacityPorts} ports in use towards ${formatDestination(fullest.destination)}`,
    };
  },
};
