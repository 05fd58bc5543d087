import * as z from 'zod/mini';
import { emptyMetricDocument, addSeries } from './metric-document.ts';
import type { MetricDocument } from './metric-document.ts';
import { hasOnlyItself, metricNamed, RESOURCE_DIMENSION } from './metric-names.ts';

const lineSchema = z.object({
  namespace: z.string(),
  metric_name: z.string(),
  dimensions: z.record(z.string(), z.string()),
  timestamp: z.number(),
  value: z.object({ max: z.number(), sum: z.number() }),
});

/** A line of a metric stream in JSON: one minute of one metric, every statistic at once. Null when it is none. */
export function readMetricStreamLine(value: unknown): MetricDocument | null {
  const parsed = lineSchema.safeParse(value);
  if (!parsed.success) return null;
  const document = emptyMetricDocument();
  const { namespace, metric_name: name, dimensions, timestamp, value: statistics } = parsed.data;
  const known = metricNamed(name, namespace);
  const resourceId = known === null ? null : (dimensions[RESOURCE_DIMENSION[known.resourceType]] ?? null);
  const count = Object.keys(dimensions).length;
  if (known === null || (count > 0 && resourceId === null)) return { ...document, skipped: 1 };
  // More dimensions than the resource's own: a part of it, such as one availability zone.
  if (count > 1 && hasOnlyItself(known.resourceType)) return { ...document, skipped: 1 };
  const { name: metric, resourceType, statistic } = known;
  addSeries(document, { metric, resourceType, resourceId, name, periodSeconds: 60 }, [
    { at: timestamp, value: statistic === 'Sum' ? statistics.sum : statistics.max },
  ]);
  return document;
}
