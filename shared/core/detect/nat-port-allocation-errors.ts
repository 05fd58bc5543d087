import type { Minute } from '../model/time.ts';
import { type Detector, insufficient, KEEPS_OPEN, QUIET } from './detector.ts';
import type { NatSeries } from './nat-series.ts';
import { poissonTail } from './statistics.ts';

const PAST_MINUTES = 60;
const BASELINE_MINUTES = 10;

/**
 * `ErrorPortAllocation` (Sum per minute, AWS/NATGateway) above this gateway's own past. Each count is a packet that
 * found no port, retransmissions included. With a past of at least ten minutes the test is
 * P(X ≥ errors | Poisson(mean of the past hour)) < `burst.falseAlarmProbability`; some gateways carry a small steady
 * count for ever, which is learnt and does not page. Source: FACTS of the metric's documentation (VPC user guide).
 */
export const natPortAllocationErrors: Detector<NatSeries> = {
  id: 'nat-port-allocation-errors',
  source: 'metric',
  weight: 4,
  evaluate(series, minute, { settings }) {
    const errors = series.metrics.get(minute)?.ErrorPortAllocation;
    if (errors === undefined) return insufficient('no ErrorPortAllocation datapoint');
    if (errors <= 0) return QUIET;
    const past = pastErrors(series, minute);
    if (series.errorsAreSteady) return QUIET;
    const mean = past.length < BASELINE_MINUTES ? 0 : past.reduce((sum, value) => sum + value, 0) / past.length;
    if (poissonTail(errors, mean) >= settings.burst.falseAlarmProbability) return KEEPS_OPEN;
    return {
      outcome: 'signal',
      level: 'failing',
      destinationKey: null,
      statement: `ErrorPortAllocation ${errors} in the minute`,
    };
  },
};

function pastErrors(series: NatSeries, minute: Minute): number[] {
  const past: number[] = [];
  for (let m = minute - PAST_MINUTES; m < minute; m += 1) {
    const errors = series.metrics.get(m)?.ErrorPortAllocation;
    if (errors !== undefined) past.push(errors);
  }
  return past;
}
