import type { FlowMinute } from '../model/observation.ts';
import type { Settings } from '../model/settings.ts';
import type { Minute } from '../model/time.ts';
import type { NatMetrics } from './nat-series.ts';
import { median } from './statistics.ts';

/**
 * How long this NAT keeps a port after close, in seconds by minute: (ActiveConnectionCount − overlapping flows) /
 * opens per second, the median so far, within [0, setting]. Not documented by AWS, so where the metric is missing
 * the setting stands.
 */
export function calibrateHold(
  natLegs: readonly FlowMinute[],
  metrics: ReadonlyMap<Minute, NatMetrics>,
  settings: Settings,
): (minute: Minute) => number {
  const overlapping = new Map<Minute, number>();
  for (const row of natLegs) overlapping.set(row.minute, (overlapping.get(row.minute) ?? 0) + Math.max(...row.overlap));
  const samples: { readonly minute: Minute; readonly seconds: number }[] = [];
  for (const minute of [...overlapping.keys()].sort((a, b) => a - b)) {
    const { ActiveConnectionCount: active, ConnectionAttemptCount: attempts } = metrics.get(minute) ?? {};
    if (active === undefined || attempts === undefined || attempts < 60) continue;
    const seconds = (active - (overlapping.get(minute) ?? 0)) / (attempts / 60);
    samples.push({ minute, seconds: Math.min(settings.hold.natSeconds, Math.max(0, seconds)) });
  }
  return (minute) => {
    const known = samples.filter((sample) => sample.minute <= minute).slice(-30);
    return known.length === 0 ? settings.hold.natSeconds : median(known.map((sample) => sample.seconds));
  };
}
