import { describe, expect, it } from 'vitest';
import { calibrateHold } from '../../../shared/core/detect/calibrate-hold.ts';
import type { NatMetrics } from '../../../shared/core/detect/nat-series.ts';
import { flowMinute, settings, START } from '../builders.ts';

const legs = (minutes: number) =>
  Array.from({ length: minutes }, (_, i) => flowMinute({ minute: START + i, overlap: [80, 100, 90, 100] }));
const metrics = (...values: NatMetrics[]) => new Map(values.map((value, i) => [START + i, value]));

describe('calibrateHold', () => {
  it('is the setting where the metrics do not tell', () => {
    const hold = calibrateHold(legs(2), metrics({}, { ActiveConnectionCount: 5_000 }), settings());
    expect([hold(START), hold(START + 1)]).toEqual([60, 60]);
  });

  it('is what is active beyond the overlapping flows, in seconds of new connections', () => {
    // (400 − 100) active connections at 600 / 60 = 10 a second: each stays 30 s after close.
    const hold = calibrateHold(
      legs(1),
      metrics({ ActiveConnectionCount: 400, ConnectionAttemptCount: 600 }),
      settings(),
    );
    expect(hold(START)).toBe(30);
  });

  it('never leaves [0, setting]', () => {
    const busy = metrics({ ActiveConnectionCount: 1e6, ConnectionAttemptCount: 600 });
    const few = metrics({ ActiveConnectionCount: 10, ConnectionAttemptCount: 600 });
    expect(calibrateHold(legs(1), busy, settings())(START)).toBe(60);
    expect(calibrateHold(legs(1), busy, settings({ hold: { natSeconds: 5 } }))(START)).toBe(5);
    expect(calibrateHold(legs(1), few, settings())(START)).toBe(0);
  });

  it('asks for at least one attempt a second', () => {
    const at = (attempts: number) =>
      calibrateHold(
        legs(1),
        metrics({ ActiveConnectionCount: 110, ConnectionAttemptCount: attempts }),
        settings(),
      )(START);
    expect([at(59), at(60)]).toEqual([60, 10]);
  });

  it('is the median of the minutes so far, and knows no later one', () => {
    const active = (count: number) => ({ ActiveConnectionCount: 100 + count, ConnectionAttemptCount: 60 });
    const hold = calibrateHold(legs(3), metrics(active(10), active(50), active(20)), settings());
    expect([hold(START - 1), hold(START), hold(START + 1), hold(START + 2)]).toEqual([60, 10, 30, 20]);
  });
});
