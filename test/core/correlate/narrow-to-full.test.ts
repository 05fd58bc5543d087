import { describe, expect, it } from 'vitest';
import { EMPTY_INVENTORY } from '../../../shared/core/model/inventory.ts';
import type { Observation } from '../../../shared/core/model/observation.ts';
import { CLIENT, connectErrorMinute, flowMinute, portsFrom, seriesOf, settings, START } from '../builders.ts';

const NEIGHBOUR = '10.0.1.6';
const given = { inventory: EMPTY_INVENTORY, settings: settings({ portRange: { low: 40_000, high: 40_999 } }) };

/** Four minutes of two hosts at one destination; `own` and `others` say which ports they use in minute i. */
function flows(own: (i: number) => number[], others: (i: number) => number[]): Observation[] {
  return [0, 1, 2, 3].flatMap((i) =>
    [
      { localAddress: CLIENT, opened: own(i) },
      { localAddress: NEIGHBOUR, opened: others(i) },
    ].map(({ localAddress, opened }) =>
      flowMinute({ minute: START + i, localAddress, opened, answered: opened, closed: opened }),
    ),
  );
}
const errors = [1, 2, 3].map((i) => connectErrorMinute({ minute: START + i, events: 20 }));
const subjects = (rows: readonly Observation[]) =>
  seriesOf(rows, given)
    .hosts.filter(({ logs }) => logs.size > 0)
    .map(({ subject, logs }) => [
      subject.id,
      [...logs.values()].flat()[0]?.sources.map(({ address, weight }) => [address, weight]),
    ]);

describe('log events that several hosts may have sent', () => {
  it('come from the one whose ports are nearly full', () => {
    const rows = flows(
      () => portsFrom(40_000, 800),
      () => portsFrom(40_100, 300),
    );
    expect(subjects([...rows, ...errors])).toEqual([[CLIENT, [[CLIENT, 1]]]]);
  });

  it('come from the one whose ports are a dense block that stays, all of them used', () => {
    const rows = flows(
      () => portsFrom(40_500, 100),
      (i) => Array.from({ length: 300 }, (_, n) => 40_000 + ((n * 3 + i) % 1_000)),
    );
    expect(subjects([...rows, ...errors])).toEqual([[CLIENT, [[CLIENT, 1]]]]);
  });

  it('not from one whose ports are dense because they are handed out one after the other', () => {
    const rows = flows(
      (i) => portsFrom(40_000 + i * 100, 100),
      (i) => Array.from({ length: 300 }, (_, n) => 40_000 + ((n * 3 + i) % 1_000)),
    );
    expect(subjects([...rows, ...errors]).map(([id]) => id)).toEqual(['/ecs/checkout']);
  });

  it('may come from both where both are full, or nobody is', () => {
    const full = () => portsFrom(40_000, 800);
    const half = () => Array.from({ length: 400 }, (_, n) => 40_000 + 2 * n);
    for (const ports of [full, half]) {
      expect(subjects([...flows(ports, ports), ...errors])).toEqual([
        [
          '/ecs/checkout',
          [
            [CLIENT, 0.5],
            [NEIGHBOUR, 0.5],
          ],
        ],
      ]);
    }
  });

  it('go on to come from the one that is full when it opens nothing any more, and only its neighbour has records', () => {
    const full = flows(
      () => portsFrom(40_000, 800),
      () => portsFrom(40_100, 100),
    );
    const after = [4, 5, 6].map((i) =>
      flowMinute({ minute: START + i, localAddress: NEIGHBOUR, opened: portsFrom(40_100, 100) }),
    );
    const late = [5, 6].map((i) => connectErrorMinute({ minute: START + i, events: 20 }));
    expect(subjects([...full, ...after, ...errors, ...late])).toEqual([[CLIENT, [[CLIENT, 1]]]]);
  });

  it('are not narrowed by a host that was full in few of their minutes only', () => {
    const rows = flows(
      (i) => portsFrom(40_000, i === 0 ? 800 : 100),
      () => Array.from({ length: 300 }, (_, n) => 40_000 + 3 * n),
    );
    const late = [connectErrorMinute({ minute: START + 1, events: 2 }), ...errors.slice(1)];
    expect(subjects([...rows, ...late]).map(([id]) => id)).toEqual(['/ecs/checkout']);
  });
});
