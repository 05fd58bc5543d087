import { isoOf, MINUTE_MS } from '../model/time.ts';
import { textBytes, type Sink } from './deliveries.ts';
import { ACCOUNT, REGION } from './flow-format.ts';

/** What CloudWatch counts of a NAT gateway in one minute. */
export type GatewayMinute = {
  ErrorPortAllocation: number;
  ActiveConnectionCount: number;
  ConnectionAttemptCount: number;
  ConnectionEstablishedCount: number;
  IdleTimeoutCount: number;
  PacketsDropCount: number;
  PeakBytesPerSecond: number;
  PeakPacketsPerSecond: number;
};

export const quietGatewayMinute = (): GatewayMinute => ({
  ErrorPortAllocation: 0,
  ActiveConnectionCount: 0,
  ConnectionAttemptCount: 0,
  ConnectionEstablishedCount: 0,
  IdleTimeoutCount: 0,
  PacketsDropCount: 0,
  PeakBytesPerSecond: 0,
  PeakPacketsPerSecond: 0,
});

export type MetricSeriesName = { readonly namespace: string; readonly dimension: string; readonly resourceId: string };

export type MetricPoint = {
  readonly series: MetricSeriesName;
  readonly metric: string;
  readonly atMs: number;
  readonly value: number;
};

const MAXIMA = new Set(['ActiveConnectionCount', 'PeakBytesPerSecond', 'PeakPacketsPerSecond']);

/** Lines of a CloudWatch metric stream in JSON, one minute of one resource. */
export function deliverMetricStream(sink: Sink, points: readonly MetricPoint[], minuteStartMs: number): void {
  const text = points.map((point) => `${streamLine(point)}\n`).join('');
  const path = `metrics/stream/${isoOf(minuteStartMs).replaceAll(':', '')}.json`;
  sink({ kind: 'metric', path, bytes: textBytes(text), completeMs: minuteStartMs + MINUTE_MS });
}

function streamLine({ series, metric, atMs, value }: MetricPoint): string {
  const isMaximum = MAXIMA.has(metric);
  return JSON.stringify({
    metric_stream_name: 'all-metrics',
    account_id: ACCOUNT,
    region: REGION,
    namespace: series.namespace,
    metric_name: metric,
    dimensions: { [series.dimension]: series.resourceId },
    timestamp: atMs,
    value: { max: value, min: isMaximum ? value : 0, sum: value, count: 1 },
    unit: isMaximum && metric !== 'ActiveConnectionCount' ? 'Bytes' : 'Count',
  });
}

/** What `aws cloudwatch get-metric-statistics` prints: a file per metric of a resource, in no order of time. */
export function deliverMetricStatistics(sink: Sink, points: readonly MetricPoint[], endMs: number): void {
  for (const [name, ofSeries] of Map.groupBy(points, ({ series, metric }) => `${series.resourceId}/${metric}`)) {
    const [first] = ofSeries as [MetricPoint];
    const statistic = MAXIMA.has(first.metric) ? 'Maximum' : 'Sum';
    const answer = {
      Label: `${first.series.resourceId} ${first.metric}`,
      Datapoints: ofSeries
        .map(({ atMs, value }) => ({ Timestamp: isoOf(atMs), [statistic]: value, Unit: 'Count' }))
        .toSorted((a, b) => (a.Timestamp.slice(-6) < b.Timestamp.slice(-6) ? -1 : 1)),
    };
    const bytes = textBytes(`${JSON.stringify(answer, null, 2)}\n`);
    const path = `metrics/${name.replaceAll('/', '-')}.get-metric-statistics.json`;
    sink({ kind: 'metric', path, bytes, completeMs: endMs });
  }
}

/** What `aws cloudwatch get-metric-data` prints for one resource: a series per metric, oldest first. */
export function deliverMetricData(sink: Sink, points: readonly MetricPoint[], endMs: number): void {
  for (const [resourceId, ofResource] of Map.groupBy(points, ({ series }) => series.resourceId)) {
    const results = [...Map.groupBy(ofResource, ({ metric }) => metric)].map(([metric, ofMetric]) => ({
      Id: `${metric[0]?.toLowerCase()}${metric.slice(1)}`,
      Label: `${resourceId} ${metric}`,
      Timestamps: ofMetric.map(({ atMs }) => isoOf(atMs)),
      Values: ofMetric.map(({ value }) => value),
      StatusCode: 'Complete',
    }));
    const path = `metrics/${resourceId.replaceAll('/', '-')}.get-metric-data.json`;
    sink({
      kind: 'metric',
      path,
      bytes: textBytes(`${JSON.stringify({ MetricDataResults: results, Messages: [] }, null, 2)}\n`),
      completeMs: endMs,
    });
  }
}
