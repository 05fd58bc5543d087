import { describe, expect, it } from 'vitest';
import { forecastFull, scatterOf } from '../../../shared/core/detect/forecast.ts';
import { settings } from '../builders.ts';

const points = (ys: readonly number[]) => ys.map((y, x) => ({ x, y }));
const line = (count: number, from: number, each: number) =>
  points(Array.from({ length: count }, (_, i) => from + i * each));
const ask = (...given: Parameters<typeof line>) => forecastFull(line(...given), 55_000, settings());

describe('forecastFull', () => {
  it('says when a rising line is full', () => {
    expect(ask(8, 0.4, 0.02)).toEqual({ verdict: 'full-soon', minutesLeft: expect.closeTo(23, 3) });
    expect(ask(8, 0.4, 0.008)).toEqual({ verdict: 'rising', minutesLeft: expect.closeTo(68, 3) });
    expect(ask(8, 0.4, 0.005)).toBeNull();
  });

  it('needs eight minutes', () => {
    expect(ask(7, 0.4, 0.02)).toBeNull();
  });

  it('takes a drift that counting alone can give for none', () => {
    // The same rise of 14 points: 400 ports scatter by 3.4 % of the capacity, 55,000 by 0.3 %.
    expect(forecastFull(line(8, 0.4, 0.02), 400, settings())).toBeNull();
    expect(forecastFull(line(8, 0.4, 0.02), 55_000, settings())).not.toBeNull();
  });

  it('takes a rise that its own restlessness can give for none', () => {
    const restless = Array.from({ length: 12 }, (_, i) => 0.4 + i * 0.01 + (i % 3 === 0 ? 0.05 : -0.03));
    expect(forecastFull(points(restless), 55_000, settings())).toBeNull();
  });

  it('takes a step that has ended for none', () => {
    const step = [0.4, 0.44, 0.5, 0.55, 0.6, 0.64, 0.65, 0.651, 0.652, 0.653, 0.654, 0.655];
    expect(forecastFull(points(step), 55_000, settings())).toBeNull();
  });
});

describe('scatterOf', () => {
  it('is never less than counting gives', () => {
    expect(scatterOf(line(8, 0.25, 0), 0, 100)).toBeCloseTo(0.05, 6);
  });
});
