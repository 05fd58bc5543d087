import { describe, expect, it } from 'vitest';
import { findSilences } from '../../../shared/core/detect/silence.ts';
import { settings, START } from '../builders.ts';

/** Minutes after `START` that came, and what is said of them at minute `now`: [last, start, end]. */
const silences = (came: readonly number[], now: number, isKnown = false, own = settings()) =>
  findSilences(
    { source: 'metric', minutes: new Set(came.map((minute) => START + minute)) },
    START + now,
    isKnown,
    own,
  ).map(({ lastMinute, startMinute, endMinute }) => [
    lastMinute - START,
    startMinute - START,
    endMinute === null ? null : endMinute - START,
  ]);
const range = (from: number, to: number, step = 1) =>
  Array.from({ length: Math.ceil((to - from) / step) }, (_, i) => from + i * step);

describe('a feed that used to come', () => {
  it('is silent when nothing came for longer than deliveries take', () => {
    expect(silences(range(0, 60), 59 + 30)).toEqual([]);
    expect(silences(range(0, 60), 59 + 31)).toEqual([[59, 89, null]]);
  });

  it('was silent when it came again after such a gap', () => {
    expect(silences([...range(0, 10), ...range(40, 60)], 60)).toEqual([[9, 39, 40]]);
    expect(silences([...range(0, 10), ...range(39, 60)], 60)).toEqual([]);
  });

  it('may come seldom: three of its own gaps are waited for', () => {
    expect(silences(range(0, 100, 20), 80 + 80)).toEqual([]);
    expect(silences(range(0, 100, 20), 80 + 81)).toEqual([[80, 160, null]]);
  });

  it('is not known by a few minutes, unless it was missed before', () => {
    expect(silences(range(0, 4), 100)).toEqual([]);
    expect(silences(range(0, 5), 100)).toEqual([[4, 34, null]]);
    expect(silences([3], 100, true)).toEqual([[3, 33, null]]);
    expect(silences([], 100, true)).toEqual([]);
  });

  it('is waited for as long as the settings say', () => {
    expect(silences(range(0, 10), 100, false, settings({ signalLostAfterMinutes: 120 }))).toEqual([]);
    expect(silences(range(0, 10), 100, false, settings({ signalLostAfterMinutes: 5 }))).toEqual([[9, 32, null]]);
    expect(silences(range(0, 10), 100, false, settings({ signalLostAfterMinutes: 5, latenessMinutes: 0 }))).toEqual([
      [9, 14, null],
    ]);
  });

  it('does not depend on the order in which it came', () => {
    expect(silences(range(0, 60).toReversed(), 100)).toEqual(silences(range(0, 60), 100));
  });
});
