import { describe, expect, it } from 'vitest';
import type { Inventory } from '../../../shared/core/model/inventory.ts';
import type { Observation } from '../../../shared/core/model/observation.ts';
import {
  analyzeRows,
  connectErrorMinute,
  flowMinute,
  metricRun,
  natInventory,
  networkInterface,
  OTHER_DESTINATION,
  portsFrom,
  settings,
  START,
} from '../builders.ts';

const CULPRIT = '10.0.3.20';
const VICTIM = '10.0.3.21';
const SILENT = { address: '203.0.113.77', port: 443, protocol: 6 };
const given = { settings: settings({ natPortsPerAddress: 1_000 }) };
const isBad = (i: number) => i >= 10 && i < 14;

/** Thirty minutes at two clients' own interfaces: from the tenth on most of one destination's opens go unanswered. */
const flows: Observation[] = Array.from({ length: 30 }, (_, i) => i).flatMap((i) => {
  const row = (localAddress: string, count: number, failed: number) => {
    const opened = portsFrom(32_768 + i * 400, count);
    const answered = opened.slice(failed);
    return flowMinute({ minute: START + i, localAddress, interfaceId: `eni-${localAddress}`, opened, answered });
  };
  return [
    row(CULPRIT, isBad(i) ? 300 : 50, isBad(i) ? 60 : 0),
    row(VICTIM, 20, isBad(i) ? 10 : 0),
    flowMinute({
      minute: START + i,
      localAddress: VICTIM,
      interfaceId: `eni-${VICTIM}`,
      destination: OTHER_DESTINATION,
      opened: portsFrom(40_000, 30),
    }),
    flowMinute({
      minute: START + i,
      localAddress: VICTIM,
      interfaceId: `eni-${VICTIM}`,
      destination: SILENT,
      opened: portsFrom(50_000, 9),
      answered: [],
    }),
  ];
});
const errors = metricRun(
  'ErrorPortAllocation',
  Array.from({ length: 30 }, (_, i) => (isBad(i) ? 500 : 0)),
);
const findingOf = (rows: readonly Observation[], inventory?: Inventory) =>
  analyzeRows(rows, inventory === undefined ? given : { ...given, inventory }).findings.find(
    ({ layer }) => layer === 'nat',
  );

describe('a NAT gateway whose own records nobody gave', () => {
  it('fails the destination whose opens go unanswered in the minutes of its errors, and in no others', () => {
    const finding = findingOf([...flows, ...errors]);
    expect(finding?.destinations).toMatchObject([
      { address: '203.0.113.10', port: 443, share: 1, failures: { low: 280, high: 280 } },
    ]);
    expect(finding?.sources).toMatchObject([
      { address: CULPRIT, interfaceId: `eni-${CULPRIT}`, joinedBy: 'flow', opens: 1_200 },
      { address: VICTIM },
    ]);
    expect(finding?.title).toContain('280 connections failed');
  });

  it('teaches what the name in the timeouts stands for', () => {
    const timeouts = connectErrorMinute({
      verdict: 'nat-timeout-suspect',
      signature: 'node-etimedout',
      minute: START + 12,
      events: 400,
      destination: { host: 'api.example.com', port: 443 },
    });
    expect(findingOf([...flows, ...errors, timeouts])?.destinations).toMatchObject([
      { address: '203.0.113.10', hostNames: ['api.example.com'], failures: { low: 280, high: 400 } },
    ]);
  });

  it('is not blamed for clients that are routed to another one', () => {
    const inventory = natInventory();
    const face = networkInterface({ id: `eni-${CULPRIT}`, subnetId: 'subnet-a', addresses: [CULPRIT] });
    const finding = findingOf([...flows, ...errors], {
      ...inventory,
      interfaces: [...inventory.interfaces, face],
      routeTables: [
        {
          id: 'rtb-a',
          vpcId: 'vpc-1',
          isMain: false,
          subnetIds: ['subnet-a'],
          natRoutes: [{ destinationCidr: '0.0.0.0/0', natGatewayId: 'nat-0fffffffffffffff0' }],
        },
      ],
    });
    expect(finding?.sources.map(({ address }) => address)).toEqual([VICTIM]);
    expect(finding?.destinations[0]?.failures.low).toBe(40);
  });

  it('names nobody where nothing goes unanswered', () => {
    const answered = flows.map((row) => (row.kind === 'flow' ? { ...row, answered: row.ports } : row));
    expect(findingOf([...answered, ...errors])).toMatchObject({ destination: null, sources: [] });
  });
});
