import { expect, it } from 'vitest';
import { mergeObservations } from '../../../shared/core/detect/merge-observations.ts';
import { describeSignals } from '../../../shared/core/finding/describe-signals.ts';
import { minuteEndMs } from '../../../shared/core/model/time.ts';
import { connectErrorMinute, flowCoverageMinute, NAT_ID, natInventory, part, START } from '../builders.ts';

const merged = mergeObservations([part([flowCoverageMinute(), connectErrorMinute()])]);
const statesAfter = (seconds: number) =>
  Object.fromEntries(
    describeSignals(merged, natInventory(), minuteEndMs(START) + seconds * 1_000).map(({ source, state, lastAt }) => [
      source,
      [state, lastAt],
    ]),
  );
const LAST = '2026-01-01T10:01:00Z';

it('says what arrives, within what is usual for each source', () => {
  expect(statesAfter(60)).toEqual({
    'app-log': ['arriving', LAST],
    'flow-log': ['arriving', LAST],
    metric: ['missing', null],
  });
});

it('never says that a silent log arrives, nor that it is late', () => {
  expect(statesAfter(61)['app-log']).toEqual(['quiet', LAST]);
  expect(statesAfter(400 * 86_400)).toMatchObject({ 'app-log': ['quiet', LAST], 'flow-log': ['late', LAST] });
});

it('misses the metrics of a gateway that is known', () => {
  expect(describeSignals(merged, natInventory(), 0).find(({ source }) => source === 'metric')?.subject).toBe(NAT_ID);
});
