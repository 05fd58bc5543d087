import * as z from 'zod/mini';
import { instantOf } from '../recognise/instant.ts';
import type { MetricMinute } from '../model/observation.ts';
import { metricMinuteOf, periodMinutesOf, periodMinutesOfSeconds } from './datapoint.ts';
import { metricNamed, metricWithin, RESOURCE_DIMENSION, resourceWithin } from './metric-names.ts';

/** What one metric document holds. `skipped` counts datapoints of other metrics and of parts of a resource. */
export type MetricDocument = {
  readonly minutes: readonly MetricMinute[];
  readonly skipped: number;
  readonly rejected: readonly string[];
  readonly warnings: readonly string[];
};

type Draft = { minutes: MetricMinute[]; skipped: number; rejected: string[]; warnings: string[] };

const emptyDraft = (): Draft => ({ minutes: [], skipped: 0, rejected: [], warnings: [] });

/** Null when the document is of none of the three shapes: metric stream, get-metric-data, get-metric-statistics. */
export function metricDocumentOf(document: unknown): MetricDocument | null {
  const line = metricStreamSchema.safeParse(document);
  if (line.success) return ofMetricStream(line.data);
  const results = metricDataSchema.safeParse(document);
  if (results.success) return ofMetricData(results.data);
  const statistics = metricStatisticsSchema.safeParse(document);
  return statistics.success ? ofMetricStatistics(statistics.data) : null;
}

const metricStreamSchema = z.object({
  namespace: z.string(),
  metric_name: z.string(),
  dimensions: z.record(z.string(), z.string()),
  timestamp: z.number(),
  value: z.object({ max: z.number(), sum: z.number() }),
});

/** A line of a metric stream in JSON: one minute of one metric, every statistic at once. */
function ofMetricStream(line: z.infer<typeof metricStreamSchema>): MetricDocument {
  const draft = emptyDraft();
  const known = metricNamed(line.metric_name);
  const dimensions = Object.keys(line.dimensions);
  const resourceId = known === null ? null : (line.dimensions[RESOURCE_DIMENSION[known.resourceType]] ?? null);
  if (known === null || dimensions.length > 1 || (dimensions.length === 1 && resourceId === null)) {
    return { ...draft, skipped: 1 };
  }
  const atMs = instantOf(line.timestamp);
  const value = known.statistic === 'Sum' ? line.value.sum : line.value.max;
  const datapoint = { metric: known.name, resourceType: known.resourceType, resourceId, value };
  const minute = atMs === null ? null : metricMinuteOf({ ...datapoint, atMs }, 1);
  if (minute === null) draft.rejected.push('timestamp or value out of range');
  else draft.minutes.push(minute);
  return draft;
}

const metricStatSchema = z.object({
  Metric: z.object({
    MetricName: z.string(),
    Dimensions: z.nullish(z.array(z.object({ Name: z.string(), Value: z.string() }))),
  }),
  Period: z.nullish(z.number()),
});

const querySchema = z.object({ Id: z.string(), MetricStat: z.nullish(metricStatSchema) });

const metricDataSchema = z.object({
  MetricDataResults: z.array(
    z.object({
      Id: z.nullish(z.string()),
      Label: z.nullish(z.string()),
      Timestamps: z.nullish(z.array(z.union([z.string(), z.number()]))),
      Values: z.nullish(z.array(z.number())),
      StatusCode: z.nullish(z.string()),
    }),
  ),
  MetricDataQueries: z.nullish(z.array(querySchema)),
});

type MetricData = z.infer<typeof metricDataSchema>;
type MetricSeries = MetricData['MetricDataResults'][number];

/** `aws cloudwatch get-metric-data`. The answer names a metric only by label and id; the queries, if kept, say more. */
function ofMetricData({ MetricDataResults: results, MetricDataQueries: queries }: MetricData): MetricDocument {
  const draft = emptyDraft();
  for (const series of results) {
    const query = queries?.find((candidate) => candidate.Id === series.Id)?.MetricStat ?? null;
    readSeries(series, query, draft);
  }
  return draft;
}

