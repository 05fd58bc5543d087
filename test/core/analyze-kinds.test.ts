import { describe, expect, it } from 'vitest';
import type { AnalysisRequest } from '../../shared/core/analyze.ts';
import { type Finding, findingSchema } from '../../shared/core/finding/schema.ts';
import { searchTermOf, searchTerms } from '../../shared/core/finding/search-terms.ts';
import { EMPTY_INVENTORY } from '../../shared/core/model/inventory.ts';
import type { FlowMinute, Observation } from '../../shared/core/model/observation.ts';
import {
  analyzeParts,
  analyzeRows,
  CLIENT,
  connectErrorMinute,
  flowMinute,
  metricMinute,
  metricRun,
  NAT_ADDRESS,
  natRun,
  portsFrom,
  settings,
  START,
} from './builders.ts';
import { flowParts, natInventoryRead, settingsOf } from './recorded.ts';

function only(rows: readonly Observation[], given: Partial<AnalysisRequest> = {}): Finding {
  const { findings } = analyzeRows(rows, given);
  expect(findings.map(({ kind, title }) => `${kind}: ${title}`)).toHaveLength(1);
  expect(findingSchema.parse(findings[0])).toEqual(findings[0]);
  return findings[0] as Finding;
}

describe('a load balancer without source ports', () => {
  const errors = [0, 0, 7, 9, 0, 0, 0, 0, 0].map((value, i) =>
    metricMinute({
      minute: START + i,
      resourceType: 'load-balancer',
      resourceId: 'net/edge/0123456789abcdef',
      metric: 'PortAllocationErrorCount',
      value,
    }),
  );

  it('is a finding of its own layer, which names no target', () => {
    expect(only(errors)).toMatchObject({
      kind: 'nlb-port-exhaustion',
      layer: 'load-balancer',
      resource: { type: 'load-balancer', id: 'net/edge/0123456789abcdef' },
      severity: 'critical',
      status: 'resolved',
      destination: null,
      sources: [],
      cause: 'unknown',
      firstFailureAt: '2026-01-01T10:02:30Z',
      lastSeenAt: '2026-01-01T10:04:00Z',
      resolvedAt: '2026-01-01T10:09:00Z',
      recommendations: [
        { action: 'spread-load-balancer-ports' },
        { action: 'keep-load-balancer-connections' },
        expect.anything(),
      ],
      missingEvidence: [expect.stringContaining('flow logs')],
    });
  });
});

describe('early signs at a NAT gateway', () => {
  const through = (address: string, rows: readonly FlowMinute[]): FlowMinute[] =>
    rows.map((row) =>
      row.localAddress === NAT_ADDRESS ? { ...row, localAddress: address } : { ...row, via: address },
    );

  it('lost addresses, by their own name and a low severity while there is room', () => {
    const rows = [
      ...natRun(30, () => ({ opened: portsFrom(2_000, 50) })),
      ...through(
        '10.0.0.221',
        natRun(10, () => ({ opened: portsFrom(5_000, 50) })),
      ),
    ];
    expect(only(rows)).toMatchObject({
      kind: 'capacity-shrunk',
      severity: 'low',
      title: expect.stringContaining('lost addresses: 55000 ports per destination are left'),
      firstFailureAt: null,
    });
  });

  it('a spike of new connections that needs more ports than there are', () => {
    // Ports are held for three minutes: 60 opens a minute will want 180 of 160, while 100 are in use.
    const rows = natRun(22, (i) => ({
      opened: portsFrom(2_000 + i * 20, i < 20 ? 20 : 60),
      standing: portsFrom(9_000, 40),
    }));
    expect(only(rows, { settings: settings({ natPortsPerAddress: 160 }) })).toMatchObject({
      kind: 'connection-rate-spike',
      severity: 'low',
      destination: { address: '203.0.113.10' },
      firstFailureAt: null,
      title: expect.stringContaining('far more new connections than usual'),
    });
  });

  it('share the id of the exhaustion that they become', () => {
    const early = natRun(22, (i) => ({ opened: portsFrom(2_000 + i * 20, i < 20 ? 20 : 60) }));
    const late = natRun(
      5,
      (i) => ({ failed: portsFrom(9_000 + 100 * i, 80), opened: portsFrom(2_000, 70) }),
      START + 22,
    );
    const given = { settings: settings({ natPortsPerAddress: 80 }) };
    const [before, after] = [only(early, given), only([...early, ...late], given)];
    expect(after.kind).toBe('nat-port-exhaustion');
    expect(after.id).toBe(before.id);
  });
});

