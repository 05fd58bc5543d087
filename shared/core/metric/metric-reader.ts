import type { MetricMinute, ScopeId } from '../model/observation.ts';
import type { InputReader, Reading } from '../model/reading.ts';
import { createRecordCounter } from '../recognise/counts.ts';
import { createJsonDocuments } from '../recognise/json-documents.ts';
import { readMetricData } from './metric-data.ts';
import { readMetricStatistics } from './metric-statistics.ts';
import { readMetricStreamLine } from './metric-stream.ts';

/** Where metrics go that name no resource, when the caller names none either. */
export const UNNAMED_METRIC_SCOPE: ScopeId = 'metrics-without-resource';

const WARNINGS_LIMIT = 10;

/**
 * Reads metric-stream JSON lines, `get-metric-data` and `get-metric-statistics` output. A record is one datapoint.
 * `natGateway` is what NAT metrics without a resource are about.
 */
export function createMetricReader(options: {
  readonly file: string;
  readonly natGateway: string | null;
}): InputReader {
  const counter = createRecordCounter(options.file);
  const byScope = new Map<ScopeId, MetricMinute[]>();
  const warnings = new Set<string>();
  let unnamed = 0;

  const add = (minute: MetricMinute): void => {
    const takesDefault = minute.resourceId === null && minute.resourceType === 'nat-gateway';
    const resourceId = takesDefault ? options.natGateway : minute.resourceId;
    if (resourceId === null) unnamed += 1;
    const scope = resourceId ?? UNNAMED_METRIC_SCOPE;
    const minutes = byScope.get(scope);
    if (minutes) minutes.push({ ...minute, resourceId });
    else byScope.set(scope, [{ ...minute, resourceId }]);
  };
  const documents = createJsonDocuments({
    document(read, line) {
      // What `--query MetricDataResults` leaves of the answer.
      const document = Array.isArray(read) ? { MetricDataResults: read } : read;
      const metrics = readMetricStreamLine(document) ?? readMetricData(document) ?? readMetricStatistics(document);
      if (metrics === null) return counter.rejected(line, 'neither a metric stream line nor get-metric-* output');
      counter.read(metrics.minutes.length);
      counter.skipped(metrics.skipped);
      for (const reason of metrics.rejected) counter.rejected(line, reason);
      for (const warning of metrics.warnings) if (warnings.size < WARNINGS_LIMIT) warnings.add(warning);
      metrics.minutes.forEach(add);
    },
    malformed: (line, reason) => counter.rejected(line, reason),
  });
  return {
    push: (chunk) => documents.push(chunk),
    finish(): Reading {
      documents.finish();
      const { skipped } = counter.counts();
      if (skipped > 0) warnings.add(`${skipped} datapoints of metrics that Freeport does not use`);
      if (unnamed > 0) warnings.add(`${unnamed} datapoints name no NAT gateway: pass --nat-gateway ID`);
      return {
        source: 'metric',
        counts: counter.counts(),
        fields: [],
        scopes: [...byScope].map(([scope, observations]) => ({ scope, observations })),
        inventory: null,
        warnings: [...warnings],
      };
    },
  };
}