function readSeries(series: MetricSeries, query: z.infer<typeof metricStatSchema> | null, draft: Draft): void {
  const { Label: label, Id: id } = series;
  const timestamps = series.Timestamps ?? [];
  const values = series.Values ?? [];
  const known = query ? metricNamed(query.Metric.MetricName) : (metricWithin(label ?? '') ?? metricWithin(id ?? ''));
  if (known === null) {
    draft.skipped += values.length;
    return;
  }
  const dimension = RESOURCE_DIMENSION[known.resourceType];
  const resourceId =
    query?.Metric.Dimensions?.find(({ Name }) => Name === dimension)?.Value ??
    resourceWithin(label ?? '', known.resourceType) ??
    resourceWithin(id ?? '', known.resourceType);
  const name = label ?? id ?? known.name;
  if (series.StatusCode && series.StatusCode !== 'Complete') draft.warnings.push(`${name}: ${series.StatusCode}`);
  if (timestamps.length !== values.length)
    draft.rejected.push(`${name}: ${timestamps.length} timestamps for ${values.length} values`);
  const points = values.map((value, index) => ({ value, at: timestamps[index] }));
  const base = { metric: known.name, resourceType: known.resourceType, resourceId };
  addPoints(points, base, query?.Period ?? null, name, draft);
}

const statistic = z.nullish(z.number());

const metricStatisticsSchema = z.object({
  Label: z.string(),
  Datapoints: z.array(
    z.object({
      Timestamp: z.union([z.string(), z.number()]),
      Sum: statistic,
      Maximum: statistic,
      Average: statistic,
      SampleCount: statistic,
    }),
  ),
});

/** `aws cloudwatch get-metric-statistics`: one metric, unsorted, only the statistics that were asked for. */
function ofMetricStatistics({ Label, Datapoints }: z.infer<typeof metricStatisticsSchema>): MetricDocument {
  const draft = emptyDraft();
  const known = metricWithin(Label);
  if (known === null) return { ...draft, skipped: Datapoints.length };
  const points = Datapoints.map((point) => ({
    at: point.Timestamp,
    value: known.statistic === 'Sum' ? sumOf(point) : (point.Maximum ?? undefined),
  }));
  const usable = points.flatMap(({ at, value }) => (value === undefined ? [] : [{ at, value }]));
  const unusable = points.length - usable.length;
  if (unusable > 0) draft.rejected.push(`${Label}: ${unusable} datapoints without ${known.statistic}`);
  const resourceId = resourceWithin(Label, known.resourceType);
  addPoints(usable, { metric: known.name, resourceType: known.resourceType, resourceId }, null, Label, draft);
  return draft;
}

function sumOf({ Sum, Average, SampleCount }: z.infer<typeof metricStatisticsSchema>['Datapoints'][number]) {
  if (Sum !== undefined && Sum !== null) return Sum;
  return typeof Average === 'number' && typeof SampleCount === 'number' ? Average * SampleCount : undefined;
}

type Series = Pick<MetricMinute, 'metric' | 'resourceType' | 'resourceId'>;
type Point = { readonly at: string | number | undefined; readonly value: number };

function addPoints(
  points: readonly Point[],
  series: Series,
  periodSeconds: number | null,
  name: string,
  draft: Draft,
): void {
  const dated = points.flatMap(({ at, value }) => {
    const atMs = at === undefined ? null : instantOf(at);
    return atMs === null ? [] : [{ atMs, value }];
  });
  const undated = points.length - dated.length;
  if (undated > 0) draft.rejected.push(`${name}: ${undated} values without a readable timestamp`);
  const periodMinutes =
    periodSeconds === null ? periodMinutesOf(dated.map(({ atMs }) => atMs)) : periodMinutesOfSeconds(periodSeconds);
  for (const point of dated) {
    const minute = metricMinuteOf({ ...series, ...point }, periodMinutes);
    if (minute === null) draft.rejected.push(`${name}: value ${point.value} out of range`);
    else draft.minutes.push(minute);
  }
}
