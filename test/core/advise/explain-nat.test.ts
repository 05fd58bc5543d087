import { describe, expect, it } from 'vitest';
import { explainNat } from '../../../shared/core/advise/explain-nat.ts';
import type { MetricName } from '../../../shared/core/model/observation.ts';
import { metricMinute, seriesOf, settings, START } from '../builders.ts';

const CAPACITY = 1_000;
const metrics = (minute: number, values: Partial<Record<MetricName, number>>) =>
  Object.entries(values).map(([metric, value]) => metricMinute({ minute, metric: metric as MetricName, value }));

/** Ten minutes at 150 opens, then five at the ceiling: 1,000 come through in a minute, whatever is tried. */
const minutes = Array.from({ length: 15 }, (_, i) =>
  metrics(
    START + i,
    i < 10
      ? { ActiveConnectionCount: 150, ConnectionAttemptCount: 150, ConnectionEstablishedCount: 150 }
      : {
          ErrorPortAllocation: 3_000,
          ActiveConnectionCount: CAPACITY,
          ConnectionAttemptCount: 4_000,
          ConnectionEstablishedCount: CAPACITY,
        },
  ),
).flat();

/** Of 120 opens a second 66 never close, until the gateway is full and only what closes makes room. */
const leaking = Array.from({ length: 45 }, (_, i) => {
  const active = Math.min(60_000, i < 10 ? 7_200 : 7_200 + (i - 9) * 66 * 60);
  const isFull = active === 60_000;
  const established = isFull ? 2_500 : 7_200;
  return metrics(START + i, {
    ErrorPortAllocation: isFull ? 9_000 : 0,
    ActiveConnectionCount: active,
    ConnectionAttemptCount: established + (isFull ? 9_000 : 0),
    ConnectionEstablishedCount: established,
  });
}).flat();

describe('explainNat', () => {
  it('tells a leak by the ceiling, at which hardly anything comes free', () => {
    const [nat] = seriesOf(leaking, { settings: settings({ natPortsPerAddress: 60_000 }) }).nats;
    const told = explainNat(nat!, new Map(), { startMinute: START + 20, endMinute: START + 44 }, 60_000);
    expect(told).toMatchObject({ cause: 'leak', reason: expect.stringContaining('hardly any came free') });
  });

  it('counts as opens what was established while SYNs are dropped and sent again', () => {
    const [nat] = seriesOf(minutes, { settings: settings({ natPortsPerAddress: CAPACITY }) }).nats;
    const told = explainNat(nat!, new Map(), { startMinute: START + 10, endMinute: START + 14 }, CAPACITY);
    expect(told.cause).toBe('churn');
    expect(told.peak.opensPerSecond).toBeCloseTo(CAPACITY / 60);
    expect(told.peak.secondsHeld).toBeCloseTo(60);
  });
});
