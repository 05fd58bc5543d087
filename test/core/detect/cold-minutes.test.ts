import { describe, expect, it } from 'vitest';
import { coldMinutesOf } from '../../../shared/core/detect/cold-minutes.ts';

const minutes = (from: number, count: number): number[] => Array.from({ length: count }, (_, i) => from + i);

describe('coldMinutesOf', () => {
  it('is the first minutes of records', () => {
    expect([...coldMinutesOf(new Set(minutes(100, 10)), 3)]).toEqual([100, 101, 102]);
  });

  it('begins anew after as long a silence, and not after a shorter one', () => {
    expect([...coldMinutesOf(new Set([...minutes(100, 5), ...minutes(107, 5)]), 3)]).toEqual([100, 101, 102]);
    expect([...coldMinutesOf(new Set([...minutes(100, 5), ...minutes(108, 5)]), 3)]).toEqual([
      100, 101, 102, 108, 109, 110,
    ]);
  });

  it('is nothing without records', () => {
    expect(coldMinutesOf(new Set(), 3).size).toBe(0);
  });
});
