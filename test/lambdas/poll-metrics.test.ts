import { describe, expect, it } from 'vitest';
import { createHandler } from '../../lambdas/poll-metrics/handler.ts';
import { createLog } from '../../shared/aws/log.ts';
import type { MetricSelection } from '../../shared/aws/metrics/metric-source.ts';
import type { AlarmedResources } from '../../shared/aws/metrics/port-alarm.ts';
import type { Finding } from '../../shared/core/finding/schema.ts';
import { EMPTY_INVENTORY } from '../../shared/core/model/inventory.ts';
import type { MetricMinute } from '../../shared/core/model/observation.ts';
import { minuteOf } from '../../shared/core/model/time.ts';
import { boringFinding, boringGateway } from '../contract/boring.ts';
import { partStoreInMemory } from './part-store-in-memory.ts';

const AT_INTERVAL = '2026-01-01T10:05:00Z';
const BETWEEN = '2026-01-01T10:06:00Z';
const AT_LEISURE = '2026-01-01T10:15:00Z';
const NAT = 'nat-0a1b2c3d4e5f60718';
const OTHER = 'nat-0b1b2c3d4e5f60718';
const BALANCER = 'net/edge/0123456789abcdef';

const errors = (value: number): MetricMinute => ({
  kind: 'metric',
  minute: minuteOf(Date.parse(AT_INTERVAL)),
  resourceType: 'nat-gateway',
  resourceId: NAT,
  metric: 'ErrorPortAllocation',
  value,
  periodMinutes: 1,
});

const NOTHING: AlarmedResources = { natGateways: [], loadBalancers: [] };

const interfaceOf = (over: object) => ({
  id: 'eni-1',
  vpcId: null,
  subnetId: null,
  addresses: [],
  interfaceType: null,
  description: '',
  instanceId: null,
  owner: null,
  ...over,
});

function setUp({
  findings = [] as readonly Finding[],
  gateways = [boringGateway({ id: NAT }), boringGateway({ id: OTHER })],
  rows = [errors(0)],
  ringing = NOTHING,
} = {}) {
  const polls: object[] = [];
  const asked: string[] = [];
  const store = partStoreInMemory();
  const [source] = boringFinding().sources;
  const interfaces = [
    interfaceOf({ addresses: [source?.address ?? ''], instanceId: 'i-0123456789abcdef0' }),
    interfaceOf({ id: 'eni-2', description: `ELB ${BALANCER}` }),
  ];
  const handler = createHandler({
    metrics: {
      read: async (resources, selection: MetricSelection) => {
        polls.push({ selection, ...resources });
        return rows;
      },
    },
    alarms: { ringing: async () => ringing, alarmedBy: (event) => (event === RINGS ? ringing : null) },
    inventory: {
      get: async () => ({
        ...EMPTY_INVENTORY,
        natGateways: gateways,
        interfaces: gateways.length > 0 ? interfaces : [],
      }),
    },
    findings: { list: async () => ({ findings, nextCursor: null }) },
    parts: store,
    requests: { request: async (reason) => void asked.push(reason) },
    clock: { nowMs: () => Date.parse(BETWEEN) },
    log: createLog({ functionName: 'test', nowMs: () => 0, write: () => {} }),
    watchedConnections: 22_000,
  });
  return { handler, polls, asked, parts: store.parts };
}

const RINGS = { source: 'aws.cloudwatch' };
const EVERYTHING = { natGateways: [NAT, OTHER], loadBalancers: [BALANCER], hosts: [] };

describe('poll-metrics', () => {
  it('reads all metrics at leisure, the few at the interval, and nothing between while nothing is watched', async () => {
    const { handler, polls, parts } = setUp({ findings: [boringFinding({ status: 'resolved' })] });
    for (const scheduledTime of [AT_LEISURE, AT_INTERVAL, BETWEEN]) await handler({ scheduledTime });
    expect(polls).toEqual([
      { selection: 'all', ...EVERYTHING },
      { selection: 'few', ...EVERYTHING },
    ]);
    expect(parts()).toMatchObject([
      { source: 'metric', scope: NAT },
      { source: 'metric', scope: NAT },
    ]);
  });

  it('reads each minute what a finding is open about, with the agents of its hosts', async () => {
    const subject = { type: 'nat-gateway', id: OTHER } as const;
    const { handler, polls } = setUp({ findings: [boringFinding({ status: 'open', subject, resource: null })] });
    await handler({ scheduledTime: BETWEEN });
    const hosts = ['i-0123456789abcdef0'];
    expect(polls).toEqual([{ selection: 'few', natGateways: [OTHER], loadBalancers: [], hosts }]);
  });

  it('reads each minute what is in alarm, and all of it at the interval', async () => {
    const ringing = { natGateways: [OTHER, 'nat-gone'], loadBalancers: [BALANCER] };
    const { handler, polls } = setUp({ ringing });
    for (const scheduledTime of [BETWEEN, AT_INTERVAL]) await handler({ scheduledTime });
    expect(polls).toEqual([
      { selection: 'few', natGateways: [OTHER], loadBalancers: [BALANCER], hosts: [] },
      { selection: 'few', natGateways: [NAT], loadBalancers: [BALANCER], hosts: [] },
      { selection: 'all', natGateways: [OTHER], loadBalancers: [], hosts: [] },
    ]);
  });

  it('reads at once what an alarm is about, and everything for who calls by hand', async () => {
    const { handler, polls, asked } = setUp({ ringing: { natGateways: [NAT], loadBalancers: [] }, rows: [errors(3)] });
    await handler(RINGS);
    await handler({});
    expect(polls).toEqual([
      { selection: 'all', natGateways: [NAT], loadBalancers: [], hosts: [] },
      { selection: 'all', ...EVERYTHING },
    ]);
    expect(asked).toEqual(['allocation-errors', 'allocation-errors']);
  });

  it('asks for an analysis when a gateway has as many connections as its alarm waits for', async () => {
    for (const [value, reasons] of [
      [22_000, ['many-connections']],
      [21_999, []],
    ] as const) {
      const { handler, asked } = setUp({ rows: [{ ...errors(value), metric: 'ActiveConnectionCount' }] });
      await handler({ scheduledTime: AT_INTERVAL });
      expect(asked).toEqual(reasons);
    }
  });

  it('asks CloudWatch nothing before there is anything to ask about', async () => {
    const { handler, polls } = setUp({ gateways: [] });
    await handler({ scheduledTime: AT_INTERVAL });
    expect(polls).toEqual([]);
  });

  it('gives a repeated poll the same part', async () => {
    const { handler, parts } = setUp();
    for (let time = 0; time < 2; time += 1) await handler({ scheduledTime: AT_INTERVAL });
    expect(parts()).toHaveLength(1);
  });
});
