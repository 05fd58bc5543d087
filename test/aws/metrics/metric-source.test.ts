import { CloudWatchClient, GetMetricDataCommand, ListMetricsCommand } from '@aws-sdk/client-cloudwatch';
import { describe, expect, it } from 'vitest';
import { hostsOf, networkLoadBalancers, pollWindow } from '../../../shared/aws/metrics/metric-polls.ts';
import { createMetricSource } from '../../../shared/aws/metrics/metric-source.ts';
import { EMPTY_INVENTORY, type NetworkInterface } from '../../../shared/core/model/inventory.ts';
import { MINUTE_MS, minuteOf } from '../../../shared/core/model/time.ts';
import { boringFinding } from '../../contract/boring.ts';

const START_MS = Date.parse('2026-01-01T10:00:00Z');
const WINDOW = { startMs: START_MS, endMs: START_MS + 5 * MINUTE_MS };
const NONE = { natGateways: [], loadBalancers: [], hosts: [] };
const INSTANCE = 'i-0123456789abcdef0';
const AGENT = [
  { Name: 'InstanceId', Value: INSTANCE },
  { Name: 'InstanceType', Value: 'm7g.large' },
];

/** CloudWatch with one datapoint per query, and agents on the instances named. */
function fakeCloudWatch(agents: readonly string[] = [INSTANCE], pages = 1) {
  const asked: string[] = [];
  let calls = 0;
  const send = async (command: unknown): Promise<unknown> => {
    if (command instanceof ListMetricsCommand) {
      asked.push('ListMetrics');
      const id = command.input.Dimensions?.[0]?.Value ?? '';
      return { Metrics: agents.includes(id) ? [{ Dimensions: AGENT }] : [] };
    }
    if (!(command instanceof GetMetricDataCommand)) throw new Error('not known');
    calls += 1;
    const queries = command.input.MetricDataQueries ?? [];
    asked.push(...queries.map(({ MetricStat }) => JSON.stringify(MetricStat?.Metric)));
    return {
      MetricDataResults: queries.map(({ Id }) => ({ Id, Timestamps: [new Date(START_MS)], Values: [calls] })),
      ...(calls < pages ? { NextToken: 'more' } : {}),
    };
  };
  const cloudwatch = Object.assign(new CloudWatchClient({ region: 'us-east-1' }), { send });
  return { source: createMetricSource(cloudwatch), asked, calls: () => calls };
}

describe('metrics of CloudWatch', () => {
  it('are eight of a NAT gateway, four of which tell an incident', async () => {
    const { source } = fakeCloudWatch();
    const resources = { ...NONE, natGateways: ['nat-1'] };
    const all = await source.read(resources, 'all', WINDOW);
    expect(all).toHaveLength(8);
    const few = await source.read(resources, 'few', WINDOW);
    expect(few.map(({ metric }) => metric)).toEqual([
      'ErrorPortAllocation',
      'ActiveConnectionCount',
      'ConnectionAttemptCount',
      'ConnectionEstablishedCount',
    ]);
  });

  it('are the failed allocations of a network load balancer', async () => {
    const { source, asked } = fakeCloudWatch();
    const rows = await source.read({ ...NONE, loadBalancers: ['net/edge/0123456789abcdef'] }, 'all', WINDOW);
    expect(rows).toEqual([
      {
        kind: 'metric',
        minute: minuteOf(START_MS),
        resourceType: 'load-balancer',
        resourceId: 'net/edge/0123456789abcdef',
        metric: 'PortAllocationErrorCount',
        value: 1,
        periodMinutes: 1,
      },
    ]);
    expect(asked[0]).toContain('AWS/NetworkELB');
  });

  it('are what the agent of a host counts, under the dimensions that it writes', async () => {
    const { source, asked } = fakeCloudWatch();
    const rows = await source.read({ ...NONE, hosts: [INSTANCE] }, 'few', WINDOW);
    expect(rows.map(({ resourceType, resourceId, metric }) => `${resourceType} ${resourceId} ${metric}`)).toEqual([
      `host ${INSTANCE} netstat_tcp_time_wait`,
      `host ${INSTANCE} netstat_tcp_established`,
      `host ${INSTANCE} netstat_tcp_close_wait`,
      `host ${INSTANCE} netstat_tcp_syn_sent`,
    ]);
    expect(asked.at(-1)).toContain('"InstanceType"');
  });

  it('ask once in a while which agents there are, and nothing of a host without one', async () => {
    const { source, asked, calls } = fakeCloudWatch([]);
    for (const minutes of [0, 1, 14, 15]) {
      const window = { startMs: WINDOW.startMs, endMs: WINDOW.endMs + minutes * MINUTE_MS };
      expect(await source.read({ ...NONE, hosts: [INSTANCE] }, 'few', window)).toEqual([]);
    }
    expect([asked, calls()]).toEqual([['ListMetrics', 'ListMetrics'], 0]);
  });

  it('go on over pages, five hundred a call', async () => {
    const many = Array.from({ length: 70 }, (_, index) => `nat-${index}`);
    const { source, calls } = fakeCloudWatch([], 2);
    expect(await source.read({ ...NONE, natGateways: many }, 'all', WINDOW)).toHaveLength(500 * 2 + 60);
    expect(calls()).toBe(3);
  });
});

