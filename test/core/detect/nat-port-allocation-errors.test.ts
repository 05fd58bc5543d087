import { describe, expect, it } from 'vitest';
import { natPortAllocationErrors } from '../../../shared/core/detect/nat-port-allocation-errors.ts';
import { evaluateAt, metricRun, natMinute, natSeriesOf, settings, START } from '../builders.ts';

type Value = number | null;
const ask = (values: readonly Value[], minute = values.length - 1, given: Parameters<typeof evaluateAt>[3] = {}) =>
  evaluateAt(natPortAllocationErrors, natSeriesOf(metricRun('ErrorPortAllocation', values)), START + minute, given);
const repeat = (value: number, times: number): number[] => Array.from({ length: times }, () => value);
const QUIET = { outcome: 'quiet', keepsOpen: false };
const KEEPS_OPEN = { outcome: 'quiet', keepsOpen: true };

describe('nat-port-allocation-errors', () => {
  it('signals errors where there were none, without naming a destination', () => {
    expect(ask([0, 1])).toEqual({
      outcome: 'signal',
      level: 'failing',
      destinationKey: null,
      statement: 'ErrorPortAllocation 1 in the minute',
    });
    expect(ask([...repeat(0, 30), 1]).outcome).toBe('signal');
  });

  it('is quiet at 0', () => {
    expect(ask([0])).toEqual(QUIET);
    expect(ask([500, 0])).toEqual(QUIET);
  });

  it('has no answer without a datapoint', () => {
    expect(ask([5, null, 5], 1)).toEqual({
      outcome: 'insufficient-data',
      reason: 'no ErrorPortAllocation datapoint',
    });
    expect(evaluateAt(natPortAllocationErrors, natSeriesOf(natMinute({ opened: [1] })), START).outcome).toBe(
      'insufficient-data',
    );
  });

  describe('with a past of one error a minute on average', () => {
    // P(X ≥ 9 | mean 1) = 1.1e-6, P(X ≥ 10 | mean 1) = 1.1e-7.
    const past = [...repeat(0, 5), ...repeat(2, 5)];

    it.each([
      [10, { outcome: 'signal' }],
      [9, KEEPS_OPEN],
      [2, KEEPS_OPEN],
      [1, QUIET],
    ])('%d errors: %o', (errors, expected) => {
      expect(ask([...past, errors])).toMatchObject(expected);
    });

    it('takes the probability from the settings', () => {
      const given = { settings: settings({ burst: { falseAlarmProbability: 1e-7 } }) };
      expect(ask([...past, 10], 10, given)).toEqual(KEEPS_OPEN);
    });

    it('takes it from the hour before, however many datapoints that has', () => {
      expect(ask([1, 5])).toEqual(KEEPS_OPEN);
      expect(ask([...past, ...repeat(0, 49), 5])).toEqual(KEEPS_OPEN);
      expect(ask([...past, ...repeat(0, 60), 5]).outcome).toBe('signal');
    });
  });

  it('cannot tell from a first datapoint whether a few errors are usual, and need not where they are many', () => {
    expect(ask([20])).toEqual({
      outcome: 'insufficient-data',
      reason: 'no datapoint before this one: a few errors may be usual here',
    });
    expect(ask([21]).outcome).toBe('signal');
    expect([ask([2, 2]), ask([2, 0, 2]).outcome, ask([2, 90]).outcome]).toEqual([QUIET, 'quiet', 'signal']);
  });

  it('learns a steady trickle, and does not page for it', () => {
    expect(ask(repeat(3, 10), 0)).toEqual(QUIET);
    expect(ask(repeat(3, 10), 9)).toEqual(QUIET);
  });

  it('sees a burst on top of a trickle, and only the burst', () => {
    const values = [...repeat(2, 120), ...repeat(500, 5), ...repeat(2, 55)];
    expect([ask(values, 0), ask(values, 119), ask(values, 125), ask(values, 179)]).toEqual(
      repeat(0, 4).map(() => QUIET),
    );
    expect([ask(values, 120).outcome, ask(values, 124).outcome]).toEqual(['signal', 'signal']);
  });

  it('does not get used to what goes on failing', () => {
    const values = [...repeat(0, 30), ...repeat(60, 150)];
    expect([ask(values, 30), ask(values, 100), ask(values, 179)].map(({ outcome }) => outcome)).toEqual(
      repeat(0, 3).map(() => 'signal'),
    );
  });
});
