import { describe, expect, it } from 'vitest';
import { findingSchema } from '../../../shared/core/finding/schema.ts';
import type { Inventory } from '../../../shared/core/model/inventory.ts';
import type { Observation } from '../../../shared/core/model/observation.ts';
import { minuteStartMs } from '../../../shared/core/model/time.ts';
import {
  analyzeRows,
  CLIENT,
  flowCoverageMinute,
  inventory,
  metricRun,
  NAT_ID,
  natGateway,
  natInventory,
  natRun,
  networkInterface,
  portsFrom,
  settings,
  socketMinute,
  START,
} from '../builders.ts';

const own = settings({ natPortsPerAddress: 1_000 });
type Given = { readonly isLive?: boolean; readonly inventory?: Inventory; readonly watchSignals?: boolean };
const look = (rows: readonly Observation[], minutes: number, { watchSignals = true, ...given }: Given = {}) =>
  analyzeRows(rows, {
    settings: { ...own, watchSignals },
    isLive: true,
    nowMs: minuteStartMs(START + minutes),
    ...given,
  });
const lost = (...given: Parameters<typeof look>) =>
  look(...given).findings.filter(({ kind }) => kind === 'signal-lost');

const flows = (from: number, minutes: number, ports = 10) =>
  natRun(minutes, () => ({ standing: portsFrom(2_000, ports) }), START + from);
const metrics = (from: number, minutes: number) =>
  metricRun(
    'ErrorPortAllocation',
    Array.from({ length: minutes }, () => 0),
    START + from,
  );

describe('flow logs of a NAT gateway that stop while its metrics go on', () => {
  const rows = [...flows(0, 60), ...metrics(0, 120)];

  it('are a finding once they are later than they ever are, dated by the silence', () => {
    expect(lost(rows, 90)).toEqual([]);
    const [finding] = lost(rows, 92);
    expect(finding).toMatchObject({
      kind: 'signal-lost',
      layer: 'nat',
      subject: { type: 'nat-gateway', id: NAT_ID },
      severity: 'low',
      status: 'open',
      title: `NAT gateway ${NAT_ID}: no flow logs since 2026-01-01T11:00:00Z, so nothing can say that all is well`,
      firstSeenAt: '2026-01-01T11:30:00Z',
      evidence: [{ source: 'flow-log', detector: 'flow-log-lost' }],
    });
    expect(finding?.recommendations.map(({ action }) => action)).toEqual(['restore-flow-log']);
    expect(findingSchema.parse(finding)).toEqual(finding);
    expect(lost(rows, 110)).toEqual([finding]);
  });

  it('are resolved when they come back', () => {
    const back = [...rows, ...flows(100, 5)];
    expect(lost(back, 110)).toMatchObject([{ status: 'resolved', resolvedAt: '2026-01-01T11:41:00Z' }]);
  });

  it('were only late when the gap fills', () => {
    expect(lost([...rows, ...flows(60, 50)], 115)).toEqual([]);
  });

  it('are not lost while they say NODATA', () => {
    const idle = Array.from({ length: 60 }, (_, i) =>
      flowCoverageMinute({ minute: START + 60 + i, records: 0, noData: 1 }),
    );
    expect(lost([...rows, ...idle], 120)).toEqual([]);
  });

  it('are what an open finding needs to end', () => {
    const full = [...flows(0, 60, 950), ...metrics(0, 120)];
    const [pressure, signal] = look(full, 110).findings;
    expect(pressure).toMatchObject({ kind: 'nat-port-pressure', status: 'open' });
    expect(pressure?.missingEvidence[0]).toContain('no flow logs since 2026-01-01T11:00:00Z');
    expect(signal).toMatchObject({ kind: 'signal-lost', severity: 'medium' });
    expect(signal?.missingEvidence).toEqual([`what finding ${pressure?.id} needs to end`]);
  });

  it('are not lost where observations are files, nor where nobody wants to hear of it', () => {
    expect(lost(rows, 300, { isLive: false })).toEqual([]);
    expect(lost(rows, 300, { watchSignals: false })).toEqual([]);
    expect(analyzeRows(rows, { settings: own }).findings).toEqual([]);
  });

  it('are not lost when the gateway is gone', () => {
    const other = inventory({ natGateways: [natGateway({ id: 'nat-0fedcba9876543210' })] });
    expect(lost(metrics(0, 60), 120, { inventory: other })).toEqual([]);
    expect(lost(metrics(0, 60), 120, { inventory: natInventory() })).toHaveLength(1);
  });
});

it('both sources of a gateway are one finding', () => {
  const [finding, ...others] = lost([...flows(0, 60), ...metrics(0, 50)], 200);
  expect(others).toEqual([]);
  expect(finding?.title).toContain('no metrics and flow logs since 2026-01-01T10:50:00Z');
  expect(finding?.evidence.map(({ detector }) => detector).sort()).toEqual(['flow-log-lost', 'metric-lost']);
});

it('one is back and the other not: it goes on', () => {
  const rows = [...flows(0, 60), ...metrics(0, 50), ...metrics(110, 10)];
  expect(lost(rows, 120)).toMatchObject([{ status: 'open', firstSeenAt: '2026-01-01T11:20:00Z' }]);
});

describe('socket tables of a host', () => {
  const watched = (ports: number) =>
    Array.from({ length: 20 }, (_, i) => socketMinute({ minute: START + i, portsInUse: ports }));
  const known = (...addresses: string[]) =>
    inventory({
      interfaces: addresses.map((address, i) => networkInterface({ id: `eni-${i}`, addresses: [address] })),
    });

  it('are missed when an open finding lives on them', () => {
    const [trouble, signal] = look(watched(27_000), 60).findings;
    expect(trouble).toMatchObject({ kind: 'host-port-pressure', status: 'open' });
    expect(trouble?.missingEvidence[0]).toContain('no socket tables since');
    expect(signal).toMatchObject({
      kind: 'signal-lost',
      layer: 'host',
      subject: { type: 'source-address', id: CLIENT },
      severity: 'medium',
    });
  });

  it('are not, of hosts that are well: they come and go', () => {
    expect(lost(watched(10), 60)).toEqual([]);
  });

  it('are not, of a host that is gone', () => {
    expect(lost(watched(27_000), 60, { inventory: known('10.0.1.6') })).toEqual([]);
    expect(lost(watched(27_000), 60, { inventory: known('10.0.1.6', CLIENT) })).toHaveLength(1);
  });
});
