import { describe, expect, it } from 'vitest';
import { hostPortForecast } from '../../../shared/core/detect/host-port-forecast.ts';
import { evaluateAt, flowMinute, hostSeriesOf, portsFrom, settings, socketMinute, START } from '../builders.ts';

const given = { settings: settings({ portRange: { low: 40_000, high: 49_999 } }) };
const ramp = (minutes: number, from: number, each: number) =>
  Array.from({ length: minutes }, (_, i) => {
    const count = from + i * each;
    return flowMinute({ minute: START + i, ports: portsFrom(40_000, count), overlap: [count, 0, 0, 0] });
  });
/** `minutes` whole minutes after the first one with records, which is seldom a whole one and is left out. */
const ask = (minutes: number, from: number, each: number) =>
  evaluateAt(hostPortForecast, hostSeriesOf(ramp(minutes + 1, from - each, each), given), START + minutes, given);

describe('host-port-forecast', () => {
  // After eight minutes 4,000 + 7 k of 10,000 ports: full within 45 minutes from k = 116 on, within 90 from 62 on.
  it('signals a rise that is full within the horizon', () => {
    expect(ask(8, 4_000, 116)).toEqual({
      outcome: 'signal',
      level: 'warning',
      destinationKey: '203.0.113.10|443|6',
      statement: '10.0.1.5 towards 203.0.113.10:443/tcp is filling up: full in about 45 min',
    });
    expect(ask(8, 4_000, 115)).toEqual({ outcome: 'quiet', keepsOpen: true });
  });

  it('keeps a finding open while the rise is full within twice the horizon', () => {
    expect([ask(8, 4_000, 62), ask(8, 4_000, 61)]).toMatchObject([{ keepsOpen: true }, { keepsOpen: false }]);
  });

  it('is quiet below the least utilisation worth saying, and about what stands', () => {
    expect(ask(8, 490, 500)).toEqual({ outcome: 'quiet', keepsOpen: false });
    expect(ask(8, 7_000, 0)).toEqual({ outcome: 'quiet', keepsOpen: false });
  });

  it('has no answer without flow records of the source', () => {
    const series = hostSeriesOf([socketMinute({ portsInUse: 900 })]);
    expect(evaluateAt(hostPortForecast, series, START).outcome).toBe('insufficient-data');
  });
});
