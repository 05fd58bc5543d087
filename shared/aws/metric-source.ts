import { GetMetricDataCommand, type CloudWatchClient, type MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import type { MetricMinute, MetricName } from '../core/model/observation.ts';
import { MINUTE_MS, minuteOf, type TimeWindow } from '../core/model/time.ts';
import type { MetricSource } from '../ports.ts';

/** The statistic that says something of each metric; a sum of gauges or a mean of counts would not. */
const NAT_METRICS: readonly (readonly [MetricName, 'Sum' | 'Maximum'])[] = [
  ['ErrorPortAllocation', 'Sum'],
  ['ActiveConnectionCount', 'Maximum'],
  ['ConnectionAttemptCount', 'Sum'],
  ['ConnectionEstablishedCount', 'Sum'],
  ['IdleTimeoutCount', 'Sum'],
  ['PacketsDropCount', 'Sum'],
  ['PeakBytesPerSecond', 'Maximum'],
  ['PeakPacketsPerSecond', 'Maximum'],
];

const QUERIES_PER_CALL = 500;
const PAGES_LIMIT = 100;
const PERIOD_SECONDS = 60;

type Wanted = { readonly id: string; readonly metric: MetricName; readonly query: MetricDataQuery };

/** One-minute datapoints of NAT gateways. A minute without a datapoint is absent: CloudWatch has none, which is not zero. */
export function createMetricSource(cloudwatch: CloudWatchClient): MetricSource {
  return {
    async natGatewayMetrics(ids, window) {
      const wanted = ids.flatMap((id, at) => NAT_METRICS.map((metric, m) => wantedOf(id, metric, `q${at}_${m}`)));
      const minutes: MetricMinute[] = [];
      for (let at = 0; at < wanted.length; at += QUERIES_PER_CALL)
        minutes.push(...(await readMetrics(cloudwatch, wanted.slice(at, at + QUERIES_PER_CALL), window)));
      return minutes;
    },
  };
}

const wantedOf = (id: string, [metric, statistic]: (typeof NAT_METRICS)[number], queryId: string): Wanted => ({
  id,
  metric,
  query: {
    Id: queryId,
    MetricStat: {
      Metric: {
        Namespace: 'AWS/NATGateway',
        MetricName: metric,
        Dimensions: [{ Name: 'NatGatewayId', Value: id }],
      },
      Period: PERIOD_SECONDS,
      Stat: statistic,
    },
  },
});

async function readMetrics(
  cloudwatch: CloudWatchClient,
  wanted: readonly Wanted[],
  window: TimeWindow,
): Promise<MetricMinute[]> {
  const byQuery = new Map(wanted.map((one) => [one.query.Id, one]));
  const minutes: MetricMinute[] = [];
  let nextToken: string | undefined;
  for (let page = 0; page < PAGES_LIMIT; page += 1) {
    const answer = await cloudwatch.send(
      new GetMetricDataCommand({
        MetricDataQueries: wanted.map(({ query }) => query),
        StartTime: new Date(Math.floor(window.startMs / MINUTE_MS) * MINUTE_MS),
        EndTime: new Date(window.endMs),
        NextToken: nextToken,
      }),
    );
    for (const result of answer.MetricDataResults ?? []) {
      const one = byQuery.get(result.Id);
      if (one === undefined) continue;
      const values = result.Values ?? [];
      for (const [at, timestamp] of (result.Timestamps ?? []).entries())
        minutes.push(metricMinute(one, timestamp, values[at] ?? Number.NaN));
    }
    nextToken = answer.NextToken;
    if (nextToken === undefined) return minutes.filter(({ value }) => Number.isFinite(value));
  }
  throw new Error(`GetMetricData did not end after ${PAGES_LIMIT} pages`);
}

const metricMinute = ({ id, metric }: Wanted, timestamp: Date, value: number): MetricMinute => ({
  kind: 'metric',
  minute: minuteOf(timestamp.getTime()),
  resourceType: 'nat-gateway',
  resourceId: id,
  metric,
  value,
  periodMinutes: 1,
});
