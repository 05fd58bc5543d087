import { describe, expect, it } from 'vitest';
import type { Finding } from '../../shared/core/finding/schema.ts';
import { EMPTY_INVENTORY } from '../../shared/core/model/inventory.ts';
import type { Part } from '../../shared/core/model/part.ts';
import { analyzeParts } from './builders.ts';
import { flowParts, type IncidentName, jsonOf, logParts, metricParts } from './recorded.ts';

type Truth = {
  readonly kind: Finding['kind'];
  readonly cause: Finding['cause'];
  readonly destination: string;
  readonly sources: readonly string[];
  readonly failed: number;
  readonly first_failure: string;
};

const MINUTE_MS = 60_000;
const NAT_LOGS = ['app-orders.log.gz', 'app-billing.log.gz', 'app-search.log.gz'];

/** Without any setting: neither the ranges nor the NAT's ports are what Freeport assumes. */
function only(parts: readonly Part[]): Finding {
  const { findings } = analyzeParts(parts, { inventory: EMPTY_INVENTORY });
  expect(findings.map(({ kind, title }) => `${kind}: ${title}`)).toHaveLength(1);
  return findings[0] as Finding;
}

function expectTruth(finding: Finding, incident: IncidentName): void {
  const truth = jsonOf<Truth>(incident, 'truth/truth.json');
  const { destination, destinations, sources } = finding;
  expect(finding.kind).toBe(truth.kind);
  expect(`${destination?.address}:${destination?.port}`).toBe(truth.destination);
  expect(truth.sources).toContain(sources[0]?.address);
  expect(finding.cause).toBe(truth.cause);
  expect(destinations[0]?.failures.high).toBeGreaterThanOrEqual(truth.failed);
  expect(destinations[0]?.failures.low).toBeLessThanOrEqual(truth.failed);
  expect(Math.abs(Date.parse(finding.firstFailureAt ?? '') - Date.parse(truth.first_failure))).toBeLessThan(MINUTE_MS);
}

const natLogs = (incident: IncidentName): Part[] => NAT_LOGS.flatMap((file) => logParts(incident, file));

describe.each(['nat-slow-upstream', 'nat-leak'] as const)('the recorded %s', (incident) => {
  it.each(['v2', 'custom'] as const)('by everything, with flow records in %s', (format) => {
    const finding = only([...flowParts(incident, format), ...natLogs(incident), ...metricParts(incident, null)]);
    expectTruth(finding, incident);
    expect(finding.capacityPorts).toBe(jsonOf<{ nat_ports: number }>(incident, 'truth/truth.json').nat_ports);
  });

  it.each(['v2', 'custom'] as const)('by flow records in %s alone', (format) => {
    expectTruth(only(flowParts(incident, format)), incident);
  });

  it('by metrics alone: the cause, and nobody to blame', () => {
    const { cause } = jsonOf<Truth>(incident, 'truth/truth.json');
    expect(only(metricParts(incident, null))).toMatchObject({ kind: 'nat-port-exhaustion', cause, destination: null });
  });
});

describe('the recorded destination that fell silent and filled the gateway', () => {
  it('is what holds the ports, and nothing leaks', () => {
    const incident = 'nat-silent-destination';
    const finding = only([...flowParts(incident, 'custom'), ...natLogs(incident), ...metricParts(incident, null)]);
    expectTruth(finding, incident);
    expect(finding.causeReason).toMatch(/^the destination does not answer: \d+ attempts/);
    expect(finding.capacityPorts).toBe(128);
  });
});

describe('the recorded host that leaked', () => {
  it('by its log and flow records with flags: nothing closed until the program ended', () => {
    expectTruth(only([...flowParts('host-leak', 'v5'), ...logParts('host-leak', 'app.log.gz')]), 'host-leak');
  });

  it('by records without flags: not a leak for want of closes, which they cannot show', () => {
    const finding = only([...flowParts('host-leak', 'v2'), ...logParts('host-leak', 'app.log.gz')]);
    expect(finding).toMatchObject({ kind: 'host-port-exhaustion', destination: { address: '10.92.0.1', port: 443 } });
    expect(finding.causeReason).not.toContain('of the opened connections closed');
  });
});
