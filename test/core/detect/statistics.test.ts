import { describe, expect, it } from 'vitest';
import {
  isSteadyTrickle,
  median,
  poissonTail,
  predictiveTail,
  quantile,
  slopeOf,
  sureSlopeOf,
  trickleOf,
  usualCount,
} from '../../../shared/core/detect/statistics.ts';

describe('quantile', () => {
  it('interpolates between order statistics, whatever their order', () => {
    expect(quantile([4, 1, 3, 2], 0.25)).toBe(1.75);
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(quantile([7], 0.9)).toBe(7);
  });

  it('is 0 for nothing', () => {
    expect(median([])).toBe(0);
  });
});

/** 1 − Σ e^−λ λ^k / k! for k < n, summed plainly. */
function exactTail(count: number, mean: number): number {
  let [term, below] = [Math.exp(-mean), 0];
  for (let k = 0; k < count; k += 1) {
    below += term;
    term *= mean / (k + 1);
  }
  return 1 - below;
}

describe('poissonTail', () => {
  it.each([
    [1, 0.5],
    [3, 1],
    [5, 2],
    [10, 4],
    [20, 12],
  ])('P(X ≥ %d | mean %d) is the exact tail', (count, mean) => {
    expect(poissonTail(count, mean)).toBeCloseTo(exactTail(count, mean), 12);
  });

  it('keeps small tails, where one minus the rest would be zero', () => {
    // Σ e^−1 / k! from k = 20 on.
    expect(poissonTail(20, 1) / 1.587527601073e-19).toBeCloseTo(1, 6);
  });

  it('is 1 at or below the mean: that is no burst', () => {
    expect([poissonTail(0, 5), poissonTail(5, 5), poissonTail(4, 5)]).toEqual([1, 1, 1]);
  });

  it('is 0 for any count where none was ever expected', () => {
    expect(poissonTail(1, 0)).toBe(0);
  });

  it('neither under- nor overflows for large means, and ends for any number', () => {
    expect(poissonTail(3_300, 3_000)).toBeGreaterThan(1e-9);
    expect(poissonTail(3_300, 3_000)).toBeLessThan(1e-6);
    expect([poissonTail(1e300, 1), poissonTail(1e9, 3)]).toEqual([0, 0]);
    expect(poissonTail(200_000, 190_000)).toBeLessThan(1e-50);
  });
});

describe('slopeOf', () => {
  const line = (ys: readonly number[]) => ys.map((y, x) => ({ x, y }));

  it('is the slope of a line', () => {
    expect(slopeOf(line([1, 3, 5, 7]))).toEqual({ low: 2, middle: 2, high: 2 });
  });

  it('is not moved by one wild point', () => {
    expect(slopeOf(line([0, 1, 2, 3, 1_000, 5, 6, 7]))?.middle).toBe(1);
  });

  it('needs four points, and points at different times', () => {
    expect(slopeOf(line([1, 2, 3]))).toBeNull();
    expect(slopeOf(Array.from({ length: 4 }, () => ({ x: 1, y: 2 })))).toEqual({ low: 0, middle: 0, high: 0 });
  });
});

describe('isSteadyTrickle', () => {
  const repeat = (value: number, times: number): number[] => Array.from({ length: times }, () => value);

  it.each([
    ['ten minutes of the same few', repeat(3, 10), true],
    ['nine minutes are too few to tell', repeat(3, 9), false],
    ['present in seven of ten', [...repeat(2, 7), ...repeat(0, 3)], true],
    ['present in six of ten', [...repeat(2, 6), ...repeat(0, 4)], false],
    ['a median of twenty', repeat(20, 10), true],
    ['a median above twenty is no trickle', repeat(21, 10), false],
    ['its most within 4 √(median + 1)', [...repeat(3, 11), 11], true],
    ['one minute far above the others', [...repeat(3, 11), 12], false],
  ])('%s', (_, counts, expected) => {
    expect(isSteadyTrickle(counts)).toBe(expected);
  });
});

describe('trickleOf', () => {
  const repeat = (value: number, times: number): number[] => Array.from({ length: times }, () => value);

  it('is the count that most minutes have, burst or no burst', () => {
    expect(trickleOf(repeat(3, 10))).toBe(3);
    expect(trickleOf([...repeat(3, 100), ...repeat(900, 10)])).toBe(3);
  });

  it('is 0 of few minutes, of few with any, and of much', () => {
    expect([trickleOf(repeat(3, 9)), trickleOf([...repeat(3, 6), ...repeat(0, 4)]), trickleOf(repeat(21, 10))]).toEqual(
      [0, 0, 0],
    );
  });
});

describe('usualCount', () => {
  it('is the mean of the past, no minute counting for more than a trickle', () => {
    expect(usualCount([0, 2, 4], 0)).toBe(2);
    expect(usualCount([0, 1_000], 0)).toBe(10);
  });

  it('is never less than the trickle, and 0 for no past', () => {
    expect([usualCount([0, 2], 3), usualCount([], 3), usualCount([], 0)]).toEqual([3, 3, 0]);
  });
});

describe('predictiveTail', () => {
  it('is a Poisson tail once the rate is well known', () => {
    expect(predictiveTail(12, 60_000, 10_000, 1) / poissonTail(12, 6)).toBeCloseTo(1, 2);
  });

  it('surprises less after a short past', () => {
    expect(predictiveTail(8, 0, 1, 1)).toBeGreaterThan(1e-5);
    expect(predictiveTail(8, 0, 60, 1)).toBeLessThan(1e-10);
  });

  it('counts the minutes ahead', () => {
    expect(predictiveTail(10, 60, 60, 5)).toBeGreaterThan(predictiveTail(10, 60, 60, 1));
  });

  it('is 1 for nothing, and 0 for what nobody needs more digits of', () => {
    expect([predictiveTail(0, 60, 60, 1), predictiveTail(1e9, 60, 60, 1)]).toEqual([1, 0]);
  });
});

describe('sureSlopeOf', () => {
  const line = (noise: readonly number[], slope = 2) => noise.map((off, x) => ({ x, y: slope * x + off }));

  it('is the slope of a line without scatter', () => {
    expect(sureSlopeOf(line([0, 0, 0, 0]))).toEqual({ low: 2, middle: 2, high: 2 });
  });

  it('is narrower the more points there are, and than the slopes between them', () => {
    const noise = [0, 3, -2, 1, -3, 2, -1, 3, 0, -2, 2, -3, 1, -1, 0];
    const [all, half] = [sureSlopeOf(line(noise)), sureSlopeOf(line(noise.slice(0, 8)))];
    const pairs = slopeOf(line(noise));
    expect(all.high - all.low).toBeLessThan(half.high - half.low);
    expect(all.high - all.low).toBeLessThan(0.5 * ((pairs?.high ?? 0) - (pairs?.low ?? 0)));
    expect(all.low).toBeLessThan(2);
    expect(all.high).toBeGreaterThan(2);
  });

  it('is nearly all of the slopes where few points leave anything possible', () => {
    const { low, high } = sureSlopeOf(line([0, 1, 0, 5]));
    expect(low).toBeCloseTo(1, 0);
    expect(high).toBeCloseTo(7, 0);
  });
});
