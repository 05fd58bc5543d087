import { describe, expect, it } from 'vitest';
import { metricRun, natRun, natSeriesOf, portsFrom, settings, START } from '../builders.ts';

const MINUTES = 10;
const given = { settings: settings({ natPortsPerAddress: 1_000 }) };
const every = (value: number) => Array.from({ length: MINUTES }, () => value);

/** 300 opens a minute, from minute 5 on as many more that leave the gateway and that nobody answers. */
const rows = natRun(MINUTES, (i) => ({
  opened: portsFrom(2_000 + 600 * i, 300),
  silent: i < 5 ? [] : portsFrom(2_300 + 600 * i, 300),
}));
const lastUse = (...metrics: ReturnType<typeof metricRun>) =>
  natSeriesOf([...rows, ...metrics], given).destinations[0]?.uses.get(START + MINUTES - 1);

describe('ports in use at a NAT gateway', () => {
  it('are kept after close by opens that were answered: what nobody answers closes nothing', () => {
    expect(lastUse()).toMatchObject({ opens: 600, unansweredNat: 300, portsEstimate: 300 });
  });

  it('are never more than the gateway counts as active, where it counts held ports', () => {
    const counted = (active: number) => [
      ...metricRun('ActiveConnectionCount', [...every(300).slice(1), active]),
      ...metricRun('ConnectionEstablishedCount', every(300)),
    ];
    expect(lastUse(...counted(300))?.portsEstimate).toBe(300);
    expect(lastUse(...counted(250))?.portsEstimate).toBe(250);
  });

  it('are certainly no more than the gateway counts as active: one port may serve one connection after the other', () => {
    const standing = natRun(MINUTES, () => ({ standing: portsFrom(2_000, 900) }));
    const lowWith = (active: number) =>
      natSeriesOf([...standing, ...metricRun('ActiveConnectionCount', every(active))], given).destinations[0]?.uses.get(
        START + 5,
      )?.portsLow;
    expect([lowWith(1_000), lowWith(300)]).toEqual([900, 300]);
  });

  it('of a log without replies are kept by every open, for nothing is known to have gone unanswered', () => {
    const oneWay = rows.map((row) => ({ ...row, answered: { ...row.answered, size: 0, bitmap: null } }));
    expect(
      natSeriesOf(oneWay, given).destinations[0]?.uses.get(START + MINUTES - 1)?.portsEstimate,
    ).toBeGreaterThanOrEqual(600);
  });
});

describe('failed opens', () => {
  const failing = natRun(MINUTES, (i) => ({
    opened: portsFrom(2_000 + 600 * i, 300),
    failed: portsFrom(40_000 + 40 * i, 40),
  }));
  const failuresWith = (errors: number) =>
    natSeriesOf([...failing, ...metricRun('ErrorPortAllocation', every(errors))], given).destinations[0]?.uses.get(
      START + 5,
    )?.failures;

  it('are certainly failed allocations, unless the metric says that none failed', () => {
    expect(failuresWith(120)).toEqual({ low: 40, high: 40 });
    expect(failuresWith(0)).toEqual({ low: 0, high: 40 });
  });
});