describe('what is polled', () => {
  const face = (override: Partial<NetworkInterface>): NetworkInterface => ({
    id: 'eni-1',
    vpcId: null,
    subnetId: null,
    addresses: [],
    interfaceType: null,
    description: '',
    instanceId: null,
    owner: null,
    ...override,
  });

  it('network load balancers are known by their interfaces', () => {
    const interfaces = [
      'ELB net/edge/0123456789abcdef',
      'ELB net/edge/0123456789abcdef',
      'ELB app/web/0123456789abcdef',
    ];
    const known = { ...EMPTY_INVENTORY, interfaces: interfaces.map((description) => face({ description })) };
    expect(networkLoadBalancers(known)).toEqual(['net/edge/0123456789abcdef']);
  });

  it('hosts are the instances behind open findings, by their subject and their sources', () => {
    const interfaces = [
      face({ addresses: ['10.0.0.1'], instanceId: 'i-subject' }),
      face({ addresses: ['10.0.0.2'], instanceId: 'i-source' }),
      face({ addresses: ['10.0.0.3'], instanceId: 'i-other' }),
    ];
    const [source] = boringFinding().sources;
    if (source === undefined) throw new Error('the boring finding has a source');
    const finding = boringFinding({
      subject: { type: 'source-address', id: '10.0.0.1' },
      sources: [{ ...source, address: '10.0.0.2' }],
    });
    expect(hostsOf([finding, finding], { ...EMPTY_INVENTORY, interfaces })).toEqual(['i-subject', 'i-source']);
    expect(hostsOf([], { ...EMPTY_INVENTORY, interfaces })).toEqual([]);
  });

  it('a poll that comes late reads up to its own time, within bounds', () => {
    const minute = minuteOf(START_MS);
    const endOf = (lateMs: number) => pollWindow(minute, 'few', START_MS + lateMs).endMs - START_MS;
    expect([0, 30_000, 300_000, 86_400_000].map(endOf)).toEqual([60_000, 60_000, 300_000, 960_000]);
  });

  it('windows overlap, and within one a later poll begins where an earlier one did', () => {
    const starts = Array.from({ length: 15 }, (_, i) => pollWindow(minuteOf(START_MS) + i, 'few', START_MS).startMs);
    expect(new Set(starts).size).toBe(2);
    for (const [i, startMs] of starts.entries()) expect(startMs).toBeLessThanOrEqual(START_MS + (i - 7) * MINUTE_MS);
  });
});
