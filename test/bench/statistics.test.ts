import { describe, expect, it } from 'vitest';
import { medianOf, quantile, rateOf, shareOf } from '../../bench/eval/statistics.ts';
import { createRandom } from '../../shared/core/simulate/random.ts';

describe('shareOf', () => {
  it('gives Wilson’s interval', () => {
    const { low, high } = shareOf(9, 10);
    expect(low).toBeCloseTo(0.596, 3);
    expect(high).toBeCloseTo(0.982, 3);
  });

  it('says nothing without trials, and stays inside 0 and 1', () => {
    expect(shareOf(0, 0)).toEqual({ hits: 0, of: 0, low: 0, high: 1 });
    expect(shareOf(50, 50).high).toBe(1);
    expect(shareOf(50, 50).low).toBeCloseTo(0.929, 3);
  });
});

describe('rateOf', () => {
  it('gives the exact Poisson upper end', () => {
    expect(rateOf(10, 1).high).toBeCloseTo(18.39, 1);
    expect(rateOf(10, 1).low).toBeCloseTo(4.795, 1);
  });

  it('is bounded above where there was nothing', () => {
    expect(rateOf(0, 1).high).toBeCloseTo(3.689, 1);
    expect(rateOf(0, 75).high).toBeLessThan(0.05);
    expect(rateOf(0, 1)).toMatchObject({ rate: 0, low: 0 });
  });

  it('knows nothing without exposure', () => {
    expect(rateOf(0, 0).high).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('quantile and medianOf', () => {
  it('interpolates', () => {
    expect(quantile([4, 1, 3, 2], 0.5)).toBe(2.5);
    expect(quantile([], 0.5)).toBeNull();
  });

  it('brackets the median with a bootstrap', () => {
    const values = Array.from({ length: 101 }, (_, index) => index);
    const interval = medianOf(values, createRandom('median'));
    expect(interval?.median).toBe(50);
    expect(interval?.low).toBeGreaterThan(30);
    expect(interval?.high).toBeLessThan(70);
  });
});
