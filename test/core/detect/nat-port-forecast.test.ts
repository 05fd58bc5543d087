import { describe, expect, it } from 'vitest';
import { natPortForecast } from '../../../shared/core/detect/nat-port-forecast.ts';
import { evaluateAt, flowCoverageMinute, natRun, natSeriesOf, portsFrom, settings, START } from '../builders.ts';

const given = { settings: settings({ natPortsPerAddress: 10_000 }) };
/** The first minutes of records cannot show connections that idle, and are left out. */
const COLD = 6;
/** `minutes` after those, from `from` ports on. */
const ramp = (minutes: number, from: number, each: number) =>
  natRun(COLD + minutes, (i) => ({ standing: portsFrom(2_000, Math.max(0, from + each * (i - COLD))) }));
const last = (minutes: number) => START + COLD + minutes - 1;
const ask = (minutes: number, from: number, each: number) =>
  evaluateAt(natPortForecast, natSeriesOf(ramp(minutes, from, each), given), last(minutes), given);

describe('nat-port-forecast', () => {
  // After eight and nine minutes 4,000 + 7 k and 8 k ports are taken: full within 45 minutes from k = 116 on, within 90
  // from 62 on.
  it('signals a rise that is full within the horizon', () => {
    expect(ask(9, 4_000, 116)).toEqual({
      outcome: 'signal',
      level: 'warning',
      destinationKey: '203.0.113.10|443|6',
      statement: '203.0.113.10:443/tcp at 49 % and rising: full in about 44 min',
    });
    expect(ask(9, 4_000, 115)).toEqual({ outcome: 'quiet', keepsOpen: true });
  });

  it('keeps a finding open while the rise is full within twice the horizon', () => {
    expect(ask(9, 4_000, 62)).toEqual({ outcome: 'quiet', keepsOpen: true });
    expect(ask(9, 4_000, 61)).toEqual({ outcome: 'quiet', keepsOpen: false });
  });

  it('is quiet below the least utilisation worth saying, however steep', () => {
    expect(ask(9, 500, 500)).toMatchObject({ outcome: 'signal' });
    expect(ask(8, 490, 500)).toEqual({ outcome: 'quiet', keepsOpen: false });
  });

  it('needs it to have been so a minute ago', () => {
    expect(ask(8, 4_000, 116)).toEqual({ outcome: 'quiet', keepsOpen: true });
  });

  it('is quiet about what falls, stands, or jumps up and down', () => {
    expect(ask(8, 8_000, -100)).toMatchObject({ outcome: 'quiet' });
    expect(ask(8, 7_000, 0)).toMatchObject({ outcome: 'quiet' });
    const restless = natRun(COLD + 8, (i) => ({ standing: portsFrom(2_000, i % 2 === 0 ? 5_000 : 7_000) }));
    expect(evaluateAt(natPortForecast, natSeriesOf(restless, given), last(8), given).outcome).toBe('quiet');
  });

  it('has no answer from fewer than eight minutes, or without utilisation now', () => {
    expect(ask(7, 4_000, 500)).toEqual({ outcome: 'insufficient-data', reason: 'too few minutes for a slope' });
    expect(evaluateAt(natPortForecast, natSeriesOf(ramp(8, 4_000, 500), given), last(9), given)).toMatchObject({
      reason: 'no utilisation in this minute',
    });
  });

  it('is not quiet where records were lost', () => {
    const lossy = [...ramp(8, 4_000, 61), flowCoverageMinute({ minute: last(8), skipData: 1 })];
    expect(evaluateAt(natPortForecast, natSeriesOf(lossy, given), last(8), given).outcome).toBe('insufficient-data');
  });
});
