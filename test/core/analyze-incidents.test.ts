import { describe, expect, it } from 'vitest';
import type { AnalysisResult } from '../../shared/core/analyze.ts';
import { type Finding, findingSchema } from '../../shared/core/finding/schema.ts';
import { summarySchema } from '../../shared/core/finding/summary-schema.ts';
import { EMPTY_INVENTORY } from '../../shared/core/model/inventory.ts';
import type { Part } from '../../shared/core/model/part.ts';
import { analyzeParts } from './builders.ts';
import {
  connectionsOf,
  flowParts,
  jsonOf,
  logParts,
  metricParts,
  natInventoryRead,
  natLogParts,
  settingsOf,
} from './recorded.ts';

const MINUTE_MS = 60_000;

function only(result: AnalysisResult): Finding {
  expect(result.findings.map(({ kind, title }) => `${kind}: ${title}`)).toHaveLength(1);
  return result.findings[0] as Finding;
}

const mentions = (value: unknown, text: string): boolean => JSON.stringify(value).includes(text);

describe('the recorded host that ran out', () => {
  const truth = jsonOf<{ first_error_s: number; errors: number }>('host-churn', 'truth/truth.json');
  const labels = jsonOf<{ t0: number; culprit_destination: string; ports_available: number }>(
    'host-churn',
    'truth/labels.json',
  );
  const firstErrorMs = (labels.t0 + truth.first_error_s) * 1000;
  const logs = () => logParts('host-churn', 'app.log.gz');
  const run = (parts: readonly Part[]) =>
    analyzeParts(parts, { settings: settingsOf('host-churn'), inventory: EMPTY_INVENTORY });
  const byLogs = (result: AnalysisResult): Finding =>
    result.findings.find(({ kind }) => kind === 'host-port-exhaustion') as Finding;

  describe.each(['v2', 'v5'] as const)('by its log and flow records (%s)', (version) => {
    const result = run([...flowParts('host-churn', version), ...logs()]);
    const finding = byLogs(result);

    it('names the destination and the source', () => {
      expect(finding.destination).toEqual({ address: '10.92.0.1', port: 443, protocol: 6 });
      expect(finding.sources.map(({ address }) => address)).toEqual(['10.92.0.2']);
      expect(finding.layer).toBe('host');
    });

    it('tells when it began to fail, and how often', () => {
      expect(Math.abs(Date.parse(finding.firstFailureAt ?? '') - firstErrorMs)).toBeLessThan(1000);
      expect(finding.destinations[0]?.failures).toEqual({ low: truth.errors, high: truth.errors });
    });

    it('names the cause, by flow records whose clock is another', () => {
      expect(finding.cause).toBe('churn');
      expect(finding.causeReason).toMatch(/^by flow records of another time/);
      expect(finding.sources[0]?.joinedBy).toBe('destination');
    });

    it('knows the capacity by the settings', () => {
      expect(finding).toMatchObject({ capacityPorts: labels.ports_available, capacityAssumed: false });
    });

    it('says nothing of the control destination', () => {
      for (const found of result.findings) expect(mentions(found, '8443')).toBe(false);
      expect(result.ruledOut).toEqual([]);
    });

    it('gives findings and a summary as the schema has them', () => {
      for (const found of result.findings) expect(findingSchema.parse(found)).toEqual(found);
      expect(summarySchema.parse(result.summary)).toEqual(result.summary);
    });
  });

  it('by its log alone: proven, the destination named, the source unknown', () => {
    const finding = only(run(logs()));
    const all = byLogs(run([...flowParts('host-churn', 'v5'), ...logs()]));
    expect(finding).toMatchObject({
      kind: 'host-port-exhaustion',
      severity: 'critical',
      destination: { address: '10.92.0.1', port: 443 },
      subject: { type: 'log-source' },
      cause: 'unknown',
    });
    expect(finding.sources).toMatchObject([{ address: null, joinedBy: 'none' }]);
    expect(Date.parse(finding.firstFailureAt ?? '')).toBe(Date.parse(all.firstFailureAt ?? '-'));
    expect(finding.missingEvidence.join('\n')).toMatch(/flow logs of the source[^]*socket table[^]*logSources/);
    expect(finding.confidence).toBeLessThanOrEqual(all.confidence);
  });

  it.each(['v2', 'v5'] as const)('by flow records alone (%s): pressure and its culprit, not a failure', (version) => {
    const finding = only(run(flowParts('host-churn', version)));
    expect(finding).toMatchObject({
      kind: 'host-port-pressure',
      subject: { type: 'source-address', id: '10.92.0.2' },
      destination: { address: '10.92.0.1', port: 443 },
      cause: 'churn',
      firstFailureAt: null,
    });
    expect(finding.peakUtilisation?.high).toBe(1);
    expect(finding.confidence).toBeLessThan(byLogs(run(logs())).confidence);
    expect(finding.missingEvidence.join('\n')).toMatch(/application logs[^]*socket table/);
  });
});