describe('pressure that only metrics show yet', () => {
  const active = (minute: number, value: number) =>
    metricMinute({ metric: 'ActiveConnectionCount', minute: START + minute, value });
  const records = natRun(1, () => ({ standing: portsFrom(2_000, 400) }));
  const metrics = [500, 600, 800, 1_000, 1_100].map((value, i) => active(i, value));
  const given = { settings: settings({ natPortsPerAddress: 1_000 }) };

  it('is about the destination that was fullest when records last arrived, and as full as metrics say', () => {
    expect(only([...records, ...metrics], given)).toMatchObject({
      kind: 'nat-port-pressure',
      destination: { address: '203.0.113.10', port: 443 },
      title: expect.stringContaining('880 of 1000 in use (88 %)'),
      sources: [{ address: CLIENT }],
      peakUtilisation: { low: 0.4, high: 0.88 },
      missingEvidence: expect.arrayContaining([expect.stringContaining('flow logs')]),
    });
  });

  it('becomes what the records say when they arrive, under the same id', () => {
    const later = natRun(4, (i) => ({ standing: portsFrom(2_000, 500 + i * 100) }), START + 1);
    const [before, after] = [only([...records, ...metrics], given), only([...records, ...metrics, ...later], given)];
    expect(after).toMatchObject({ id: before.id, peakUtilisation: { low: 0.8 } });
  });
});

describe('records of the gateway’s interface alone, in the default format', () => {
  // The clients' legs then name the gateway's own address as their destination.
  const parts = flowParts('nat-exhaustion', 'v2').map((part) => ({
    ...part,
    observations: part.observations.filter(
      (row) => !('interfaceId' in row) || row.interfaceId === 'eni-0aaaabbbbccccdddd',
    ),
  }));

  it('still name the destination and the clients, never the gateway itself', () => {
    const { findings } = analyzeParts(parts, {
      settings: settingsOf('nat-exhaustion'),
      inventory: natInventoryRead(),
    });
    expect(findings).toMatchObject([
      { kind: 'nat-port-exhaustion', destination: { address: '203.0.113.10', port: 443 } },
    ]);
    expect(findings[0]?.sources.map(({ address }) => address).toSorted()).toEqual([
      '10.77.1.11',
      '10.77.1.12',
      '10.77.1.13',
    ]);
    expect(findings[0]?.destinations.map(({ address }) => address)).not.toContain('10.77.0.220');
  });
});

describe('a host whose range is not what it seems', () => {
  const churn = (minutes: number, from: number, count: number, start = START) =>
    Array.from({ length: minutes }, (_, i) => {
      const opened = portsFrom(from, count);
      return flowMinute({ minute: start + i, opened, answered: opened, closed: opened });
    });
  const failing = (minutes: number, start: number) =>
    Array.from({ length: minutes }, (_, i) =>
      connectErrorMinute({ minute: start + i, events: 50, localAddress: CLIENT }),
    );

  it('is smaller than assumed: connects fail, and no port lies outside a dense range', () => {
    const rows = [...churn(10, 40_000, 1_000), ...failing(10, START)];
    expect(only(rows, { inventory: EMPTY_INVENTORY })).toMatchObject({
      kind: 'host-port-exhaustion',
      capacityPorts: 1_000,
      capacityAssumed: true,
      capacityBasis: expect.stringContaining('observed: no port outside 40000–40999'),
    });
  });

  it('was cut: ports came from a wider range before', () => {
    const wide = Array.from({ length: 30 }, (_, i) => {
      const opened = Array.from({ length: 500 }, (__, j) => 33_000 + (((i * 500 + j) * 37) % 27_000));
      return flowMinute({ minute: START + i, opened, answered: opened, closed: opened });
    });
    const rows = [...wide, ...churn(10, 40_000, 500, START + 30), ...failing(10, START + 30)];
    expect(only(rows, { inventory: EMPTY_INVENTORY })).toMatchObject({
      cause: 'capacity',
      causeReason: expect.stringContaining('the range was cut'),
    });
  });

  it('is abnormally small by the settings', () => {
    const own = settings({ portRange: { low: 40_000, high: 40_099 } });
    const rows = [...churn(10, 40_000, 100), ...failing(10, START)];
    expect(only(rows, { inventory: EMPTY_INVENTORY, settings: own })).toMatchObject({
      cause: 'capacity',
      causeReason: expect.stringContaining('abnormally small'),
    });
  });
});

describe('what a finding is found by', () => {
  it('is its destinations, sources and names, in lower case and once', () => {
    const named = settings({ hostNames: { 'API.example.com': ['203.0.113.10'] } });
    const row = connectErrorMinute({
      events: 50,
      localAddress: CLIENT,
      destination: { host: 'API.example.com', port: 443 },
    });
    const terms = searchTerms(only([row], { settings: named }));
    expect(terms.destination).toEqual(['203.0.113.10', '203.0.113.10:443', 'api.example.com']);
    expect(terms.source).toEqual([CLIENT, '/ecs/checkout']);
    expect(searchTermOf(' API.example.com ')).toBe('api.example.com');
  });

  it('is an address in brackets with its port, for IPv6', () => {
    const row = connectErrorMinute({ events: 50, destination: { host: '2001:db8::1', port: 443 } });
    expect(searchTerms(only([row])).destination).toContain('[2001:db8::1]:443');
  });
});

it('metrics over several minutes count in each of them', () => {
  const five = metricRun('ErrorPortAllocation', [0, 500]).map((row) => ({
    ...row,
    minute: START + (row.minute - START) * 5,
    periodMinutes: 5,
  }));
  const finding = only(five);
  expect(finding.evidence[0]?.statement).toBe('ErrorPortAllocation 100 in the minute');
  expect(
    finding.timeline.map(({ allocationErrors }) => allocationErrors).filter((value) => value === 100),
  ).toHaveLength(5);
});
