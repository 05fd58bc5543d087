import { describe, expect, it } from 'vitest';
import { holdByReuse, meanHold } from '../../../shared/core/detect/hold-by-reuse.ts';
import { countReuseGaps } from '../../../shared/core/detect/reuse-gaps.ts';
import type { FlowMinute } from '../../../shared/core/model/observation.ts';
import { createRandom } from '../../../shared/core/simulate/random.ts';
import { flowMinute, START } from '../builders.ts';

type Gateway = {
  readonly order: 'random' | 'in turn';
  readonly ports: number;
  readonly holdSeconds: number;
  readonly opensPerSecond: number;
  readonly minutes: number;
};

/** Short connections towards one destination: the ports of each minute. */
function play({ order, ports, holdSeconds, opensPerSecond, minutes }: Gateway, addresses = ['10.0.0.5']): FlowMinute[] {
  const random = createRandom('reuse');
  return addresses.flatMap((localAddress) => {
    const free = Array.from({ length: ports }, (_, i) => 1_024 + i);
    const held: { port: number; until: number }[] = [];
    const seen = new Map<number, Set<number>>();
    for (let at = 0; at < minutes * 60; at -= Math.log(1 - random.next()) / opensPerSecond) {
      while ((held[0]?.until ?? Infinity) <= at) free.push((held.shift() as { port: number }).port);
      const i = order === 'random' ? Math.floor(random.next() * free.length) : 0;
      const [port] = free.splice(i, 1);
      if (port === undefined) continue;
      held.push({ port, until: at + holdSeconds });
      const minute = Math.floor(at / 60);
      seen.set(minute, (seen.get(minute) ?? new Set()).add(port));
    }
    return [...seen].map(([minute, all]) => flowMinute({ minute: START + minute, localAddress, ports: [...all] }));
  });
}

const holdOf = (rows: readonly FlowMinute[]): number | undefined =>
  meanHold(countReuseGaps(rows).flatMap((gaps) => holdByReuse(gaps) ?? []))?.seconds;

const usual: Gateway = { order: 'random', ports: 1_000, holdSeconds: 60, opensPerSecond: 6, minutes: 45 };

describe('holdByReuse', () => {
  it.each([30, 45, 60, 90, 120])('is %i s, by how soon ports come back that are drawn at random', (holdSeconds) => {
    const hold = holdOf(play({ ...usual, holdSeconds, opensPerSecond: 400 / holdSeconds }));
    expect(hold).toBeGreaterThan(holdSeconds - 6);
    expect(hold).toBeLessThan(holdSeconds + 6);
  });

  it('takes the ports of several addresses together', () => {
    const hold = holdOf(play({ ...usual, holdSeconds: 45 }, ['10.0.0.5', '10.0.0.6']));
    expect(Math.abs((hold ?? 0) - 45)).toBeLessThan(6);
  });

  it('says nothing of a gateway that hands ports out in turn: all come back after one and the same time', () => {
    for (const opensPerSecond of [2, 3, 4, 6, 10, 14])
      expect(holdOf(play({ ...usual, order: 'in turn', opensPerSecond }))).toBeUndefined();
  });

  it('says nothing of a hold too short to tell from none', () => {
    expect(holdOf(play({ ...usual, holdSeconds: 5, opensPerSecond: 6 }))).toBeUndefined();
    expect(holdOf(play({ ...usual, holdSeconds: 5, opensPerSecond: 40 }))).toBeUndefined();
  });

  it('says nothing of few ports, few minutes, or a load that changes', () => {
    expect(holdOf(play({ ...usual, opensPerSecond: 0.2 }))).toBeUndefined();
    expect(holdOf(play({ ...usual, minutes: 12 }))).toBeUndefined();
    const calm = play({ ...usual, minutes: 8, opensPerSecond: 3 });
    const busy = play({ ...usual, minutes: 9 }).map((row) => ({ ...row, minute: row.minute + 8 }));
    expect(countReuseGaps([...calm, ...busy])).toEqual([]);
    expect(countReuseGaps([])).toEqual([]);
  });

  it('is nothing where several contradict each other', () => {
    expect(meanHold([])).toBeNull();
    expect(meanHold([{ seconds: 60, sigma: 1 }])?.seconds).toBe(60);
    expect(
      meanHold([
        { seconds: 60, sigma: 1 },
        { seconds: 100, sigma: 1 },
      ]),
    ).toBeNull();
  });
});
