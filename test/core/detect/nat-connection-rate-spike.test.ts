import { describe, expect, it } from 'vitest';
import { natConnectionRateSpike } from '../../../shared/core/detect/nat-connection-rate-spike.ts';
import { evaluateAt, flowCoverageMinute, natRun, natSeriesOf, portsFrom, settings, START } from '../builders.ts';

/** `minutes` with 20 opens each, then `spiked` with `opens`; every port is held 60 s. */
const rows = (minutes: number, opens: number, spiked = 2) =>
  natRun(minutes + spiked, (i) => ({ opened: portsFrom(2_000 + i * 20, i < minutes ? 20 : opens) }));
const with_ = (natPortsPerAddress: number) => ({ settings: settings({ natPortsPerAddress }) });
const ask = (minutes: number, opens: number, capacity = 60, spiked = 2) =>
  evaluateAt(
    natConnectionRateSpike,
    natSeriesOf(rows(minutes, opens, spiked), with_(capacity)),
    START + minutes + spiked - 1,
    with_(capacity),
  );

describe('nat-connection-rate-spike', () => {
  it('signals two minutes of opens far above their own past that need more ports than there are', () => {
    expect(ask(10, 60)).toEqual({
      outcome: 'signal',
      level: 'warning',
      destinationKey: '203.0.113.10|443|6',
      statement:
        '60 new connections to 203.0.113.10:443/tcp in the minute, far above its past: 60 of 60 ports if that lasts',
    });
  });

  it('is quiet about a single minute: a burst is no rate', () => {
    expect(ask(10, 60, 60, 1)).toEqual({ outcome: 'quiet', keepsOpen: false });
  });

  it('is quiet once the ports in use show what the rate led to', () => {
    expect(ask(10, 60, 60, 3)).toEqual({ outcome: 'quiet', keepsOpen: false });
  });

  it('is quiet about what the day before did at the same time', () => {
    const nightly = (yesterday: number) => [
      ...natRun(2, () => ({ opened: portsFrom(2_000, yesterday) }), START + 10 - 24 * 60),
      ...rows(10, 60),
    ];
    const at = (yesterday: number) =>
      evaluateAt(natConnectionRateSpike, natSeriesOf(nightly(yesterday), with_(60)), START + 11, with_(60)).outcome;
    expect([at(35), at(36)]).toEqual(['signal', 'quiet']);
  });

  it('is quiet below three times the median', () => {
    expect(ask(10, 59, 59)).toEqual({ outcome: 'quiet', keepsOpen: false });
  });

  it('is quiet when the capacity bears the new rate', () => {
    expect(ask(10, 60, 61)).toEqual({ outcome: 'quiet', keepsOpen: false });
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
    expect(evaluateAt(natConnectionRateSpike, natSeriesOf(rows(10, 60)), START + 12).outcome).toBe('insufficient-data');
    const lossy = (opens: number) => [...rows(10, opens), flowCoverageMinute({ minute: START + 11, skipData: 1 })];
    const at = (opens: number) =>
      evaluateAt(natConnectionRateSpike, natSeriesOf(lossy(opens), with_(60)), START + 11, with_(60)).outcome;
    expect([at(20), at(60)]).toEqual(['insufficient-data', 'signal']);
  });
});
