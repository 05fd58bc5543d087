import { describe, expect, it } from 'vitest';
import { findingSchema } from '../../shared/core/finding/schema.ts';
import type { Finding } from '../../shared/core/finding/schema.ts';
import type { HumanAction } from '../../shared/core/finding/human-action.ts';
import { summarySchema } from '../../shared/core/finding/summary-schema.ts';
import { EMPTY_INVENTORY } from '../../shared/core/model/inventory.ts';
import { minuteStartMs } from '../../shared/core/model/time.ts';
import {
  analyzeParts,
  analyzeRows,
  CLIENT,
  connectErrorMinute,
  flowMinute,
  hostIncident,
  metricMinute,
  metricRun,
  natIncident,
  natRun,
  OTHER_DESTINATION,
  part,
  portsFrom,
  settings,
  socketMinute,
  START,
} from './builders.ts';

const nat = natIncident();
const host = hostIncident();
const run = (override: Parameters<typeof analyzeRows>[1] = {}) =>
  analyzeRows(nat.observations, { settings: nat.settings, ...override });
const boring = run().findings[0] as Finding;

/** Minutes after 10:00; the built incident lasts from :10 to :20, is resolved at :25, and the records end at :30. */
const at = (minutes: number): number => minuteStartMs(START + minutes);
const action = (override: Partial<HumanAction>): HumanAction => ({
  findingId: boring.id,
  action: 'acknowledge',
  atMs: at(12),
  by: 'somebody@example.com',
  reason: 'looking',
  untilMs: null,
  ...override,
});
/** The incident cut off while it goes on, and what people did to it. */
const going = (minutes: number, ...actions: readonly HumanAction[]) =>
  analyzeRows(
    nat.observations.filter((row) => row.minute < START + minutes),
    { settings: nat.settings, actions },
  ).findings[0] as Finding;

describe('a built NAT incident', () => {
  it('is one finding with everything known of it', () => {
    const { findings, ruledOut, window } = run();
    expect(findings).toHaveLength(1);
    expect(boring).toMatchObject({
      kind: 'nat-port-exhaustion',
      layer: 'nat',
      status: 'resolved',
      severity: 'critical',
      episode: 1,
      destination: { address: '203.0.113.10', port: 443, protocol: 6 },
      capacityPorts: 1_000,
      firstSeenAt: '2026-01-01T10:11:00Z',
      firstFailureAt: '2026-01-01T10:10:30Z',
      lastSeenAt: '2026-01-01T10:20:00Z',
      resolvedAt: '2026-01-01T10:25:00Z',
    });
    expect(boring.destinations[0]?.failures).toEqual({ low: 500, high: 500 });
    expect(boring.sources).toMatchObject([{ address: CLIENT, share: 1, joinedBy: 'flow' }]);
    expect(ruledOut).toEqual([]);
    expect(window).toEqual({ from: '2026-01-01T10:00:00Z', to: '2026-01-01T10:30:00Z' });
  });

  it('is open while it goes on, and does not end with the records', () => {
    expect(going(20)).toMatchObject({ id: boring.id, status: 'open', resolvedAt: null });
    expect(going(24)).toMatchObject({ status: 'open', lastSeenAt: '2026-01-01T10:20:00Z' });
    expect(going(25)).toMatchObject({ status: 'resolved' });
  });

  it('keeps its id when pressure turns into exhaustion', () => {
    const ramp = natRun(30, (i) => ({
      standing: portsFrom(2_000, Math.min(1_000, 600 + i * 20)),
      failed: i >= 20 ? portsFrom(30_000 + i * 50, 50) : [],
    }));
    const cut = (minutes: number) =>
      analyzeRows(
        ramp.filter((row) => row.minute < START + minutes),
        { settings: nat.settings },
      ).findings[0] as Finding;
    const [pressure, exhaustion] = [cut(12), cut(30)];
    expect(pressure).toMatchObject({ kind: 'nat-port-pressure', severity: 'medium', firstFailureAt: null });
    expect(pressure.etaAt).not.toBeNull();
    expect(exhaustion).toMatchObject({ kind: 'nat-port-exhaustion', severity: 'critical', etaAt: null });
    expect(exhaustion.id).toBe(pressure.id);
    expect(exhaustion.firstSeenAt).toBe(pressure.firstSeenAt);
  });

  it('fits the schema, as does its summary', () => {
    const result = run();
    for (const finding of result.findings) expect(findingSchema.parse(finding)).toEqual(finding);
    expect(summarySchema.parse(result.summary)).toEqual(result.summary);
  });
});

