import * as z from 'zod/mini';
import { addSeries, emptyMetricDocument } from './metric-document.ts';
import type { MetricDocument } from './metric-document.ts';
import { metricNamed, metricWithin, RESOURCE_DIMENSION, resourceWithin } from './metric-names.ts';

const metricStatSchema = z.object({
  Metric: z.object({
    Namespace: z.nullish(z.string()),
    MetricName: z.string(),
    Dimensions: z.nullish(z.array(z.object({ Name: z.string(), Value: z.string() }))),
  }),
  Period: z.nullish(z.number()),
  Stat: z.nullish(z.string()),
});

const querySchema = z.object({ Id: z.string(), MetricStat: z.nullish(metricStatSchema) });

const seriesSchema = z.object({
  Id: z.nullish(z.string()),
  Label: z.nullish(z.string()),
  Timestamps: z.nullish(z.array(z.union([z.string(), z.number()]))),
  Values: z.nullish(z.array(z.number())),
  StatusCode: z.nullish(z.string()),
});

const metricDataSchema = z.object({
  MetricDataResults: z.array(z.unknown()),
  MetricDataQueries: z.nullish(z.array(z.unknown())),
});

type Series = z.infer<typeof seriesSchema>;
type MetricStat = z.infer<typeof metricStatSchema>;

/**
 * `aws cloudwatch get-metric-data`. The answer names a metric only by label and id; the queries, if somebody kept them
 * beside the results, say more. Null when the document is none.
 */
export function readMetricData(value: unknown): MetricDocument | null {
  const parsed = metricDataSchema.safeParse(value);
  if (!parsed.success) return null;
  const document = emptyMetricDocument();
  const queries = (parsed.data.MetricDataQueries ?? []).flatMap((query) => querySchema.safeParse(query).data ?? []);
  for (const [index, result] of parsed.data.MetricDataResults.entries()) {
    const series = seriesSchema.safeParse(result).data;
    if (!series) document.rejected.push(`MetricDataResults[${index}] is malformed`);
    else readSeries(series, queries.find(({ Id }) => Id === series.Id)?.MetricStat ?? null, document);
  }
  return document;
}

function readSeries(series: Series, query: MetricStat | null, document: MetricDocument): void {
  const { Label: label, Id: id } = series;
  const timestamps = series.Timestamps ?? [];
  const values = series.Values ?? [];
  const known = query
    ? metricNamed(query.Metric.MetricName, query.Metric.Namespace ?? null)
    : (metricWithin(label ?? '') ?? metricWithin(id ?? ''));
  if (known === null) {
    document.skipped += values.length;
    return;
  }
  const { name: metric, resourceType, statistic } = known;
  const dimension = RESOURCE_DIMENSION[resourceType];
  const resourceId =
    query?.Metric.Dimensions?.find(({ Name }) => Name === dimension)?.Value ??
    resourceWithin(label ?? '', resourceType) ??
    resourceWithin(id ?? '', resourceType);
  const name = label || id || metric;
  if (series.StatusCode && series.StatusCode !== 'Complete') document.warnings.push(`${name}: ${series.StatusCode}`);
  if (query?.Stat && query.Stat !== statistic)
    document.warnings.push(`${name}: statistic ${query.Stat}, where ${statistic} says what happened`);
  if (timestamps.length !== values.length)
    document.rejected.push(`${name}: ${timestamps.length} timestamps for ${values.length} values`);
  const points = values.map((value, index) => ({ value, at: timestamps[index] }));
  addSeries(document, { metric, resourceType, resourceId, name, periodSeconds: query?.Period ?? null }, points);
}
