import { describe, expect, it } from 'vitest';
import { natActiveConnections } from '../../../shared/core/detect/nat-active-connections.ts';
import type { Observation } from '../../../shared/core/model/observation.ts';
import { evaluateAt, metricMinute, natMinute, natRun, natSeriesOf, portsFrom, settings, START } from '../builders.ts';

const given = { settings: settings({ natPortsPerAddress: 1_000 }) };
const active = (minute: number, value: number) => metricMinute({ metric: 'ActiveConnectionCount', minute, value });
const flows = natMinute({ standing: portsFrom(2_000, 400) });
const ask = (rows: readonly Observation[], minute = START + 3) =>
  evaluateAt(natActiveConnections, natSeriesOf(rows, given), minute, given);

describe('nat-active-connections', () => {
  it('carries the last flow records on by ActiveConnectionCount', () => {
    expect(ask([...flows, active(START, 500), active(START + 3, 1_000)])).toEqual({
      outcome: 'signal',
      level: 'warning',
      destinationKey: '203.0.113.10|443|6',
      statement: '800 of 1000 ports in use towards 203.0.113.10:443/tcp, carried on by the gateway’s metrics',
    });
  });

  it.each([
    [1_125, { level: 'critical' }],
    [938, { level: 'warning' }],
    [936, { outcome: 'quiet', keepsOpen: true }],
    [813, { outcome: 'quiet', keepsOpen: true }],
    [811, { outcome: 'quiet', keepsOpen: false }],
  ])('%d connections after 500: %o', (count, expected) => {
    expect(ask([...flows, active(START, 500), active(START + 3, count)])).toMatchObject(expected);
  });

  it('has no answer where flow records do', () => {
    expect(ask([...flows, active(START, 500)], START)).toEqual({
      outcome: 'insufficient-data',
      reason: 'flow records cover the minute',
    });
  });

  it('has no answer without the metric now, or then', () => {
    expect(ask([...flows, active(START, 500)]).outcome).toBe('insufficient-data');
    expect(ask([...flows, active(START + 3, 500)]).outcome).toBe('insufficient-data');
  });

  it('follows ConnectionEstablishedCount where fewer connections are active than ports are held', () => {
    const churn = natRun(4, (i) => ({ opened: portsFrom(2_000 + 400 * i, i < 3 ? 400 : 90) }));
    const established = (minute: number, value: number) =>
      metricMinute({ metric: 'ConnectionEstablishedCount', minute, value });
    const metrics = (now: number) => [
      ...[0, 1, 2, 3].flatMap((i) => [active(START + i, 8), established(START + i, 500)]),
      ...[4, 5, 6].flatMap((i) => [active(START + i, 8), established(START + i, now)]),
    ];
    const at = (now: number) => ask([...churn, ...metrics(now)], START + 6);
    // The newest minute of the records is not whole. 400 opens a minute hold 400 ports.
    expect([at(936).outcome, at(938).outcome]).toEqual(['quiet', 'signal']);
    expect(
      ask(
        [...churn, ...metrics(938)].filter((row) => row.minute !== START + 4),
        START + 5,
      ).outcome,
    ).toBe('insufficient-data');
  });

  it('does not carry on what was as active before with fewer ports here: others come and go', () => {
    const hourly = (before: number) => {
      const rows = natRun(3, () => ({ standing: portsFrom(2_000, 400) }));
      return ask([...rows, active(START, before), active(START + 1, 500), active(START + 4, 1_000)], START + 4);
    };
    expect([hourly(799).outcome, hourly(800).outcome]).toEqual(['signal', 'insufficient-data']);
  });

  it('carries on where there were as many ports in the most active minutes on average, if not in each', () => {
    const before = (counts: number[]) => {
      const rows = natRun(counts.length + 3, (i) => ({ standing: portsFrom(2_000, counts[i] ?? 400) }));
      const metrics = counts.map((_, i) => active(START + i, 900));
      const minute = START + counts.length;
      const lately = [0, 1, 2].map((i) => active(minute + i, 500));
      return ask([...rows, ...metrics, ...lately, active(minute + 4, 1_000)], minute + 4).outcome;
    };
    expect(before([900, 900, 900, 400])).toBe('signal');
    expect(before([900, 400, 400, 400, 400])).toBe('insufficient-data');
  });

  it('does not carry on a small share of the connections: a scan of many destinations fills none', () => {
    const at = (then: number) => ask([...flows, active(START, then), active(START + 3, then * 3)]);
    expect([at(1_600).outcome, at(1_601).outcome]).toEqual(['signal', 'insufficient-data']);
  });

  it('is refuted by the newest minute alone, before the mean of three says so', () => {
    const churn = natRun(4, (i) => ({ opened: portsFrom(2_000 + 400 * i, i < 3 ? 400 : 90) }));
    const metrics = [500, 500, 500, 500, 500, 500, 500, 1_900].flatMap((value, i) => [
      active(START + i, 8),
      metricMinute({ metric: 'ConnectionEstablishedCount', minute: START + i, value }),
      metricMinute({ minute: START + i, value: 0 }),
    ]);
    const scan = (newest: number) => [...metrics.slice(0, -2), { ...metrics.at(-2), value: newest } as never];
    const at = (newest: number) =>
      ask([...churn, ...scan(newest), metricMinute({ minute: START + 7, value: 0 })], START + 7).outcome;
    // 400 ports for 500 connections a minute: 1,000 ports for 1,250.
    expect([at(1_250), at(1_260)]).toEqual(['quiet', 'insufficient-data']);
  });

  it('is refuted by more ports than there are while hardly an allocation failed', () => {
    const at = (count: number, errors: number) =>
      ask([...flows, active(START, 500), active(START + 3, count), metricMinute({ minute: START + 3, value: errors })])
        .outcome;
    expect([at(1_250, 0), at(1_252, 9), at(1_252, 10)]).toEqual(['signal', 'insufficient-data', 'signal']);
  });

  it('carries on for an hour and no longer', () => {
    const at = (minute: number) => ask([...flows, active(START, 500), active(minute, 1_000)], minute).outcome;
    expect([at(START + 60), at(START + 61)]).toEqual(['signal', 'insufficient-data']);
  });
});
