import * as z from 'zod/mini';
import { addSeries, emptyMetricDocument } from './metric-document.ts';
import type { MetricDocument } from './metric-document.ts';
import { metricWithin, resourceWithin } from './metric-names.ts';

const statistic = z.nullish(z.number());

const datapointSchema = z.object({
  Timestamp: z.union([z.string(), z.number()]),
  Sum: statistic,
  Maximum: statistic,
  Average: statistic,
  SampleCount: statistic,
});

const metricStatisticsSchema = z.object({ Label: z.string(), Datapoints: z.array(z.unknown()) });

type Datapoint = z.infer<typeof datapointSchema>;

/**
 * `aws cloudwatch get-metric-statistics`: one metric, unsorted, with only the statistics that were asked for. Null when
 * the document is none.
 */
export function readMetricStatistics(value: unknown): MetricDocument | null {
  const parsed = metricStatisticsSchema.safeParse(value);
  if (!parsed.success) return null;
  const { Label: name, Datapoints: datapoints } = parsed.data;
  const document = emptyMetricDocument();
  const known = metricWithin(name);
  if (known === null) return { ...document, skipped: datapoints.length };
  const { name: metric, resourceType } = known;
  const points = datapoints.flatMap((each) => {
    const datapoint = datapointSchema.safeParse(each).data;
    const usable = datapoint && (known.statistic === 'Sum' ? sumOf(datapoint) : datapoint.Maximum);
    return typeof usable === 'number' && datapoint ? [{ at: datapoint.Timestamp, value: usable }] : [];
  });
  const unusable = datapoints.length - points.length;
  if (unusable > 0) document.rejected.push(`${name}: ${unusable} datapoints without ${known.statistic}`);
  const resourceId = resourceWithin(name, resourceType);
  addSeries(document, { metric, resourceType, resourceId, name, periodSeconds: null }, points);
  return document;
}

function sumOf({ Sum, Average, SampleCount }: Datapoint): number | null {
  if (typeof Sum === 'number') return Sum;
  return typeof Average === 'number' && typeof SampleCount === 'number' ? Average * SampleCount : null;
}
