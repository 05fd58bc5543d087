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

describe('explainNat', () => {
  it('counts as opens what was established while SYNs are dropped and sent again', () => {
    const [nat] = seriesOf(minutes, { settings: settings({ natPortsPerAddress: CAPACITY }) }).nats;
    const told = explainNat(nat!, new Map(), { startMinute: START + 10, endMinute: START + 14 });
    expect(told.cause).toBe('churn');
    expect(told.peak.opensPerSecond).toBeCloseTo(CAPACITY / 60);
    expect(told.peak.secondsHeld).toBeCloseTo(60);
  });
});
