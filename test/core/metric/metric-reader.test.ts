import { describe, expect, test } from 'vitest';
import { createMetricReader, UNNAMED_METRIC_SCOPE } from '../../../shared/core/metric/metric-reader.ts';
import type { MetricMinute } from '../../../shared/core/model/observation.ts';
import { readText } from '../reading.ts';

const NAT = 'nat-0aaaabbbbccccdddd';
const MINUTE = Date.UTC(2026, 0, 1, 10) / 60_000;

const read = (document: unknown, natGateway: string | null = NAT) =>
  readText(
    createMetricReader({ file: 'metrics.json', natGateway }),
    typeof document === 'string' ? document : JSON.stringify(document, null, 2),
  );

const rowsOf = (document: unknown, natGateway: string | null = NAT) =>
  read(document, natGateway).scopes.flatMap(({ observations }) => observations as readonly MetricMinute[]);

const boring: MetricMinute = {
  kind: 'metric',
  minute: MINUTE,
  resourceType: 'nat-gateway',
  resourceId: NAT,
  metric: 'ErrorPortAllocation',
  value: 12,
  periodMinutes: 1,
};

const series = (overrides: object) => ({
  MetricDataResults: [
    {
      Id: 'm1',
      Label: 'ErrorPortAllocation',
      Timestamps: ['2026-01-01T10:00:00+00:00'],
      Values: [12],
      StatusCode: 'Complete',
      ...overrides,
    },
  ],
});

describe('metrics of CloudWatch agents', () => {
  const INSTANCE = 'i-0123456789abcdef0';
  const host = { ...boring, resourceType: 'host', resourceId: INSTANCE, metric: 'netstat_tcp_time_wait' };

  test('are read from a metric stream under whatever dimensions the agent adds', () => {
    const line = {
      namespace: 'CWAgent',
      metric_name: 'netstat_tcp_time_wait',
      dimensions: { InstanceId: INSTANCE, ImageId: 'ami-1', InstanceType: 'm7g.large' },
      timestamp: MINUTE * 60_000,
      value: { max: 12, sum: 24, min: 12, count: 2 },
    };
    expect(rowsOf(JSON.stringify(line))).toEqual([host]);
    expect(rowsOf(JSON.stringify({ ...line, dimensions: { host: 'ip-10-0-1-5' } }))).toEqual([]);
    expect(rowsOf(JSON.stringify({ ...line, metric_name: 'netstat_tcp_listen' }))).toEqual([]);
  });

  test('are read from get-metric-data by label', () => {
    expect(rowsOf(series({ Label: `${INSTANCE} netstat_tcp_time_wait` }))).toEqual([host]);
  });
});

describe('get-metric-data', () => {
  test('takes the metric from the label and the gateway from the caller', () => {
    const reading = read(series({}));
    expect(reading.scopes).toEqual([{ scope: NAT, observations: [boring] }]);
    expect(reading.counts).toEqual({ read: 1, rejected: 0, skipped: 0, rejectedExamples: [] });
    expect(reading.warnings).toEqual([]);
  });

  test.each([
    ['the label', { Label: 'nat-0123456789abcdef0 ErrorPortAllocation' }],
    ['the id', { Id: 'errorPortAllocation_nat_0123456789abcdef0', Label: 'errors' }],
    ['the id in front', { Id: 'nat_0123456789abcdef0_error_port_allocation', Label: '' }],
  ])('prefers the gateway named by %s', (_, overrides) => {
    expect(rowsOf(series(overrides))).toEqual([{ ...boring, resourceId: 'nat-0123456789abcdef0' }]);
  });

  test('takes everything from the queries when they are kept beside the results', () => {
    const document = {
      ...series({ Label: 'failed allocations' }),
      MetricDataQueries: [
        {
          Id: 'm1',
          MetricStat: {
            Metric: {
              Namespace: 'AWS/NATGateway',
              MetricName: 'ErrorPortAllocation',
              Dimensions: [{ Name: 'NatGatewayId', Value: 'nat-0123456789abcdef0' }],
            },
            Period: 300,
            Stat: 'Sum',
          },
        },
      ],
    };
    expect(rowsOf(document)).toEqual([{ ...boring, resourceId: 'nat-0123456789abcdef0', periodMinutes: 5 }]);
  });

  test('warns of a statistic that says something else, and keeps a series apart from a malformed one', () => {
    const MetricStat = { Metric: { MetricName: 'ErrorPortAllocation' }, Stat: 'Average' };
    const document = { ...series({}), MetricDataQueries: [{ Id: 'm1', MetricStat }, null] };
    expect(read(document).warnings).toEqual(['ErrorPortAllocation: statistic Average, where Sum says what happened']);
    const { MetricDataResults } = series({});
    const reading = read({ MetricDataResults: [{ Values: ['many'] }, ...MetricDataResults] });
    expect(reading.counts).toMatchObject({ read: 1, rejected: 1 });
  });

  test('infers the period from the distances of unsorted timestamps', () => {
    const Timestamps = ['2026-01-01T10:20:00Z', '2026-01-01T10:00:00Z', '2026-01-01T10:05:00Z'];
    const rows = rowsOf(series({ Timestamps, Values: [1, 2, 3] }));
    expect(rows.map((row) => [row.minute - MINUTE, row.value, row.periodMinutes])).toEqual([
      [20, 1, 5],
      [0, 2, 5],
      [5, 3, 5],
    ]);
  });

  test('skips and counts metrics it does not use, and warns of partial answers', () => {
    const reading = read(series({ Label: 'BytesOutToSource' }));
    expect(reading.counts).toMatchObject({ read: 0, skipped: 1 });
    expect(reading.warnings).toEqual(['1 datapoints of metrics that Freeport does not use']);
    expect(read(series({ StatusCode: 'PartialData' })).warnings).toEqual(['ErrorPortAllocation: PartialData']);
  });

  test('rejects values that cannot be, and goes on', () => {
    const Timestamps = ['2026-01-01T10:00:00Z', 'soon', '2026-01-01T10:02:00Z'];
    const reading = read(series({ Timestamps, Values: [-1, 5, 6] }));
    expect(reading.scopes[0]?.observations).toEqual([{ ...boring, minute: MINUTE + 2, value: 6, periodMinutes: 2 }]);
    expect(reading.counts).toMatchObject({ read: 1, rejected: 2 });
  });

  test('says that a gateway is needed when neither the file nor the caller names one', () => {
    const reading = read(series({}), null);
    expect(reading.scopes).toEqual([{ scope: UNNAMED_METRIC_SCOPE, observations: [{ ...boring, resourceId: null }] }]);
    expect(reading.warnings).toEqual(['1 datapoints name no NAT gateway: pass --nat-gateway ID']);
  });
});

