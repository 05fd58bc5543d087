import { describe, expect, it } from 'vitest';
import { ceilingOfDestination, ceilingOfGateway, unansweredAtCeiling } from '../../../shared/core/advise/ceiling.ts';
import type { Load } from '../../../shared/core/advise/nowcast.ts';
import { START } from '../builders.ts';

const CAPACITY = 120;

const loadsOf = (minutes: readonly Partial<Load>[]): Map<number, Load> =>
  new Map(
    minutes.map((own, i) => [
      START + i,
      { ports: 10, opens: 100, failed: 0, closed: null, youngClosed: null, capacityPorts: CAPACITY, ...own },
    ]),
  );
const last = (minutes: readonly unknown[]): number => START + minutes.length - 1;

describe('ceilingOfDestination', () => {
  const at = (failed: readonly number[], ports = CAPACITY) => {
    const minutes = [{}, {}, ...failed.map((count) => ({ ports, failed: count }))];
    return ceilingOfDestination(loadsOf(minutes), START, last(minutes), CAPACITY);
  };

  it('turns over where ports come free within what anybody waits for', () => {
    expect(at([60, 40, 40])).toBe('turns-over');
  });

  it('stands where hardly any comes free', () => {
    expect(at([60, 95, 100])).toBe('stands');
  });

  it('is unknown in between, by one whole minute, without failures, and of a capacity that nobody saw', () => {
    expect(at([60, 64, 62])).toBe('unknown');
    expect(at([60, 40])).toBe('unknown');
    expect(at([0, 0, 0])).toBe('unknown');
    expect(at([60, 40, 40], 50)).toBe('unknown');
  });
});

describe('ceilingOfGateway', () => {
  const at = (active: readonly number[], established: readonly number[]) => {
    const minutes = active.map((ports, i) => ({ ports, opens: established[i] ?? 0, someFailed: ports >= 1_000 }));
    return ceilingOfGateway(loadsOf(minutes), START, last(minutes));
  };
  const many = (count: number, value: number): number[] => Array.from({ length: count }, () => value);

  it('stands where no more is established than what never stayed, after a step or a long rise', () => {
    const rise = [100, 210, 320, 430, 540, 650, 760, 870];
    expect(at([...rise, ...many(4, 1_000)], [...many(8, 800), 700, ...many(3, 640)])).toBe('stands');
    expect(at([100, 100, 700, ...many(4, 1_000)], [...many(3, 1_400), 900, ...many(3, 650)])).toBe('stands');
  });

  it('turns over where connections that stay go on to be established', () => {
    expect(at([100, 100, 800, ...many(4, 1_000)], [...many(3, 1_600), 900, ...many(3, 1_300)])).toBe('turns-over');
  });

  it('is unknown after a rise of some minutes, one that the ceiling cut off, and without one', () => {
    const rise = [100, 250, 400, 550, 700, 850];
    expect(at([...rise, ...many(4, 1_000)], [...many(6, 800), 700, ...many(3, 640)])).toBe('unknown');
    expect(at([100, 950, ...many(4, 1_000)], [...many(2, 1_600), ...many(4, 800)])).toBe('unknown');
    expect(at(many(6, 1_000), many(6, 800))).toBe('unknown');
  });
});

describe('unansweredAtCeiling', () => {
  const of = (unanswered: readonly number[]) => {
    const minutes = [...unanswered.map((count) => ({ unanswered: count })), { failed: 45 }, { failed: 45 }];
    return unansweredAtCeiling(loadsOf(minutes), START + unanswered.length, last(minutes), CAPACITY);
  };

  it('counts the attempts that left without an answer, where they hold most of the ports', () => {
    expect(of([0, 0, 45, 45])).toBe(90);
    expect(of([0, 0, 30, 30])).toBeNull();
  });

  it('forgets those that have idled out, and knows of none where nothing failed', () => {
    expect(of([90, 0, 0, 0, 0, 0, 0])).toBeNull();
    expect(unansweredAtCeiling(loadsOf([{ unanswered: 90 }]), START, START, CAPACITY)).toBeNull();
  });
});
