import { describe, expect, it } from 'vitest';
import { countTurnover, spanOfPorts } from '../../../shared/core/detect/port-turnover.ts';
import { flowMinute, portsFrom, START } from '../builders.ts';

const WINDOW_MINUTES = 7;
const RANGE = 64_512;
const rowsOf = (minutes: readonly (readonly number[])[], localAddress = '10.0.0.220') =>
  minutes.map((ports, i) => flowMinute({ minute: START + i, localAddress, ports: [...ports] }));
const last = (rows: ReturnType<typeof rowsOf>, range = RANGE) => {
  const minutes = new Set(rows.map((row) => row.minute));
  return [...countTurnover(rows, minutes, WINDOW_MINUTES, range).values()].at(-1);
};

describe('countTurnover', () => {
  it('calls ports that nobody saw for the window fresh', () => {
    const churn = Array.from({ length: 20 }, (_, i) => portsFrom(2_000 + 100 * i, 100));
    expect(last(rowsOf(churn))).toEqual({ distinct: 800, fresh: 100, standing: 0 });
  });

  it('calls ports that speak again and again standing, whenever they do', () => {
    const pool = Array.from({ length: 20 }, (_, i) => portsFrom(2_000 + 20 * (i % 5), 20));
    expect(last(rowsOf(pool))).toEqual({ distinct: 100, fresh: 0, standing: 100 });
  });

  it('adds the fresh ones that by chance take over a port seen lately', () => {
    // Each minute takes 300 of 1,000 ports at random: nearly all were seen in the seven minutes before.
    let state = 7;
    const random = () => (state = (state * 16_807) % 2_147_483_647) / 2_147_483_647;
    const busy = Array.from({ length: 40 }, () => [
      ...new Set(Array.from({ length: 300 }, () => 1_024 + Math.floor(random() * 1_000))),
    ]);
    const rows = rowsOf(busy);
    const fresh = [...countTurnover(rows, new Set(rows.map((row) => row.minute)), WINDOW_MINUTES, 1_000).values()];
    const mean = fresh.slice(8).reduce((sum, each) => sum + each.fresh, 0) / fresh.slice(8).length;
    expect(mean / (busy.at(-1)?.length ?? 0)).toBeGreaterThan(0.8);
    expect(mean / (busy.at(-1)?.length ?? 0)).toBeLessThan(1.05);
  });

  it('takes all for new where the whole range was seen, and nothing can be told by what was not', () => {
    const taken = Array.from({ length: 20 }, () => portsFrom(2_000, 1_000));
    expect(last(rowsOf(taken), 1_000)).toEqual({ distinct: 1_000, fresh: 1_000, standing: 0 });
  });

  it('adds up addresses, each with ports of its own', () => {
    const pool = Array.from({ length: 20 }, () => portsFrom(2_000, 50));
    expect(last([...rowsOf(pool), ...rowsOf(pool, '10.0.0.221')])).toEqual({ distinct: 100, fresh: 0, standing: 100 });
  });
});

describe('spanOfPorts', () => {
  it('reaches from the lowest to the highest', () => {
    expect(spanOfPorts(rowsOf([[1_024, 2_000], [65_535]]))).toBe(64_512);
    expect(spanOfPorts([])).toBe(1);
  });
});
