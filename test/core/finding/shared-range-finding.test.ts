import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../shared/core/finding/schema.ts';
import type { Observation } from '../../../shared/core/model/observation.ts';
import { analyzeRows, connectErrorMinute, flowMinute, portsFrom, settings, START } from '../builders.ts';

const own = settings({ portRange: { low: 40_000, high: 40_999 } });

/**
 * Thirty minutes of five destinations, from 60 to 190 ports each in the ten minutes that fail; `apart` says whether
 * each has ports of its own, as a client takes them that binds first.
 */
function rows(apart: boolean): Observation[] {
  const flows = Array.from({ length: 30 }, (_, i) => {
    const each = i >= 10 && i < 20 ? 190 : 60;
    return Array.from({ length: 5 }, (__, to) => {
      const ports = portsFrom(40_000 + (apart ? to * 195 : to * 20), each);
      const destination = { address: `203.0.113.${to + 1}`, port: 443, protocol: 6 };
      return flowMinute({
        minute: START + i,
        destination,
        opened: ports,
        answered: ports,
        closed: ports,
        records: 400,
      });
    });
  }).flat();
  const errors = Array.from({ length: 10 }, (_, i) =>
    connectErrorMinute({ minute: START + 10 + i, events: 40, destination: { host: '203.0.113.2', port: 443 } }),
  );
  return [...flows, ...errors];
}

const only = (apart: boolean): Finding => {
  const { findings } = analyzeRows(rows(apart), { settings: own });
  expect(findings).toHaveLength(1);
  return findings[0] as Finding;
};

describe('a finding about a client that binds before it connects', () => {
  it('speaks of all destinations together, and ends when they have ports again', () => {
    const finding = only(true);
    expect(finding).toMatchObject({
      kind: 'host-port-exhaustion',
      status: 'resolved',
      cause: 'churn',
      capacityPorts: 1_000,
      peakUtilisation: { high: 0.95 },
    });
    expect(finding.title).toMatch(/towards all destinations together, most of all [^:]+:443\/tcp: 950 of 1000/);
    expect(finding.causeReason).toMatch(/^over all destinations, which share one range: opens 5\/s → 16\/s/);
    expect(finding.timeline.find(({ at }) => at === '2026-01-01T10:12:00Z')).toMatchObject({
      portsInUse: { high: 950 },
      opens: 950,
    });
    expect(finding.recommendations.map(({ action }) => action)).toContain('bind-address-no-port');
  });

  it('is not the finding about one whose ports serve several destinations', () => {
    const { findings, ruledOut } = analyzeRows(rows(false), { settings: own });
    expect(findings.map(({ title }) => title).join()).not.toContain('all destinations');
    expect([...findings.map(({ kind }) => kind), ...ruledOut.map(({ kind }) => kind)]).not.toEqual([]);
  });
});
