import { describe, expect, it } from 'vitest';
import {
  CLIENT,
  flowMinute,
  metricRun,
  NAT_ADDRESS,
  NAT_INTERFACE,
  natRun,
  natSeriesOf,
  portsFrom,
  settings,
  START,
} from '../builders.ts';

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

describe('a port range that is dialled round and round', () => {
  /** 500 ports, each of which serves two connections a minute; for the last three minutes nobody answers. */
  const round = (answers: (i: number) => boolean) =>
    Array.from({ length: MINUTES }, (_, i) => {
      const [atClients, atNat] = [portsFrom(20_000 + 1_000 * i, 1_000), portsFrom(2_000, 500)];
      const common = { minute: START + i, interfaceId: NAT_INTERFACE, overlap: [500, 500, 500, 500], packets: 6_000 };
      const row = (ports: number[]) =>
        answers(i) ? { opened: ports, answered: ports, closed: ports } : { opened: ports };
      return [
        flowMinute({ ...common, ...row(atClients), overlap: [20, 20, 20, 20], localAddress: CLIENT, via: NAT_ADDRESS }),
        flowMinute({ ...common, ...row(atNat), localAddress: NAT_ADDRESS }),
      ];
    }).flat();

  it('is not certainly in use where its destination falls silent, and nothing is certain to have failed', () => {
    const uses = natSeriesOf(
      round((i) => i < 7),
      given,
    ).destinations[0]?.uses;
    expect(uses?.get(START + 6)).toMatchObject({ portsLow: 20 });
    expect(uses?.get(START + 8)).toMatchObject({ portsLow: 20, failures: { low: 0 } });
  });
});

describe('failed opens', () => {
  it('do not say that the gateway is full while answers may still be on their way', () => {
    const estimateAt = (minutes: number) => {
      const late = natRun(minutes, (i) => ({
        opened: portsFrom(2_000 + 100 * i, 100),
        failed: i < 3 ? [] : portsFrom(40_000 + 40 * i, 40),
      }));
      return natSeriesOf(late, { settings: settings({ natPortsPerAddress: 400 }) }).destinations[0]?.uses.get(START + 3)
        ?.portsEstimate;
    };
    expect(estimateAt(4)).toBe(100);
    expect(estimateAt(6)).toBe(400);
  });

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
