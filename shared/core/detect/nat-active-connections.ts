import { type Detector, insufficient } from './detector.ts';
import { judgeUtilisation } from './nat-port-utilisation.ts';
import type { NatSeries } from './nat-series.ts';
import { utilisationByMetrics } from './nat-utilisation.ts';

/**
 * Ports in use towards the fullest destination, carried on from the last flow records by `ActiveConnectionCount`
 * (Maximum per minute, AWS/NATGateway), or by `ConnectionEstablishedCount` where that does not count the ports held
 * after close: see `utilisationByMetrics`. The metric arrives 1–3 minutes late, flow records 6–20: this sees the end of a
 * ramp that the records cannot show yet. No answer without flow records of the last hour, for the metric names no
 * destination.
 */
export const natActiveConnections: Detector<NatSeries> = {
  id: 'nat-active-connections',
  source: 'metric',
  weight: 1.5,
  evaluate(series, minute, { settings }) {
    if (series.flowMinutes.has(minute)) return insufficient('flow records cover the minute');
    const carried = utilisationByMetrics(series, minute);
    if (carried === null) return insufficient('no ActiveConnectionCount, or no flow records of the hour before');
    return judgeUtilisation(carried, settings);
  },
};
