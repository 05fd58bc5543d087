import { describe, expect, it } from 'vitest';
import { estimateEta } from '../../../shared/core/finding/estimate-eta.ts';
import { START } from '../builders.ts';

const line = (ys: readonly number[]) => ys.map((y, i) => ({ x: START + i, y }));

describe('estimateEta', () => {
  it('carries a rising line on to the end of the ports', () => {
    // 50 % at 10:03, two points a minute: full 25 minutes after the end of that minute.
    expect(estimateEta(line([0.44, 0.46, 0.48, 0.5]), START + 3)).toEqual({
      low: '2026-01-01T10:29:00Z',
      high: '2026-01-01T10:29:00Z',
    });
  });

  it('is an interval from the steep to the flat end of the slopes', () => {
    const eta = estimateEta(line([0.4, 0.42, 0.45, 0.46, 0.5]), START + 4);
    expect((eta?.low ?? '') < (eta?.high ?? '')).toBe(true);
  });

  it('says nothing of what does not clearly rise', () => {
    expect(estimateEta(line([0.5, 0.5, 0.5, 0.5]), START + 3)).toBeNull();
    expect(estimateEta(line([0.8, 0.7, 0.6, 0.5]), START + 3)).toBeNull();
    expect(estimateEta(line([0.4, 0.6, 0.4, 0.6, 0.4, 0.6]), START + 5)).toBeNull();
  });

  it('says nothing from fewer than four minutes, or without the last one', () => {
    expect(estimateEta(line([0.4, 0.5, 0.6]), START + 2)).toBeNull();
    expect(estimateEta(line([0.4, 0.5, 0.6, 0.7]), START + 4)).toBeNull();
  });

  it('says nothing of what is more than a day away', () => {
    const slow = (each: number) => line([0, 1, 2, 3].map((i) => 0.5 - (3 - i) * each));
    expect(estimateEta(slow(0.5 / 1_441), START + 3)).toBeNull();
    expect(estimateEta(slow(0.5 / 1_439), START + 3)).not.toBeNull();
  });

  it('is now for what is full already', () => {
    expect(estimateEta(line([0.7, 0.8, 0.9, 1.2]), START + 3)?.low).toBe('2026-01-01T10:04:00Z');
  });

  it('looks back a quarter of an hour', () => {
    const fell = line([
      ...Array.from({ length: 30 }, () => 5),
      ...Array.from({ length: 15 }, (_, i) => 0.4 + i * 0.02),
    ]);
    expect(estimateEta(fell, START + 44)).not.toBeNull();
  });
});
