import { describe, expect, it } from 'vitest';
import { natPortAllocationErrors } from '../../../shared/core/detect/nat-port-allocation-errors.ts';
import { evaluateAt, metricRun, natMinute, natRun, natSeriesOf, portsFrom, settings, START } from '../builders.ts';

type Value = number | null;
const ask = (values: readonly Value[], minute = values.length - 1, given: Parameters<typeof evaluateAt>[3] = {}) =>
  evaluateAt(natPortAllocationErrors, natSeriesOf(metricRun('ErrorPortAllocation', values)), START + minute, given);
const repeat = (value: number, times: number): number[] => Array.from({ length: times }, () => value);
const QUIET = { outcome: 'quiet', keepsOpen: false };
const KEEPS_OPEN = { outcome: 'quiet', keepsOpen: true };

describe('nat-port-allocation-errors', () => {
  it('signals errors where there were none, without naming a destination', () => {
    expect(ask([...repeat(0, 30), 10])).toEqual({
      outcome: 'signal',
      level: 'failing',
      destinationKey: null,
      statement: 'ErrorPortAllocation 10 in the minute',
    });
  });

  it('needs ten of them in five minutes, whatever the past', () => {
    const hour = repeat(0, 60);
    expect([ask([...hour, 9]), ask([...hour, 5, 0, 0, 0, 4]), ask([...hour, 5, 0, 0, 0, 0, 5])]).toEqual(
      repeat(0, 3).map(() => QUIET),
    );
    expect(ask([...hour, 5, 0, 0, 0, 5]).outcome).toBe('signal');
  });

  it('needs one where the gateway is nearly full', () => {
    const given = { settings: settings({ natPortsPerAddress: 100 }) };
    const observations = (ports: number) => [
      ...metricRun('ErrorPortAllocation', [0, 0, 0, 1]),
      ...natRun(4, () => ({ standing: portsFrom(2_000, ports) })),
    ];
    const at = (ports: number) =>
      evaluateAt(natPortAllocationErrors, natSeriesOf(observations(ports), given), START + 3, given).outcome;
    expect([at(74), at(75)]).toEqual(['quiet', 'signal']);
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
    // P(X ≥ 10) = 1.01e-6, P(X ≥ 11) = 1.6e-7 after ten events in ten minutes.
    const past = [...repeat(0, 5), ...repeat(2, 5)];

    it.each([
      [11, { outcome: 'signal' }],
      [10, KEEPS_OPEN],
      [7, KEEPS_OPEN],
      [1, QUIET],
    ])('%d errors: %o', (errors, expected) => {
      expect(ask([...past, errors])).toMatchObject(expected);
    });

    it('takes the probability from the settings', () => {
      const given = { settings: settings({ burst: { falseAlarmProbability: 1e-7 } }) };
      expect(ask([...past, 11], 10, given)).toEqual(KEEPS_OPEN);
    });

    it('takes it from the hour before, however many datapoints that has', () => {
      expect(ask([1, 11])).toEqual(KEEPS_OPEN);
      expect(ask([...repeat(9, 40), ...repeat(0, 19), 19])).toEqual(KEEPS_OPEN);
      expect(ask([...repeat(9, 40), ...repeat(0, 60), 19]).outcome).toBe('signal');
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
