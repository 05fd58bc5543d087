import { describe, expect, it } from 'vitest';
import { createFlowReader } from '../../../shared/core/flow-log/flow-reader.ts';
import { createMetricReader } from '../../../shared/core/metric/metric-reader.ts';
import { FLOW_FORMATS } from '../../../shared/core/simulate/flow-format.ts';
import type { Delivery } from '../../../shared/core/simulate/deliveries.ts';
import { steps } from '../../../shared/core/simulate/timeline.ts';
import type { Scenario } from '../../../shared/core/simulate/scenario.ts';
import {
  destination,
  gateway,
  hosts,
  natIncident,
  service,
  workload,
  world,
} from '../../../shared/core/simulate/scenarios/kit.ts';
import { simulate } from '../../../shared/core/simulate/simulate.ts';
import type { Workload } from '../../../shared/core/simulate/world.ts';

const PORTS = 100;
const HOLD_SECONDS = 60;

/** Five connections a second of 200 ms against a budget that a rate of 100 / 60.2 fills. */
function overload(special: Partial<Workload> = {}, ratePerSecond = 5, durationSeconds = 600): Scenario {
  return {
    name: 'overload',
    class: 'test',
    flowLevel: 'nat',
    title: 'A small gateway under too much load',
    mechanism: 'More ports are asked for than there are.',
    draw: (random) =>
      world({
        durationSeconds,
        hosts: hosts(1, 2, 'orders'),
        gateways: [gateway(random, { portsPerAddress: PORTS, holdSeconds: HOLD_SECONDS })],
        services: [service('partner', [destination('203.0.113.10')])],
        workloads: [
          workload('orders', [0, 1], 0, steps(0.2, [0, ratePerSecond]), { connectTimeoutMs: 3000, ...special }),
        ],
        labels: {
          verdict: 'exhaustion',
          ruledOut: [],
          alsoTrue: [],
          incidents: [
            natIncident('nat-0a1b2c3d4e5f60718', {
              causes: ['churn'],
              services: [0],
              culprits: [0],
              onsetSecond: 0,
              endSecond: durationSeconds,
            }),
          ],
        },
      }),
  };
}

const textOf = (deliveries: readonly Delivery[], kind: Delivery['kind']): string =>
  deliveries
    .filter((delivery) => delivery.kind === kind)
    .map(({ bytes }) => new TextDecoder().decode(bytes))
    .join('');

const rowsOf = (deliveries: readonly Delivery[]): Record<string, string>[] => {
  const lines = textOf(deliveries, 'flow-log').trim().split('\n');
  const fields = (lines[0] ?? '').split(' ');
  return lines
    .filter((line) => !line.startsWith('interface-id'))
    .map((line) => Object.fromEntries(line.split(' ').map((word, index) => [fields[index] ?? '', word])));
};

describe('an overloaded gateway', () => {
  const { deliveries, truth } = simulate(overload(), { seed: 1 });
  const [incident] = truth.incidents;

  it('fails when the rate times the time a port is held passes the budget', () => {
    expect(incident?.peakPorts).toBe(PORTS);
    const fullAfterMs = Date.parse(incident?.reached.fullAt ?? '') - Date.parse(truth.from);
    expect(fullAfterMs / 1000).toBeGreaterThan(PORTS / 5 - 8);
    expect(fullAfterMs / 1000).toBeLessThan(PORTS / 5 + 8);
    expect(incident?.failedConnections).toBeGreaterThan(500);
  });

  it('writes four legs for a connection that came through', () => {
    const rows = rowsOf(deliveries);
    const egress = rows.find(
      (row) => row['flow-direction'] === 'egress' && row['srcaddr'] === '10.0.0.220' && row['tcp-flags'] === '3',
    );
    const port = egress?.['srcport'] ?? '';
    expect(egress).toMatchObject({ dstaddr: '203.0.113.10', 'pkt-srcaddr': '10.0.0.220', dstport: '443' });
    const back = rows.find(
      (row) => row['srcaddr'] === '203.0.113.10' && row['dstport'] === port && row['start'] === egress?.['start'],
    );
    expect(back).toMatchObject({ dstaddr: '10.0.0.220', 'tcp-flags': '19', 'flow-direction': 'ingress' });
    const ingress = rows.find((row) => row['pkt-dstaddr'] === '203.0.113.10' && row['dstaddr'] === '10.0.0.220');
    expect(ingress).toMatchObject({ 'flow-direction': 'ingress', dstport: '443' });
    const toClient = rows.find((row) => row['pkt-srcaddr'] === '203.0.113.10' && row['srcaddr'] === '10.0.0.220');
    expect(toClient).toMatchObject({ 'flow-direction': 'egress', srcport: '443' });
  });

  it('leaves of a failed connection an ingress leg with SYN and nothing else', () => {
    const rows = rowsOf(deliveries);
    const last = String(Math.floor(Date.parse(truth.to) / 1000) - 60);
    const opened = rows.filter(
      (row) => row['tcp-flags'] === '2' && row['dstaddr'] === '10.0.0.220' && (row['start'] ?? '') < last,
    );
    const answered = new Set(
      rows.filter((row) => row['srcaddr'] === '10.0.0.220').map((row) => `${row['dstaddr']}:${row['dstport']}`),
    );
    const unanswered = opened.filter((row) => !answered.has(`${row['srcaddr']}:${row['srcport']}`));
    expect(unanswered.length).toBeGreaterThan(500);
    expect(Number(unanswered[0]?.['packets'])).toBeGreaterThan(1);
  });

  it('counts an allocation error per dropped SYN, retransmits included', () => {
    const lines = textOf(deliveries, 'metric')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const sum = (metric: string): number =>
      lines.filter((line) => line.metric_name === metric).reduce((total, line) => total + line.value.sum, 0);
    expect(sum('ErrorPortAllocation')).toBeGreaterThan((incident?.failedConnections ?? 0) * 1.9);
    expect(sum('ConnectionAttemptCount') - sum('ConnectionEstablishedCount')).toBeGreaterThanOrEqual(
      incident?.failedConnections ?? 0,
    );
  });

  it('logs a timeout when the program gives up', () => {
    const errors = textOf(deliveries, 'app-log')
      .split('\n')
      .filter((line) => line.includes('ETIMEDOUT'));
    expect(errors.length).toBe(incident?.failedConnections);
    expect(errors[0]).toContain('connect ETIMEDOUT 203.0.113.10:443');
  });
});

