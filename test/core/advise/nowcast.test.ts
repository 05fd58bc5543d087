import { describe, expect, it } from 'vitest';
import type { Ceiling } from '../../../shared/core/advise/ceiling.ts';
import { type Load, nowcast } from '../../../shared/core/advise/nowcast.ts';
import { START } from '../builders.ts';

const load = (override: Partial<Load> = {}): Load => ({
  ports: 100,
  opens: 600,
  failed: 0,
  closed: 600,
  youngClosed: 540,
  capacityPorts: 1_000,
  ...override,
});
/** `calm` minutes of one load, then `bad` of another: the incident. */
const explain = (calm: number, before: Partial<Load>, during: Partial<Load>, bad = 10, holdSeconds = 0) => {
  const loads = new Map(
    Array.from({ length: calm + bad }, (_, i) => [START + i, load(i < calm ? before : during)] as const),
  );
  return nowcast(loads, START + calm, START + calm + bad - 1, holdSeconds);
};

describe('nowcast', () => {
  it('churn: more opens, each port held as long as before', () => {
    const found = explain(30, {}, { ports: 900, opens: 5_400, closed: 5_400, youngClosed: 4_860 });
    expect(found).toMatchObject({
      cause: 'churn',
      before: { opensPerSecond: 10, secondsHeld: 10 },
      peak: { opensPerSecond: 90, secondsHeld: 10 },
    });
    expect(found.reason).toBe('opens 10/s → 90/s, each port held 10 s → 10 s');
  });

  it('churn: nobody answers, and retries fill the gateway, though no connection is seen to be open', () => {
    const silent = { ports: 60, opens: 5_000, unanswered: 900, closed: 0, youngClosed: 0 };
    const found = explain(30, { ports: 600 }, silent, 10, 60);
    expect(found).toMatchObject({ cause: 'churn', peak: { secondsHeld: expect.closeTo(11.52) } });
  });

  it('hold: as many opens, each port held longer, and closed at last', () => {
    const found = explain(30, {}, { ports: 900, closed: 500, youngClosed: 20 });
    expect(found.cause).toBe('hold');
    expect(found.reason).toContain('connections still close, only later');
  });

  it('leak: as many opens, but hardly any closes', () => {
    expect(explain(30, {}, { ports: 900, closed: 50, youngClosed: 45 })).toMatchObject({
      cause: 'leak',
      reason: expect.stringContaining('only 8 % of the opened connections closed'),
    });
  });

  it('leak: those that close live as long as before, the others never close', () => {
    expect(explain(30, {}, { ports: 900, closed: 300, youngClosed: 270 })).toMatchObject({
      cause: 'leak',
      reason: expect.stringContaining('the others never close'),
    });
  });

  it('hold: although what is held after close is taken for ports all the time, and there seems to be no calm', () => {
    const before = { ports: 900, open: 20 };
    expect(explain(5, before, { ports: 950, open: 900, closed: 500, youngClosed: 20 }).cause).toBe('hold');
    expect(explain(5, before, { ports: 950, open: 100 }).cause).toBe('unknown');
  });

  it('hold, and not leak, where lives grow to more than the minute in which they show', () => {
    const before = { ports: 20, open: 20, closed: 500, youngClosed: 420 };
    expect(explain(30, before, { ports: 900, open: 900, closed: 500, youngClosed: 0 }).cause).toBe('hold');
    expect(explain(30, before, { ports: 900, open: 900, closed: 500, youngClosed: 420 }).cause).toBe('leak');
  });

  it('leak: where lives were as long as the minute before, no growth of theirs is to be expected', () => {
    const before = { ports: 20, open: 20, closed: 500, youngClosed: 0 };
    expect(explain(30, before, { ports: 900, open: 900, closed: 500, youngClosed: 0 }).cause).toBe('leak');
  });

  it('leak: nothing closed until the fullest minute, in which a restart closed everything', () => {
    const loads = new Map([
      [START, load({ ports: 280, open: 280, opens: 282, closed: 0, youngClosed: 0, capacityPorts: 400 })],
      [START + 1, load({ ports: 400, open: 400, opens: 118, closed: 400, youngClosed: 118, capacityPorts: 400 })],
    ]);
    expect(nowcast(loads, START + 1, START + 1, 60)).toMatchObject({
      cause: 'leak',
      reason: expect.stringContaining('hardly any connection closes'),
    });
  });

  it('goes by the ceiling where nothing else tells: without flags, and without a calm', () => {
    const [before, failing] = [{ closed: null }, { ports: 900, closed: null, failed: 60 }];
    const at = (calm: number, ceiling: Ceiling, more: Partial<Load> = {}) => {
      const loads = new Map(
        Array.from({ length: 13 }, (_, i) => [START + i, load(i < 10 ? { ...before, ...more } : failing)] as const),
      );
      return nowcast(loads, START + calm, START + 12, 0, ceiling).cause;
    };
    expect([at(10, 'turns-over'), at(10, 'stands'), at(10, 'unknown')]).toEqual(['hold', 'leak', 'unknown']);
    const full = { ports: 900 };
    expect([at(10, 'turns-over', full), at(10, 'stands', full), at(10, 'unknown', full)]).toEqual([
      'hold',
      'leak',
      'unknown',
    ]);
    expect(at(10, 'turns-over', { ...full, opens: 300 })).toBe('unknown');
  });

  it('unknown: held longer, by records that show no closes', () => {
    expect(explain(30, { closed: null }, { ports: 900, closed: null })).toMatchObject({
      cause: 'unknown',
      reason: expect.stringContaining('without flags'),
    });
  });

  it('capacity: the same load on fewer ports', () => {
    expect(explain(30, {}, { capacityPorts: 120 })).toMatchObject({ cause: 'capacity' });
  });

  it('growth: the opens rose over hours, and not churn', () => {
    const rising = new Map(
      Array.from({ length: 150 }, (_, i) => {
        const opens = 600 + i * 30;
        return [START + i, load({ opens, closed: opens, youngClosed: opens, ports: opens / 6 })] as const;
      }),
    );
    expect(nowcast(rising, START + 140, START + 149, 0).cause).toBe('growth');
    const recent = new Map([...rising].filter(([minute]) => minute > START + 90));
    expect(nowcast(recent, START + 140, START + 149, 0).cause).toBe('churn');
  });

  it('growth by records of an hour that rise all the while, and not a ramp after a calm', () => {
    const causeOf = (opensAt: (i: number) => number) => {
      const loads = Array.from({ length: 90 }, (_, i) => {
        const opens = opensAt(i);
        return [START + i, load({ opens, closed: opens, youngClosed: opens, ports: opens / 2 })] as const;
      });
      return nowcast(new Map(loads), START + 70, START + 89, 0).cause;
    };
    expect(causeOf((i) => 720 + 16 * i)).toBe('growth');
    expect(causeOf((i) => 720 + Math.max(0, i - 45) * 50)).toBe('churn');
    expect(causeOf((i) => (i < 60 ? 720 : 2_100))).toBe('churn');
  });

  it('unknown: nothing changed by a fifth', () => {
    expect(explain(30, {}, { ports: 115 })).toMatchObject({ cause: 'unknown' });
    expect(explain(30, {}, { ports: 150, closed: 50 })).toMatchObject({ cause: 'leak' });
  });

  it('hold, at a gateway that is always rather full: its calm is not the minutes at which the records begin', () => {
    const usual = { ports: 650, opens: 600, closed: 600, youngClosed: 540 };
    const loads = new Map(
      Array.from({ length: 50 }, (_, i) => {
        const begins = { ports: 150, opens: 200, closed: 150, youngClosed: 140 };
        const noisy = { ...usual, ports: 650 + 60 * Math.sin(i) };
        return [START + i, load(i < 3 ? begins : i < 40 ? noisy : { ports: 1_000, closed: 560, youngClosed: 60 })];
      }),
    );
    expect(nowcast(loads, START + 40, START + 49, 0)).toMatchObject({ cause: 'hold', before: { opensPerSecond: 10 } });
  });

  describe('without any calm before', () => {
    it('churn, when the rate and the hold explain the ports by themselves', () => {
      expect(explain(0, {}, { ports: 900, opens: 900 }, 10, 60)).toMatchObject({ cause: 'churn', before: null });
      expect(explain(0, {}, { ports: 900, opens: 539 }, 10, 60).cause).not.toBe('churn');
    });

    it('leak, when ports pile up and hardly any connection closes', () => {
      expect(explain(0, {}, { ports: 900, closed: 100 })).toMatchObject({ cause: 'leak', before: null });
    });

    it('unknown otherwise, and where no minute is known at all', () => {
      expect(explain(0, {}, { ports: 900 })).toMatchObject({ cause: 'unknown', before: null });
      expect(nowcast(new Map(), START, START + 9, 60)).toEqual({
        cause: 'unknown',
        reason: 'no flow records of the incident',
        before: null,
        peak: { opensPerSecond: 0, secondsHeld: 0 },
      });
    });
  });

  it('judges the fullest minutes, not the recovery', () => {
    const loads = new Map(
      Array.from({ length: 60 }, (_, i) => {
        const bad = i >= 30 && i < 40;
        return [START + i, load(bad ? { ports: 900, closed: 500, youngClosed: 20 } : {})] as const;
      }),
    );
    expect(nowcast(loads, START + 30, START + 59, 0).cause).toBe('hold');
  });
});