describe('a built host incident', () => {
  const result = analyzeRows(host.observations, { settings: host.settings, inventory: EMPTY_INVENTORY });

  it('is one finding about the source address, by records and log together', () => {
    expect(result.findings).toMatchObject([
      {
        kind: 'host-port-exhaustion',
        subject: { type: 'source-address', id: CLIENT },
        resource: { type: 'network-interface' },
        destination: { address: '203.0.113.10', port: 443 },
        cause: 'churn',
        firstFailureAt: '2026-01-01T10:10:00Z',
        resolvedAt: '2026-01-01T10:25:00Z',
      },
    ]);
    expect(result.findings[0]?.evidence.map(({ detector }) => detector)).toEqual(
      expect.arrayContaining(['host-connect-error-burst', 'host-port-utilisation']),
    );
    expect(findingSchema.parse(result.findings[0])).toEqual(result.findings[0]);
  });

  it('weighs more than its log alone', () => {
    const alone = analyzeRows(
      host.observations.filter(({ kind }) => kind === 'connect-error'),
      { settings: host.settings, inventory: EMPTY_INVENTORY },
    );
    expect(alone.findings[0]?.confidence).toBeLessThan(result.findings[0]?.confidence ?? 0);
  });

  it('loses no log source to another that shares its address', () => {
    const shared = { group: '/ecs/shared', stream: null, service: null };
    const doubtful = { certainty: 0.3, logSource: shared };
    const { findings } = analyzeRows([
      connectErrorMinute({ ...doubtful, localAddress: CLIENT }),
      connectErrorMinute({ ...doubtful, localAddress: '10.0.1.6' }),
      connectErrorMinute({ events: 100, localAddress: CLIENT }),
    ]);
    expect(findings).toMatchObject([{ subject: { id: CLIENT }, sources: [{ logSource: '/ecs/checkout' }] }]);
  });

  it('resolves by time where the log has nothing more to say', () => {
    const logs = [connectErrorMinute({ events: 50 })];
    const later = (minutes: number) => analyzeRows(logs, { nowMs: at(minutes) }).findings[0];
    expect(later(26)).toMatchObject({ status: 'resolved', resolvedAt: '2026-01-01T10:06:00Z' });
    expect(later(25)).toMatchObject({ status: 'open', resolvedAt: null });
  });
});

describe('what people did', () => {
  it('acknowledges', () => {
    expect(going(18, action({})).status).toBe('acknowledged');
  });

  it('suppresses until a time, and no longer', () => {
    const until = (untilMs: number | null) => going(18, action({ action: 'suppress', untilMs }));
    // Eighteen minutes of records are analysed twenty minutes after their end.
    expect(until(at(39))).toMatchObject({ status: 'suppressed', suppressedUntil: '2026-01-01T10:39:00Z' });
    expect(until(at(38))).toMatchObject({ status: 'open', suppressedUntil: null });
    expect(until(null)).toMatchObject({ status: 'suppressed', suppressedUntil: null });
  });

  it('goes back to an earlier acknowledgement when a suppression ran out', () => {
    expect(going(18, action({}), action({ action: 'suppress', atMs: at(13), untilMs: at(15) })).status).toBe(
      'acknowledged',
    );
  });

  it('resolves, unless a later signal contradicts', () => {
    const resolve = (minutes: number) => going(18, action({ action: 'resolve', atMs: at(minutes) }));
    expect(resolve(18)).toMatchObject({ status: 'resolved', resolvedAt: '2026-01-01T10:18:00Z' });
    expect(resolve(17)).toMatchObject({ status: 'open', resolvedAt: null });
  });

  it('resolves in the minute of the last sign: what was seen in it may lie before', () => {
    const resolve = (minutes: number) => going(18, action({ action: 'resolve', atMs: at(minutes) })).status;
    expect([resolve(17), resolve(17.5)]).toEqual(['open', 'resolved']);
  });

  it('says that the fix did not work, when trouble goes on after somebody resolved it', () => {
    const back = going(18, action({ action: 'resolve', atMs: at(13.5) }));
    expect(back).toMatchObject({ status: 'open', reopenedAt: '2026-01-01T10:15:00Z' });
    expect(back.evidence[0]).toMatchObject({
      statement: 'resolved by hand at 2026-01-01T10:13:30Z, and back since: the fix did not work',
      at: '2026-01-01T10:15:00Z',
    });
    expect(going(18, action({ action: 'resolve', atMs: at(18) })).evidence).toEqual(going(18).evidence);
  });

  it('takes no acknowledgement, nor suppression, from before a resolve that did not hold', () => {
    const resolve = action({ action: 'resolve', atMs: at(13.5) });
    expect(going(18, action({}), resolve).status).toBe('open');
    expect(going(18, action({ action: 'suppress', untilMs: null }), resolve).status).toBe('open');
    expect(going(18, resolve, action({ atMs: at(16) })).status).toBe('acknowledged');
    expect(going(18, resolve, action({ atMs: at(14.5) })).status).toBe('open');
  });

  describe('to trouble that came back by itself', () => {
    const again = nat.observations.filter((row) => row.minute < START + 19);
    const later = again.map((row) => ({ ...row, minute: row.minute + 60 }));
    const back = (...actions: readonly HumanAction[]) =>
      analyzeRows([...nat.observations, ...later], { settings: nat.settings, actions }).findings;

    it('does not acknowledge it, unless that was said since', () => {
      expect(back(action({}))).toMatchObject([{ status: 'open', reopenedAt: '2026-01-01T11:11:00Z' }]);
      expect(back(action({ atMs: at(71) }))[0]?.status).toBe('acknowledged');
      expect(back(action({ atMs: at(70) }))[0]?.status).toBe('open');
    });

    it('still suppresses it, until the time that was given', () => {
      const suppress = (untilMs: number) => back(action({ action: 'suppress', untilMs }))[0]?.status;
      expect([suppress(at(100)), suppress(at(99))]).toEqual(['suppressed', 'open']);
    });

    it('keeps one episode, with the peak and the beginning of both', () => {
      expect(back()).toMatchObject([
        { id: boring.id, episode: 1, firstSeenAt: '2026-01-01T10:11:00Z', resolvedAt: null, status: 'open' },
      ]);
    });
  });

  it('is taken in the order of time, the last word counts', () => {
    const [first, second] = [action({ action: 'suppress', atMs: at(12) }), action({ atMs: at(13) })];
    expect(going(18, second, first).status).toBe('acknowledged');
    expect(going(18, { ...first, atMs: at(14) }, second).status).toBe('suppressed');
  });

  it('changes nothing about a finding that is over, nor about another', () => {
    expect(run({ actions: [action({}), action({ action: 'suppress' })] }).findings[0]).toEqual(boring);
    expect(going(18, action({ findingId: 'fp-another' })).status).toBe('open');
  });
});

