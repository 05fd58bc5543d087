import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../shared/core/finding/schema.ts';
import type { Observation } from '../../../shared/core/model/observation.ts';
import {
  analyzeRows,
  CLIENT,
  connectErrorMinute,
  flowMinute,
  metricRun,
  NAT_ADDRESS,
  natRun,
  networkInterface,
  OTHER_DESTINATION,
  natInventory,
  portsFrom,
  settings,
  START,
} from '../builders.ts';

const THIRD = { address: '203.0.113.12', port: 8_443, protocol: 6 };
const given = { settings: settings({ natPortsPerAddress: 1_000 }) };
const findingOf = (rows: readonly Observation[], override = {}): Finding => {
  const { findings } = analyzeRows(rows, { ...given, ...override });
  expect(findings).toHaveLength(1);
  return findings[0] as Finding;
};
const ranked = ({ destinations }: Finding) => destinations.map(({ address, port }) => `${address}:${port}`);

/** A leak: 900 idle connections, a few bytes each. */
const leak = natRun(10, () => ({ standing: portsFrom(2_000, 900), bytes: 5_000 }));
/** A bulk download: two connections, terabytes. */
const download = natRun(10, () => ({ destination: OTHER_DESTINATION, standing: [30_000, 30_001], bytes: 1e12 })).map(
  (row) => ({ ...row, records: 10_000, packets: 1e9 }),
);

describe('destinations', () => {
  it('rank by ports: a bulk download never outranks a leak', () => {
    const finding = findingOf([...download, ...leak]);
    expect(ranked(finding)).toEqual(['203.0.113.10:443', '203.0.113.11:443']);
    expect(finding.destinations[0]).toMatchObject({ peakPorts: 900 });
    expect(finding.destinations[0]?.share).toBeGreaterThan(0.99);
  });

  it('rank by certain failures before ports', () => {
    const rows = [...leak, ...natRun(10, (i) => ({ destination: THIRD, failed: portsFrom(10_000 + i * 50, 50) }))];
    const finding = findingOf(rows);
    expect(ranked(finding)[0]).toBe('203.0.113.12:8443');
    expect(finding.destinations[0]).toMatchObject({ share: 1, failures: { low: 500, high: 500 } });
  });

  it('may have as many failures as the timeouts that clients wrote of them, and says both counts', () => {
    const rows = natRun(10, (i) => ({ failed: portsFrom(10_000 + i * 50, 50), standing: portsFrom(2_000, 100) }));
    const timeouts = connectErrorMinute({
      verdict: 'nat-timeout-suspect',
      signature: 'node-etimedout',
      minute: START + 5,
      events: 4_000,
    });
    const finding = findingOf([...rows, timeouts]);
    expect(finding.destinations[0]).toMatchObject({ failures: { low: 450, high: 4_000 } });
    expect(finding.title).toContain('450 to 4000 connections failed');
  });

  it('have the failures that clients wrote where records show none and the metric says that allocations failed', () => {
    const timeouts = connectErrorMinute({
      verdict: 'nat-timeout-suspect',
      signature: 'node-etimedout',
      minute: START + 5,
      events: 70,
    });
    const unheard = { ...timeouts, minute: START + 30 };
    const errors = metricRun('ErrorPortAllocation', [0, 0, 0, 0, 300, 300, 300, 0, 0, 0]);
    const finding = findingOf([...leak, ...errors, timeouts, unheard]);
    expect(finding.kind).toBe('nat-port-exhaustion');
    expect(finding.destinations[0]?.failures).toEqual({ low: 70, high: 70 });
  });

  it('have no more ports than there are, however many were seen in turn', () => {
    const rows = natRun(8, (i) => ({
      opened: portsFrom(2_000 + i * 500, 500),
      failed: portsFrom(30_000 + i * 50, 50),
    }));
    expect(findingOf(rows).destinations[0]?.peakPorts).toBe(1_000);
  });

  it('do not rank by a handful of failures beside many', () => {
    const failing = natRun(10, (i) => ({ failed: portsFrom(10_000 + i * 50, 50), standing: portsFrom(2_000, 100) }));
    const stray = natRun(1, () => ({ destination: THIRD, failed: portsFrom(20_000, 20) }));
    const full = natRun(10, () => ({ destination: OTHER_DESTINATION, standing: portsFrom(2_000, 900) }));
    const finding = findingOf([...failing, ...stray, ...full]);
    // 20 of 500 are less than a tenth: by its ports the full one comes second.
    expect(ranked(finding).slice(0, 2)).toEqual(['203.0.113.10:443', '203.0.113.11:443']);
  });

  it('are at most ten, each once per address, port and protocol', () => {
    const many = Array.from({ length: 15 }, (_, i) =>
      natRun(3, () => ({
        destination: { address: '203.0.113.10', port: 1_000 + i, protocol: 6 },
        standing: portsFrom(2_000, 760 + i),
      })),
    ).flat();
    const finding = findingOf(many);
    expect(ranked(finding)).toHaveLength(10);
    expect(ranked(finding)[0]).toBe('203.0.113.10:1014');
  });

  it('are none where only metrics speak, though one of them is full', () => {
    expect(findingOf(metricRun('ErrorPortAllocation', [0, 50, 60]))).toMatchObject({
      destination: null,
      sources: [],
      peakUtilisation: { low: 1, high: 1 },
    });
  });
});

