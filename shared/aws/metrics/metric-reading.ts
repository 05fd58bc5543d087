import type { MetricMinute } from '../../core/model/observation.ts';
import type { Reading } from '../../core/model/reading.ts';

/** Datapoints as a reading, one scope per resource. */
export function metricReading(minutes: readonly MetricMinute[]): Reading {
  const byScope = Map.groupBy(minutes, ({ resourceId }) => resourceId ?? '-');
  return {
    source: 'metric',
    counts: { read: minutes.length, rejected: 0, skipped: 0, rejectedExamples: [] },
    fields: [],
    scopes: [...byScope].map(([scope, observations]) => ({ scope, observations })),
    inventory: null,
    warnings: [],
  };
}