describe('several findings', () => {
  it('come worst first, then oldest first', () => {
    const fills = (client: string, minute: number, share: number) =>
      socketMinute({
        minute: START + minute,
        localAddress: client,
        portsInUse: share * 10,
        localRange: { low: 40_000, high: 40_999 },
      });
    const { findings } = analyzeRows([
      fills('10.0.1.1', 3, 80),
      fills('10.0.1.2', 1, 80),
      fills('10.0.1.3', 5, 99),
      fills('10.0.1.4', 4, 95),
    ]);
    expect(findings.map(({ subject, severity }) => [subject.id, severity])).toEqual([
      ['10.0.1.3', 'critical'],
      ['10.0.1.4', 'high'],
      ['10.0.1.2', 'medium'],
      ['10.0.1.1', 'medium'],
    ]);
  });

  it('of one subject are episodes six hours apart', () => {
    const twice = (gap: number) =>
      analyzeRows(
        [
          metricRun('ErrorPortAllocation', [0, 90, 0, 0, 0, 0, 0]),
          metricRun('ErrorPortAllocation', [0, 90, 0, 0, 0, 0, 0], START + gap),
        ].flat(),
      ).findings;
    expect(twice(120)).toMatchObject([
      { episode: 1, firstSeenAt: '2026-01-01T10:02:00Z', lastSeenAt: '2026-01-01T12:02:00Z' },
    ]);
    const apart = twice(400);
    expect(apart.map(({ episode }) => episode)).toEqual([1, 2]);
    expect(new Set(apart.map(({ id }) => id)).size).toBe(2);
  });
});

describe('nothing', () => {
  it('of nothing', () => {
    const result = analyzeParts([], { nowMs: at(0) });
    expect(result).toMatchObject({ findings: [], ruledOut: [], evaluations: [], window: null });
    expect(summarySchema.parse(result.summary)).toEqual(result.summary);
  });

  it('of a calm day, bulk traffic included', () => {
    const calm = [
      ...natRun(120, (i) => ({ opened: portsFrom(2_000 + (i % 40) * 20, 20) })),
      ...natRun(120, (i) => ({ destination: OTHER_DESTINATION, standing: portsFrom(5_000, 30 + (i % 3)), bytes: 1e9 })),
      ...metricRun(
        'ErrorPortAllocation',
        Array.from({ length: 120 }, () => 0),
      ),
    ];
    const result = analyzeRows(calm);
    expect(result.findings).toEqual([]);
    expect(result.evaluations.every(({ outcome }) => outcome !== 'signal')).toBe(true);
  });

  it('but an answer, whatever numbers are in it', () => {
    const rows = [
      metricMinute({ value: 1e300 }),
      connectErrorMinute({ minute: 144_000_000, events: 5 }),
      flowMinute({ opened: portsFrom(0, 65_536), bytes: Number.MAX_SAFE_INTEGER }),
    ];
    expect(() => analyzeRows(rows)).not.toThrow();
  });
});

it('answers although somebody writes a destination of its own into each of 130,000 log events', () => {
  const rows = Array.from({ length: 130_000 }, (_, i) =>
    connectErrorMinute({ destination: { host: `host-${i}`, port: 1 } }),
  );
  expect(analyzeParts([part(rows, { id: 'hostile' })]).findings).toHaveLength(1);
});

describe('parts', () => {
  it('with one id are one part', () => {
    const rows = natIncident().observations;
    const twice = [part(rows, { id: 'same' }), part(rows, { id: 'same' })];
    expect(analyzeParts(twice, { settings: settings({ natPortsPerAddress: 1_000 }) })).toEqual(
      analyzeParts(twice.slice(1), { settings: settings({ natPortsPerAddress: 1_000 }) }),
    );
  });
});
