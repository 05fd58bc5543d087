import { describe, expect, it } from 'vitest';
import { estimateEta } from '../../../shared/core/finding/estimate-eta.ts';
import { START } from '../builders.ts';

/** So many ports that counting them scatters by nothing. */
const WITHOUT_NOISE = 1e12;
const line = (ys: readonly number[]) => ys.map((y, i) => ({ x: START + i, y }));

describe('estimateEta', () => {
  it('carries a rising line on to the end of the ports', () => {
    // 50 % at 10:03, two points a minute: full 25 minutes after the end of that minute.
    expect(estimateEta(line([0.44, 0.46, 0.48, 0.5]), START + 3, WITHOUT_NOISE)).toEqual({
      low: '2026-01-01T10:29:00Z',
      high: '2026-01-01T10:29:00Z',
    });
  });

  it('is an interval from the steep to the flat end of the slopes', () => {
    const eta = estimateEta(line([0.4, 0.42, 0.45, 0.46, 0.5]), START + 4, WITHOUT_NOISE);
    expect((eta?.low ?? '') < (eta?.high ?? '')).toBe(true);
  });

  it('is early by what counting ports scatters, for the first peak fails', () => {
    const of = (capacityPorts: number) => estimateEta(line([0.44, 0.46, 0.48, 0.5]), START + 3, capacityPorts);
    // The middle of these is 0.47: √(0.47 / 1,175) is 2 %, two of them are two minutes.
    expect(of(1_175)).toEqual({ low: '2026-01-01T10:27:00Z', high: '2026-01-01T10:29:00Z' });
  });

  it('is late by no more than three times what the middle slope says', () => {
    const eta = estimateEta(line([0.4, 0.401, 0.402, 0.403, 0.45, 0.5, 0.55, 0.6]), START + 7, WITHOUT_NOISE);
    const middle = estimateEta(line([0.4, 0.43, 0.46, 0.49, 0.52, 0.55, 0.58, 0.61]), START + 7, WITHOUT_NOISE);
    const minutesTo = (iso = '') => (Date.parse(iso) - Date.UTC(2026, 0, 1, 10, 8)) / 60_000;
    expect(minutesTo(eta?.high)).toBeLessThan(4 * minutesTo(middle?.high));
  });

  it('follows a rise that bends: the newer half has a say of its own', () => {
    const bent = line([
      ...Array.from({ length: 8 }, (_, i) => 0.4 + 0.005 * i),
      ...[1, 2, 3, 4, 5, 6, 7].map((i) => 0.435 + 0.03 * i),
    ]);
    const eta = estimateEta(bent, START + 14, WITHOUT_NOISE);
    // 64.5 % in the last minute: at three points a minute eleven minutes and fifty seconds.
    expect((eta?.low ?? '') <= '2026-01-01T10:26:50Z').toBe(true);
    expect((eta?.high ?? '') > '2026-01-01T10:26:50Z').toBe(true);
  });

  it('says nothing of what does not clearly rise', () => {
    expect(estimateEta(line([0.5, 0.5, 0.5, 0.5]), START + 3, WITHOUT_NOISE)).toBeNull();
    expect(estimateEta(line([0.8, 0.7, 0.6, 0.5]), START + 3, WITHOUT_NOISE)).toBeNull();
    expect(estimateEta(line([0.4, 0.6, 0.4, 0.6, 0.4, 0.6]), START + 5, WITHOUT_NOISE)).toBeNull();
  });

  it('says nothing from fewer than four minutes, or without the last one', () => {
    expect(estimateEta(line([0.4, 0.5, 0.6]), START + 2, WITHOUT_NOISE)).toBeNull();
    expect(estimateEta(line([0.4, 0.5, 0.6, 0.7]), START + 4, WITHOUT_NOISE)).toBeNull();
  });

  it('says nothing of what is more than a day away', () => {
    const slow = (each: number) => line([0, 1, 2, 3].map((i) => 0.5 - (3 - i) * each));
    expect(estimateEta(slow(0.5 / 1_441), START + 3, WITHOUT_NOISE)).toBeNull();
    expect(estimateEta(slow(0.5 / 1_439), START + 3, WITHOUT_NOISE)).not.toBeNull();
  });

  it('is now for what is full already', () => {
    expect(estimateEta(line([0.7, 0.8, 0.9, 1.2]), START + 3, WITHOUT_NOISE)?.low).toBe('2026-01-01T10:04:00Z');
  });

  it('looks back a quarter of an hour', () => {
    const fell = line([
      ...Array.from({ length: 30 }, () => 5),
      ...Array.from({ length: 15 }, (_, i) => 0.4 + i * 0.02),
    ]);
    expect(estimateEta(fell, START + 44, WITHOUT_NOISE)).not.toBeNull();
  });
});