describe('sources', () => {
  it('rank by ports held over time, never by bytes', () => {
    const rows = [...leak, ...natRun(10, () => ({ client: '10.0.1.6', standing: portsFrom(40_000, 9), bytes: 1e12 }))];
    const { sources } = findingOf(rows);
    expect(sources.map(({ address }) => address)).toEqual([CLIENT, '10.0.1.6']);
    expect(sources[0]?.share).toBeGreaterThan(0.98);
  });

  it('rank by the minutes of trouble, not by the calm between two bursts', () => {
    const burst = (start: number) =>
      natRun(
        3,
        (i) => ({
          client: '10.0.1.6',
          opened: portsFrom(20_000 + i * 200, 200),
          failed: portsFrom(10_000 + i * 200, 200),
        }),
        start,
      );
    const steady = natRun(130, (i) => ({ opened: portsFrom(2_000 + (i % 10) * 60, 60) }));
    const { sources } = findingOf([...steady, ...burst(START + 10), ...burst(START + 110)]);
    expect(sources.map(({ address }) => address)).toEqual(['10.0.1.6', CLIENT]);
    expect(sources[0]?.share).toBeGreaterThan(0.7);
  });

  it('count what failed: who wants ports is part of the trouble', () => {
    const rows = [
      ...natRun(10, () => ({ standing: portsFrom(2_000, 100) })),
      ...natRun(10, (i) => ({ client: '10.0.1.6', failed: portsFrom(10_000 + i * 300, 300) })),
    ];
    // Answers to the last minute's opens may still be on their way: nine of the ten count.
    expect(findingOf(rows).sources[0]).toMatchObject({ address: '10.0.1.6', opens: 2_700 });
  });

  it('are only those of the worst destination', () => {
    const other = natRun(10, () => ({
      client: '10.0.1.6',
      destination: OTHER_DESTINATION,
      standing: portsFrom(2_000, 500),
    }));
    expect(findingOf([...leak, ...other]).sources.map(({ address }) => address)).toEqual([CLIENT]);
  });

  it('are named by the inventory, else by the interface their own records show', () => {
    const owned = { ...natInventory(), interfaces: [networkInterface({ id: 'eni-known', owner: 'service/checkout' })] };
    expect(findingOf(leak, { inventory: owned }).sources[0]).toMatchObject({
      interfaceId: 'eni-known',
      owner: 'service/checkout',
    });
    const own = flowMinute({ ports: portsFrom(2_000, 900) });
    expect(findingOf([...leak, own]).sources[0]).toMatchObject({ interfaceId: own.interfaceId, owner: null });
    expect(findingOf(leak).sources[0]).toMatchObject({ interfaceId: null });
  });

  it('never are the gateway itself', () => {
    expect(findingOf(leak).sources.map(({ address }) => address)).not.toContain(NAT_ADDRESS);
  });
});
