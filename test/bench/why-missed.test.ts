import { expect, it } from 'vitest';
import type { CaseOutcome } from '../../bench/eval/play-case.ts';
import { whyMissed } from '../../bench/eval/why-missed.ts';

const outcome = (one: object, oracleLeadMinutes: number | null = 5): CaseOutcome =>
  ({
    case: { scenario: 'host-leak', damage: 'none', evidence: 'usual', ...one },
    delayed: { incidents: [{ oracleLeadMinutes }] },
  }) as never;

it('says why a world was missed, where that is known of such worlds', () => {
  expect(whyMissed(outcome({ evidence: 'flows' }), 'not found (host-port-pressure)')).toContain(
    'before a packet leaves',
  );
  expect(whyMissed(outcome({}, -8), 'with delays: no lead (-1 min)')).toContain('arrive after the first failure');
  expect(whyMissed(outcome({}, -8), 'without delays: no lead (-1 min)')).toContain('two that an uncertain warning');
  expect(whyMissed(outcome({ damage: 'loss-and-duplicates' }), 'without delays: no lead')).toContain('a fifth');
  expect(whyMissed(outcome({ evidence: 'ten-minutes' }), 'cause unknown')).toContain('ten minutes');
  expect(whyMissed(outcome({}), 'source 10.0.0.1')).toBe('not explained yet');
});
