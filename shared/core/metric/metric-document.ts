import { instantOf } from '../recognise/instant.ts';
import type { MetricMinute } from '../model/observation.ts';
import { metricMinuteOf, periodMinutesOf, periodMinutesOfSeconds } from './datapoint.ts';

/** What one metric document holds. `skipped` counts datapoints of other metrics and of parts of a resource. */
export type MetricDocument = {
  readonly minutes: MetricMinute[];
  skipped: number;
  readonly rejected: string[];
  readonly warnings: string[];
};

export const emptyMetricDocument = (): MetricDocument => ({ minutes: [], skipped: 0, rejected: [], warnings: [] });

/** One metric of one resource, as a document names it. */
export type MetricSeries = Pick<MetricMinute, 'metric' | 'resourceType' | 'resourceId'> & {
  /** What rejected values and warnings call it. */
  readonly name: string;
  /** Null when the document does not say: it is then inferred from the distances. */
  readonly periodSeconds: number | null;
};

export type MetricPoint = { readonly at: string | number | undefined; readonly value: number };

/** Adds a series to `document`; values without a readable time, or that cannot be, are rejected. */
export function addSeries(document: MetricDocument, series: MetricSeries, points: readonly MetricPoint[]): void {
  const { name, periodSeconds, metric, resourceType, resourceId } = series;
  const dated = points.flatMap(({ at, value }) => {
    const atMs = at === undefined ? null : instantOf(at);
    return atMs === null ? [] : [{ atMs, value }];
  });
  const undated = points.length - dated.length;
  if (undated > 0) document.rejected.push(`${name}: ${undated} values without a readable timestamp`);
  const periodMinutes =
    periodSeconds === null ? periodMinutesOf(dated.map(({ atMs }) => atMs)) : periodMinutesOfSeconds(periodSeconds);
  for (const point of dated) {
    const minute = metricMinuteOf({ metric, resourceType, resourceId, ...point }, periodMinutes);
    if (minute === null) document.rejected.push(`${name}: value ${point.value} out of range`);
    else document.minutes.push(minute);
  }
}
