import type { Settings } from '../model/settings.ts';
import type { Minute } from '../model/time.ts';
import { type Detector, insufficient, KEEPS_OPEN, QUIET } from './detector.ts';
import type { NatSeries } from './nat-series.ts';
import { utilisationAt } from './nat-utilisation.ts';
import { FEWEST_ERRORS, poissonTail, predictiveTail, TRICKLE_LIMIT } from './statistics.ts';

const PAST_MINUTES = 60;
/** Errors too few to tell in one minute may tell in so many. */
const RUN_MINUTES = 5;
/** What is less likely than this is not usual, and keeps a finding open. */
const USUAL_PROBABILITY = 1e-3;

/**
 * `ErrorPortAllocation` (Sum per minute, AWS/NATGateway) above this gateway's own past. Each count is a packet that
 * found no port, retransmissions included. The test is P(X ≥ errors) < `burst.falseAlarmProbability`, of this minute or
 * of the last five together, where X is a Poisson count of which only the hour before is known (`predictiveTail`); no
 * datapoint of the past counts for more than a trickle. Some gateways carry a small count for ever, now and then or
 * steadily, which is learnt and does not page. Where flow records or ActiveConnectionCount show the gateway past
 * `thresholds.warning` the rate of the past is taken at its word, and a first error counts; elsewhere ten errors in the
 * five minutes are the least. Source: the metric's documentation (VPC user guide).
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
    const past = pastOf(series, minute, PAST_MINUTES);
    if (past.minutes === 0 && series.errorTrickle === 0 && errors <= TRICKLE_LIMIT)
      return insufficient('no datapoint before this one: a few errors may be usual here');
    if (errors <= past.usual / Math.max(1, past.minutes)) return QUIET;
    const chance = chanceOf(series, minute, errors, past, settings);
    if (chance >= settings.burst.falseAlarmProbability) return chance < USUAL_PROBABILITY ? KEEPS_OPEN : QUIET;
    return {
      outcome: 'signal',
      level: 'failing',
      destinationKey: null,
      statement: `ErrorPortAllocation ${errors} in the minute`,
    };
  },
};

function chanceOf(series: NatSeries, minute: Minute, errors: number, past: Past, settings: Settings): number {
  if (isNearlyFull(series, minute, settings)) return poissonTail(errors, past.usual / Math.max(1, past.minutes));
  const before = pastOf(series, minute - RUN_MINUTES + 1, PAST_MINUTES);
  const run = pastOf(series, minute + 1, RUN_MINUTES);
  if (run.errors < FEWEST_ERRORS) return 1;
  return Math.min(
    predictiveTail(errors, past.usual, past.minutes, 1),
    before.minutes === 0 ? 1 : predictiveTail(run.errors, before.usual, before.minutes, run.minutes),
  );
}

/** Datapoints, their sum, and what they make usual. */
type Past = { readonly minutes: number; readonly errors: number; readonly usual: number };

/** Of the minutes before `end`; each counts for a trickle at most, and for the one known at least. */
function pastOf(series: NatSeries, end: Minute, back: number): Past {
  let [minutes, errors, usual] = [0, 0, 0];
  for (let m = end - back; m < end; m += 1) {
    const own = series.metrics.get(m)?.ErrorPortAllocation;
    if (own === undefined) continue;
    minutes += 1;
    errors += own;
    usual += Math.min(own, TRICKLE_LIMIT);
  }
  return { minutes, errors, usual: Math.max(usual, series.errorTrickle * minutes) };
}

function isNearlyFull(series: NatSeries, minute: Minute, { thresholds }: Settings): boolean {
  for (let m = minute; m > minute - RUN_MINUTES; m -= 1) {
    const use = utilisationAt(series, m);
    if (use !== null && use.ports >= thresholds.warning * use.capacityPorts) return true;
  }
  return false;
}