describe('the recorded NAT gateway that ran out', () => {
  const truth = jsonOf<{
    first_failure_s: number;
    failed_by_destination: Record<string, number>;
    insert_failed: number;
  }>('nat-exhaustion', 'truth/truth.json');
  const labels = jsonOf<{ clients: string[]; minute_s: number }>('nat-exhaustion', 'truth/labels.json');
  const failed = truth.failed_by_destination['203.0.113.10:443'] as number;
  /** Three recorded seconds are one minute, from 10:00 on. */
  const firstFailureMs = Date.UTC(2026, 0, 1, 10) + (truth.first_failure_s / labels.minute_s) * MINUTE_MS;
  const run = (parts: readonly Part[], inventory = natInventoryRead()) =>
    analyzeParts(parts, { settings: settingsOf('nat-exhaustion'), inventory });
  const everything = (version: 'v2' | 'v5') => [
    ...flowParts('nat-exhaustion', version),
    ...natLogParts(),
    ...metricParts(),
  ];
  const expectOnset = (finding: Finding) =>
    expect(Math.abs(Date.parse(finding.firstFailureAt ?? '') - firstFailureMs)).toBeLessThan(MINUTE_MS);
  const addresses = (finding: Finding) => finding.sources.map(({ address }) => address).sort();

  it('is what the recording says: so many connections that no port was found for', () => {
    const connections = connectionsOf('nat-exhaustion');
    expect(connections.filter(({ established, nat_port: port }) => !established && !port)).toHaveLength(failed);
  });

  describe.each(['v2', 'v5'] as const)('by everything (%s)', (version) => {
    const result = run(everything(version));
    const finding = only(result);

    it('names layer, destination and all three clients', () => {
      expect(finding).toMatchObject({
        kind: 'nat-port-exhaustion',
        layer: 'nat',
        severity: 'critical',
        resource: { type: 'nat-gateway', id: 'nat-0aaaabbbbccccdddd' },
        destination: { address: '203.0.113.10', port: 443, protocol: 6 },
      });
      expect(addresses(finding)).toEqual(labels.clients);
      for (const { share, interfaceId } of finding.sources) {
        expect(share).toBeCloseTo(1 / 3, 1);
        expect(interfaceId).toMatch(/^eni-0c11e4700000000/);
      }
    });

    it('counts the failed connections as the kernel did', () => {
      // SYNs sent again may have been new attempts, for all that records tell.
      expect(finding.destinations[0]?.failures.low).toBe(failed);
      expect(finding.destinations[0]?.failures.high).toBeLessThan(1.5 * failed);
      expect(finding.title).toContain(`${failed} connections failed`);
      expect(finding.evidence.map(({ statement }) => statement).join('\n')).toContain(`${failed} connect timeouts`);
    });

    it('tells when it began to fail, and no trouble before', () => {
      expectOnset(finding);
      expect(Date.parse(finding.firstSeenAt)).toBeGreaterThan(firstFailureMs - MINUTE_MS);
    });

    it('tells a slow upstream: ports are held longer at the same rate', () => {
      expect(finding.cause).toBe('hold');
      expect(finding.recommendations[0]?.action).toBe('shorten-holding');
    });

    it('blames nobody else, and misses nothing', () => {
      expect(finding.destinations.slice(1).every(({ failures, share }) => failures.low === 0 && share === 0)).toBe(
        true,
      );
      expect(finding.missingEvidence).toEqual([]);
      expect(result.ruledOut).toEqual([]);
    });

    it('gives a finding and a summary as the schema has them', () => {
      expect(findingSchema.parse(finding)).toEqual(finding);
      expect(summarySchema.parse(result.summary)).toEqual(result.summary);
    });
  });

  it('is full in every minute that fails, and in none before', () => {
    const { timeline } = only(run(everything('v5')));
    const failing = timeline.filter(({ failures }) => (failures?.low ?? 0) >= 5);
    expect(failing.map(({ at }) => at.slice(11, 16))).toEqual(['10:03', '10:04', '10:05', '10:06']);
    for (const { utilisation } of failing) expect(utilisation?.high).toBe(1);
  });

  const full = only(run(everything('v5')));

  it.each(['v2', 'v5'] as const)('by flow records alone (%s): the culprit, with less confidence', (version) => {
    const finding = only(run(flowParts('nat-exhaustion', version)));
    expect(finding).toMatchObject({ kind: 'nat-port-exhaustion', destination: { address: '203.0.113.10', port: 443 } });
    expect(addresses(finding)).toEqual(labels.clients);
    expect(finding.destinations[0]?.failures.low).toBeGreaterThan(0.9 * failed);
    expect(finding.destinations[0]?.failures.low).toBeLessThanOrEqual(failed);
    expectOnset(finding);
    expect(finding.cause).toBe('hold');
    expect(finding.confidence).toBeLessThan(full.confidence);
    expect(finding.missingEvidence.join('\n')).toMatch(/NAT gateway metrics[^]*application logs/);
  });

  it('by flow records without an inventory: the same, the capacity assumed', () => {
    const finding = only(run(flowParts('nat-exhaustion', 'v5'), EMPTY_INVENTORY));
    expect(finding).toMatchObject({
      subject: { id: 'nat-0aaaabbbbccccdddd' },
      capacityPorts: 128,
      capacityAssumed: true,
    });
    expect(addresses(finding)).toEqual(labels.clients);
    expect(finding.missingEvidence.join('\n')).toContain('describe-nat-gateways');
  });

  it('by metrics alone: that it fails and since when, not towards what', () => {
    const finding = only(run(metricParts()));
    expect(finding).toMatchObject({
      kind: 'nat-port-exhaustion',
      destination: null,
      destinations: [],
      sources: [],
      cause: 'hold',
    });
    expectOnset(finding);
    expect(finding.title).toContain(`${truth.insert_failed} packets dropped`);
    expect(finding.confidence).toBeLessThan(full.confidence);
    expect(finding.missingEvidence.join('\n')).toMatch(/flow logs of the NAT gateway[^]*application logs/);
  });

  it('by logs alone: no finding, for timeouts prove nothing, and what would settle it', () => {
    const result = run(natLogParts());
    expect(result.findings).toEqual([]);
    expect(result.evaluations).toMatchObject([
      {
        detector: 'connect-timeouts',
        subject: 'destination:203.0.113.10:443',
        outcome: 'insufficient-data',
        reason: expect.stringMatching(/^264 connect timeouts[^]*ErrorPortAllocation[^]*flow logs/),
      },
    ]);
  });
});
