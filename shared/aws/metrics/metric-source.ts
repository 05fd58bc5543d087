import {
  GetMetricDataCommand,
  type CloudWatchClient,
  type Dimension,
  type MetricDataQuery,
} from '@aws-sdk/client-cloudwatch';
import { METRIC_NAMESPACE, RESOURCE_DIMENSION } from '../../core/metric/metric-names.ts';
import {
  HOST_METRICS,
  type MetricMinute,
  type MetricName,
  type MetricResourceType,
} from '../../core/model/observation.ts';
import { MINUTE_MS, minuteOf, type TimeWindow } from '../../core/model/time.ts';
import type { MetricSource } from '../../ports.ts';
import { createAgentDimensions } from './agent-dimensions.ts';

/** `all` at leisure; `few`, the ones that tell a live incident, while one is open. Each metric of each poll costs money. */
export type MetricSelection = 'all' | 'few';

export type AwsMetricSource = MetricSource & {
  read(resources: MetricResources, selection: MetricSelection, window: TimeWindow): Promise<readonly MetricMinute[]>;
};

export type MetricResources = {
  readonly natGateways: readonly string[];
  readonly loadBalancers: readonly string[];
  /** EC2 instances, whose CloudWatch agents are asked. */
  readonly hosts: readonly string[];
};

/** The statistic that says something of each metric; a sum of gauges or a mean of counts would not. */
type Wanted = {
  readonly resourceId: string;
  readonly resourceType: MetricResourceType;
  readonly metric: MetricName;
  readonly query: MetricDataQuery;
};

const NAT_METRICS = [
  ['ErrorPortAllocation', 'Sum', 'few'],
  ['ActiveConnectionCount', 'Maximum', 'few'],
  ['ConnectionAttemptCount', 'Sum', 'few'],
  ['ConnectionEstablishedCount', 'Sum', 'few'],
  ['IdleTimeoutCount', 'Sum', 'all'],
  ['PacketsDropCount', 'Sum', 'all'],
  ['PeakBytesPerSecond', 'Maximum', 'all'],
  ['PeakPacketsPerSecond', 'Maximum', 'all'],
] as const;

const QUERIES_PER_CALL = 500;
const PAGES_LIMIT = 100;
const PERIOD_SECONDS = 60;

/** One-minute datapoints. A minute without a datapoint is absent: CloudWatch has none, which is not zero. */
export function createMetricSource(cloudwatch: CloudWatchClient): AwsMetricSource {
  const agents = createAgentDimensions(cloudwatch);
  const wantedOfHosts = async (hosts: readonly string[], nowMs: number): Promise<Wanted[]> => {
    const wanted: Wanted[] = [];
    for (const [at, id] of hosts.entries()) {
      const dimensions = await agents.of(id, nowMs);
      if (dimensions !== null)
        wanted.push(...HOST_METRICS.map((metric) => hostMetric(id, metric, dimensions, `h${at}`)));
    }
    return wanted;
  };
  const read: AwsMetricSource['read'] = async (resources, selection, window) => {
    const wanted = [...wantedOf(resources, selection), ...(await wantedOfHosts(resources.hosts, window.endMs))];
    const minutes: MetricMinute[] = [];
    for (let at = 0; at < wanted.length; at += QUERIES_PER_CALL)
      minutes.push(...(await readMetrics(cloudwatch, wanted.slice(at, at + QUERIES_PER_CALL), window)));
    return minutes;
  };
  return {
    read,
    natGatewayMetrics: (natGateways, window) => read({ natGateways, loadBalancers: [], hosts: [] }, 'all', window),
  };
}

function wantedOf({ natGateways, loadBalancers }: MetricResources, selection: MetricSelection): Wanted[] {
  const metrics = NAT_METRICS.filter(([, , when]) => selection === 'all' || when === 'few');
  return [
    ...natGateways.flatMap((id, at) =>
      metrics.map(([metric, statistic]) => natMetric(id, metric, statistic, `n${at}_${metric.toLowerCase()}`)),
    ),
    ...loadBalancers.map((id, at) => loadBalancerMetric(id, `l${at}`)),
  ];
}

const natMetric = (resourceId: string, metric: MetricName, Stat: string, Id: string): Wanted => ({
  resourceId,
  resourceType: 'nat-gateway',
  metric,
  query: queryOf(Id, Stat, 'nat-gateway', metric, resourceId),
});

const loadBalancerMetric = (resourceId: string, Id: string): Wanted => ({
  resourceId,
  resourceType: 'load-balancer',
  metric: 'PortAllocationErrorCount',
  query: queryOf(Id, 'Sum', 'load-balancer', 'PortAllocationErrorCount', resourceId),
});

const hostMetric = (
  resourceId: string,
  metric: MetricName,
  dimensions: readonly Dimension[],
  prefix: string,
): Wanted => ({
  resourceId,
  resourceType: 'host',
  metric,
  query: queryOf(`${prefix}_${metric}`, 'Maximum', 'host', metric, resourceId, dimensions),
});

const queryOf = (
  Id: string,
  Stat: string,
  resourceType: MetricResourceType,
  MetricName: string,
  Value: string,
  dimensions: readonly Dimension[] = [{ Name: RESOURCE_DIMENSION[resourceType], Value }],
): MetricDataQuery => {
  const Metric = { Namespace: METRIC_NAMESPACE[resourceType], MetricName, Dimensions: [...dimensions] };
  return { Id, MetricStat: { Metric, Period: PERIOD_SECONDS, Stat } };
};

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

const metricMinute = ({ resourceId, resourceType, metric }: Wanted, timestamp: Date, value: number): MetricMinute => ({
  kind: 'metric',
  minute: minuteOf(timestamp.getTime()),
  resourceType,
  resourceId,
  metric,
  value,
  periodMinutes: 1,
});
