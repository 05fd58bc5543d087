import type { EvalCase } from './case.ts';
import type { CaseOutcome } from './play-case.ts';

/** A failure by what the judge wrote of it, in which worlds, and why as far as it is known. */
type Reason = {
  readonly failure: RegExp;
  readonly when: (one: EvalCase, outcome: CaseOutcome) => boolean;
  readonly why: string;
};

const REASONS: readonly Reason[] = [
  {
    failure: /^not found \(host-port-pressure\)/,
    when: ({ evidence }) => evidence === 'flows',
    why: 'a host refuses its own connects before a packet leaves, so that flow records alone show it full and never failing',
  },
  {
    failure: /^with delays: no lead/,
    when: (_, { delayed }) => delayed.incidents.some(({ oracleLeadMinutes }) => (oracleLeadMinutes ?? 0) < 0),
    why: 'the records of the minutes before arrive after the first failure, as the oracle’s lead says',
  },
  {
    failure: /no lead/,
    when: ({ damage }) => damage !== 'none',
    why: 'a fifth of the records is missing, and what is left must outdo chance by more',
  },
  {
    failure: /without delays: no lead/,
    when: () => true,
    why: 'the last minutes of the ramp were faster than the two that an uncertain warning lasts',
  },
  {
    failure: /^cause unknown/,
    when: ({ evidence }) => evidence === 'ten-minutes',
    why: 'records of ten minutes open and close in one, and do not tell how long a port was held',
  },
  {
    failure: /^ruled out nothing/,
    when: ({ evidence, scenario }) => evidence !== 'usual' && scenario === 'error-baseline',
    why: 'its errors are in the gateway’s metrics alone, and without them nothing looks like exhaustion',
  },
  {
    failure: /^ruled out nothing/,
    when: ({ evidence }) => evidence === 'logs',
    why: 'timeouts alone do not tell a silent destination from a full gateway; the analysis says what would',
  },
];

/** Why a world failed so, or that nobody knows yet. */
export const whyMissed = (outcome: CaseOutcome, failure: string): string =>
  REASONS.find((each) => each.failure.test(failure) && each.when(outcome.case, outcome))?.why ?? 'not explained yet';
