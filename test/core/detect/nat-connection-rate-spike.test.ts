import { describe, expect, it } from 'vitest';
import { natConnectionRateSpike } from '../../../shared/core/detect/nat-connection-rate-spike.ts';
import { evaluateAt, flowCoverageMinute, natRun, natSeriesOf, portsFrom, settings, START } from '../builders.ts';

/** `minutes` with 20 opens each, then one with `opens`; every port is held 60 s. */
const rows = (minutes: number, opens: number) =>
  natRun(minutes + 1, (i) => ({ opened: portsFrom(2_000 + i * 20, i < minutes ? 20 : opens) }));
const with_ = (natPortsPerAddress: number) => ({ settings: settings({ natPortsPerAddress }) });
const ask = (minutes: number, opens: number, capacity = 80) =>
  evaluateAt(
    natConnectionRateSpike,
    natSeriesOf(rows(minutes, opens), with_(capacity)),
    START + minutes,
    with_(capacity),
  );

describe('nat-connection-rate-spike', () => {
  it('signals opens far above their own past that lead past the warning threshold', () => {
    expect(ask(10, 60)).toEqual({
      outcome: 'signal',
      level: 'warning',
      destinationKey: '203.0.113.10|443|6',
      statement:
        '60 new connections to 203.0.113.10:443/tcp in the minute, far above its past: 60 of 80 ports if that lasts',
    });
  });

  it('is quiet below three times the median', () => {
    expect(ask(10, 59)).toEqual({ outcome: 'quiet', keepsOpen: false });
  });

  it('is quiet when the capacity bears the new rate', () => {
    expect(ask(10, 60, 81)).toEqual({ outcome: 'quiet', keepsOpen: false });
  });

  it('is quiet with less than ten minutes of past', () => {
    expect(ask(9, 60)).toEqual({ outcome: 'quiet', keepsOpen: false });
  });

  it('takes a restless past for what it is', () => {
    const restless = natRun(21, (i) => ({ opened: portsFrom(2_000 + i * 100, i === 20 ? 100 : i % 2 === 0 ? 5 : 60) }));
    expect(evaluateAt(natConnectionRateSpike, natSeriesOf(restless, with_(80)), START + 20, with_(80)).outcome).toBe(
      'quiet',
    );
  });

  it('has no answer without flow records, and none but a signal where records were lost', () => {
    expect(evaluateAt(natConnectionRateSpike, natSeriesOf(rows(10, 60)), START + 11).outcome).toBe('insufficient-data');
    const lossy = (opens: number) => [...rows(10, opens), flowCoverageMinute({ minute: START + 10, skipData: 1 })];
    const at = (opens: number) =>
      evaluateAt(natConnectionRateSpike, natSeriesOf(lossy(opens), with_(80)), START + 10, with_(80)).outcome;
    expect([at(20), at(60)]).toEqual(['insufficient-data', 'signal']);
  });
});
