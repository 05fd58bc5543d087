import type { Minute } from '../model/time.ts';
import { type Detector, insufficient, KEEPS_OPEN, QUIET } from './detector.ts';
import type { NatSeries } from './nat-series.ts';
import { poissonTail, TRICKLE_LIMIT, usualCount } from './statistics.ts';

const PAST_MINUTES = 60;

/**
 * `ErrorPortAllocation` (Sum per minute, AWS/NATGateway) above this gateway's own past. Each count is a packet that
 * found no port, retransmissions included. The test is P(X ≥ errors | Poisson(usual)) < `burst.falseAlarmProbability`,
 * where `usual` is the mean of the past hour, none of whose datapoints counts for more than a trickle; some gateways
 * carry a small steady count for ever, which is learnt and does not page. Source: the metric's documentation (VPC user
 * guide).
 */
export const natPortAllocationErrors: Detector<NatSeries> = {
  id: 'nat-port-allocation-errors',
  source: 'metric',
  weight: 4,
  evaluate(series, minute, { settings }) {
    const errors = series.metrics.get(minute)?.ErrorPortAllocation;
    if (errors === undefined) return insufficient('no ErrorPortAllocation datapoint');
    if (errors <= 0) return QUIET;
    if (series.errorsAreSteady) return QUIET;
    const past = pastErrors(series, minute);
    if (past.length === 0 && series.errorTrickle === 0 && errors <= TRICKLE_LIMIT)
      return insufficient('no datapoint before this one: a few errors may be usual here');
    const usual = usualCount(past, series.errorTrickle);
    if (errors <= usual) return QUIET;
    if (poissonTail(errors, usual) >= settings.burst.falseAlarmProbability) return KEEPS_OPEN;
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
