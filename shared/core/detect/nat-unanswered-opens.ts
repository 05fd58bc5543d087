import { destinationKey, formatDestination } from '../model/destination.ts';
import type { Minute } from '../model/time.ts';
import { type Detector, type Evaluation, insufficient, KEEPS_OPEN, QUIET } from './detector.ts';
import { failedOpens, judgeFailedOpens } from './failed-opens.ts';
import { errorsAround, type NatDestination, type NatSeries } from './nat-series.ts';

/**
 * Opens that entered the NAT gateway, got no answer, and never left it either: per destination
 * f = unanswered(client leg) − unanswered(NAT leg). A silent server leaves both legs unanswered, so f stays near 0.
 * Signal when f ≥ 5, f ≥ 2 % of the opens, and f > 3 √(unanswered on both legs), 5 √ where records are being lost: see
 * `judgeFailedOpens`. Needs both legs, whole minutes, and no metric that says no allocation failed.
 */
export const natUnansweredOpens: Detector<NatSeries> = {
  id: 'nat-unanswered-opens',
  source: 'flow-log',
  weight: 3,
  evaluate(series, minute, { isFinal }) {
    if (!series.flowMinutes.has(minute)) return insufficient('no flow records of this NAT gateway');
    if (series.lossyMinutes.has(minute)) return insufficient('flow records were lost (SKIPDATA)');
    const errors = errorsAround(series.metrics, minute);
    if (errors === 0) return QUIET;
    if (errors === null && !isFinal(minute + 1)) return insufficient('answers may still be on their way');
    const ranked = series.destinations
      .map((destination) => ({ destination, ...judge(destination, minute, series.lossAt(minute)) }))
      .sort((a, b) => VERDICTS.indexOf(b.verdict) - VERDICTS.indexOf(a.verdict) || b.failures - a.failures);
    const [worst] = ranked;
    if (worst === undefined || worst.verdict === 'unknown')
      return insufficient('the NAT gateway’s two legs are not both logged');
    if (worst.verdict === 'none') return QUIET;
    return worst.verdict === 'some' ? KEEPS_OPEN : signalOf(worst.destination, worst.failures);
  },
};

/** From the least to the most telling: one destination's certain failures outweigh more that may be noise elsewhere. */
const VERDICTS = ['none', 'unknown', 'some', 'significant'] as const;

type Judgement = { readonly verdict: (typeof VERDICTS)[number]; readonly failures: number };

function judge({ uses }: NatDestination, minute: Minute, lossShare: number): Judgement {
  const use = uses.get(minute);
  if (use === undefined) return { verdict: 'none', failures: 0 };
  if (use.unansweredClients === null || use.unansweredNat === null) return { verdict: 'unknown', failures: 0 };
  return { verdict: judgeFailedOpens(use, lossShare), failures: Math.max(0, failedOpens(use)) };
}

function signalOf({ destination }: NatDestination, failures: number): Evaluation {
  return {
    outcome: 'signal',
    level: 'failing',
    destinationKey: destinationKey(destination),
    statement: `${failures} connections to ${formatDestination(destination)} entered the NAT gateway and never left it`,
  };
}
