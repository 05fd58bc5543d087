import { describe, expect, it } from 'vitest';
import { createHandler } from '../../lambdas/poll-metrics/handler.ts';
import { createLog } from '../../shared/aws/log.ts';
import type { MetricResources, MetricSelection } from '../../shared/aws/metric-source.ts';
import type { Finding } from '../../shared/core/finding/schema.ts';
import { EMPTY_INVENTORY } from '../../shared/core/model/inventory.ts';
import type { MetricMinute } from '../../shared/core/model/observation.ts';
import { minuteOf } from '../../shared/core/model/time.ts';
import { boringFinding, boringGateway } from '../contract/boring.ts';
import { partStoreInMemory } from './part-store-in-memory.ts';

const AT_INTERVAL = '2026-01-01T10:05:00Z';
const BETWEEN = '2026-01-01T10:06:00Z';
const ALARM = { source: 'aws.cloudwatch', 'detail-type': 'CloudWatch Alarm State Change' };

const errors = (value: number): MetricMinute => ({
  kind: 'metric',
  minute: minuteOf(Date.parse(AT_INTERVAL)),
  resourceType: 'nat-gateway',
  resourceId: 'nat-0a1b2c3d4e5f60718',
  metric: 'ErrorPortAllocation',
  value,
  periodMinutes: 1,
});

function setUp({ findings = [] as readonly Finding[], gateways = [boringGateway()], rows = [errors(0)] } = {}) {
  const polls: { selection: MetricSelection; hosts: readonly string[] }[] = [];
  const asked: string[] = [];
  const store = partStoreInMemory();
  const [source] = boringFinding().sources;
  const instance = {
    id: 'eni-1',
    vpcId: null,
    subnetId: null,
    addresses: [source?.address ?? ''],
    interfaceType: null,
    description: '',
    instanceId: 'i-0123456789abcdef0',
    owner: null,
  };
  const handler = createHandler({
    metrics: {
      read: async ({ hosts }: MetricResources, selection: MetricSelection) => {
        polls.push({ selection, hosts });
        return rows;
      },
    },
    inventory: { get: async () => ({ ...EMPTY_INVENTORY, natGateways: gateways, interfaces: [instance] }) },
    findings: { list: async () => ({ findings, nextCursor: null }) },
    parts: store,
    requests: { request: async (reason) => void asked.push(reason) },
    clock: { nowMs: () => Date.parse(BETWEEN) },
    log: createLog({ functionName: 'test', nowMs: () => 0, write: () => {} }),
    intervalMinutes: 5,
    windowMinutes: 15,
  });
  return { handler, polls, asked, parts: store.parts };
}

describe('poll-metrics', () => {
  it('reads everything at the interval, and nothing between while no finding is open', async () => {
    const { handler, polls, parts } = setUp({ findings: [boringFinding({ status: 'resolved' })] });
    await handler({ scheduledTime: AT_INTERVAL });
    await handler({ scheduledTime: BETWEEN });
    expect(polls).toEqual([{ selection: 'all', hosts: [] }]);
    expect(parts()).toMatchObject([{ source: 'metric', scope: 'nat-0a1b2c3d4e5f60718' }]);
  });

  it('reads what tells an incident each minute while one is open, with the agents of its hosts', async () => {
    const { handler, polls } = setUp({ findings: [boringFinding({ status: 'open' })] });
    await handler({ scheduledTime: BETWEEN });
    expect(polls).toEqual([{ selection: 'few', hosts: ['i-0123456789abcdef0'] }]);
  });

  it('reads everything on an alarm, and asks for an analysis when allocations failed', async () => {
    const { handler, polls, asked } = setUp({ rows: [errors(3)] });
    await handler(ALARM);
    expect(polls).toEqual([{ selection: 'all', hosts: [] }]);
    expect(asked).toEqual(['allocation-errors']);
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