it('holds nothing short when the rate stays below the ceiling', () => {
  const { truth } = simulate(overload({}, 1.2), { seed: 2 });
  expect(truth.incidents[0]?.failedConnections).toBe(0);
  expect(truth.incidents[0]?.peakPorts).toBeLessThan(PORTS);
});

it('gives the same bytes for the same seed and others for another', () => {
  const digest = (seed: number): string => JSON.stringify([...simulate(overload({}, 2, 300), { seed }).files]);
  expect(digest(3)).toBe(digest(3));
  expect(digest(3)).not.toBe(digest(4));
});

describe('what is written', () => {
  it.each(['v2', 'nat15', 'nat16', 'v5'] as const)('is read without a rejected record: %s', (format) => {
    const { deliveries } = simulate(overload({}, 3, 300), { seed: 5, flow: { format, level: 'vpc' } });
    const reader = createFlowReader({ file: 'simulated' });
    for (const { kind, bytes } of deliveries) if (kind === 'flow-log') reader.push(bytes);
    const { counts } = reader.finish();
    expect(counts.rejected).toBe(0);
    expect(counts.read).toBeGreaterThan(1000);
  });

  it.each(['stream', 'get-metric-data', 'get-metric-statistics'] as const)('metrics: %s', (metrics) => {
    const { deliveries } = simulate(overload({}, 3, 300), { seed: 5, metrics });
    const reader = createMetricReader({ file: 'simulated', natGateway: null });
    for (const { kind, bytes } of deliveries) if (kind === 'metric') reader.push(bytes);
    const { counts, scopes } = reader.finish();
    expect(counts).toMatchObject({ read: 5 * 8, rejected: 0 });
    expect(scopes[0]?.scope).toBe('nat-0a1b2c3d4e5f60718');
  });

  it.each(['cloudwatch', 'cloudwatch-streams'] as const)('says the same by way of CloudWatch Logs: %s', (delivery) => {
    const read = (target: 's3' | typeof delivery) => {
      const { deliveries } = simulate(overload({}, 3, 300), { seed: 5, flow: { delivery: target } });
      const reader = createFlowReader({ file: 'simulated', format: FLOW_FORMATS.nat15 });
      for (const each of deliveries) {
        if (each.kind !== 'flow-log') continue;
        const text = new TextDecoder().decode(each.bytes);
        const messages =
          target === 's3'
            ? text
            : JSON.parse(text)
                .events.map(({ message }: { message: string }) => `${message}\n`)
                .join('');
        reader.push(new TextEncoder().encode(messages));
      }
      return reader.finish();
    };
    expect(read(delivery).counts).toEqual({ ...read('s3').counts, read: expect.any(Number) });
    expect(read(delivery).counts.rejected).toBe(0);
  });

  it('loses records and repeats objects on request', () => {
    const whole = simulate(overload({}, 3, 300), { seed: 5 });
    const lossy = simulate(overload({}, 3, 300), { seed: 5, flow: { lossShare: 0.2, duplicateShare: 1 } });
    const objects = (deliveries: readonly Delivery[]): number =>
      deliveries.filter(({ kind }) => kind === 'flow-log').length;
    expect(objects(lossy.deliveries)).toBe(objects(whole.deliveries) * 2);
    const ratio = rowsOf(lossy.deliveries).length / 2 / rowsOf(whole.deliveries).length;
    expect(ratio).toBeGreaterThan(0.75);
    expect(ratio).toBeLessThan(0.85);
  });
});