describe('get-metric-statistics', () => {
  const statistics = (Label: string, point: object) => ({
    Label,
    Datapoints: [{ Timestamp: '2026-01-01T10:00:00+00:00', Unit: 'Count', ...point }],
  });

  test('takes the sum of counters and the maximum of gauges', () => {
    expect(rowsOf(statistics('ErrorPortAllocation', { Sum: 12, Maximum: 3 }))).toEqual([boring]);
    const gauge = rowsOf(statistics('ActiveConnectionCount', { Sum: 12, Maximum: 3 }));
    expect(gauge).toEqual([{ ...boring, metric: 'ActiveConnectionCount', value: 3 }]);
  });

  test('computes a sum from average and sample count, and rejects a point without its statistic', () => {
    expect(rowsOf(statistics('ErrorPortAllocation', { Average: 3, SampleCount: 4 }))).toEqual([boring]);
    const reading = read(statistics('ActiveConnectionCount', { Sum: 12 }));
    expect(reading.counts).toMatchObject({ read: 0, rejected: 1 });
    expect(reading.counts.rejectedExamples[0]?.reason).toBe('ActiveConnectionCount: 1 datapoints without Maximum');
  });
});

describe('metric streams', () => {
  const line = (overrides: object) =>
    JSON.stringify({
      metric_stream_name: 'all',
      account_id: '123456789012',
      region: 'us-east-1',
      namespace: 'AWS/NATGateway',
      metric_name: 'ErrorPortAllocation',
      dimensions: { NatGatewayId: NAT },
      timestamp: MINUTE * 60_000,
      value: { max: 7, min: 0, sum: 12, count: 60 },
      unit: 'Count',
      ...overrides,
    });

  test('name their gateway, one line one datapoint', () => {
    expect(rowsOf(`${line({})}\n${line({ metric_name: 'ActiveConnectionCount' })}\n`, null)).toEqual([
      boring,
      { ...boring, metric: 'ActiveConnectionCount', value: 7 },
    ]);
  });

  test('count load balancers as a whole, not their zones a second time', () => {
    const balancer = {
      namespace: 'AWS/NetworkELB',
      metric_name: 'PortAllocationErrorCount',
      dimensions: { LoadBalancer: 'net/front/0123456789abcdef' },
    };
    const zone = { ...balancer, dimensions: { ...balancer.dimensions, AvailabilityZone: 'us-east-1a' } };
    const reading = read(`${line(balancer)}\n${line(zone)}\n`);
    expect(reading.scopes).toEqual([
      {
        scope: 'net/front/0123456789abcdef',
        observations: [
          {
            ...boring,
            resourceType: 'load-balancer',
            resourceId: 'net/front/0123456789abcdef',
            metric: 'PortAllocationErrorCount',
          },
        ],
      },
    ]);
    expect(reading.counts).toMatchObject({ read: 1, skipped: 1 });
  });

  test('of other services have metrics of the same name', () => {
    const balancer = { namespace: 'AWS/ApplicationELB', metric_name: 'ActiveConnectionCount', dimensions: {} };
    expect(read(line(balancer)).counts).toMatchObject({ read: 0, skipped: 1 });
  });

  test('reject broken lines with their number', () => {
    const reading = read(`${line({})}\n{"namespace":\n`);
    expect(reading.counts).toMatchObject({ read: 1, rejected: 1 });
    expect(reading.counts.rejectedExamples[0]).toMatchObject({ file: 'metrics.json', line: 2 });
  });
});
