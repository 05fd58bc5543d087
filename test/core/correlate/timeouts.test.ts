import { describe, expect, it } from 'vitest';
import type { Observation } from '../../../shared/core/model/observation.ts';
import {
  analyzeRows,
  CLIENT,
  connectErrorMinute,
  flowMinute,
  metricMinute,
  natIncident,
  natRun,
  portsFrom,
  settings,
  START,
} from '../builders.ts';

const nat = natIncident();
const timeouts = (override: Parameters<typeof connectErrorMinute>[0] = {}) =>
  connectErrorMinute({
    verdict: 'nat-timeout-suspect',
    signature: 'node-etimedout',
    minute: START + 15,
    events: 9,
    ...override,
  });
const run = (...more: readonly Observation[]) =>
  analyzeRows([...nat.observations, ...more], {
    settings: settings({ natPortsPerAddress: 1_000, hostNames: { 'api.example.com': ['203.0.113.10'] } }),
  });
const evidence = (...more: readonly Observation[]) =>
  run(...more).findings[0]?.evidence.find(({ detector }) => detector === 'connect-timeouts')?.statement ?? null;

describe('connect timeouts beside a NAT finding', () => {
  it('support it when they are towards its destination', () => {
    expect(evidence(timeouts())).toBe('9 connect timeouts towards 203.0.113.10:443/tcp from /ecs/checkout');
    expect(evidence(timeouts({ destination: { host: 'api.example.com', port: 443 } }))).not.toBeNull();
    expect(evidence(timeouts({ destination: { host: '203.0.113.10', port: null } }))).not.toBeNull();
  });

  it.each([
    ['another destination', { destination: { host: '203.0.113.99', port: 443 } }],
    ['another port', { destination: { host: '203.0.113.10', port: 8_443 } }],
    ['no destination', { destination: null }],
    ['a name that nothing resolves', { destination: { host: 'other.example.com', port: 5_432 } }],
    ['before it', { minute: START + 9 }],
    ['long after it', { minute: START + 23 }],
  ])('do not when they are of %s', (_, override) => {
    expect(evidence(timeouts(override))).toBeNull();
  });

  it('may come three minutes late: clients wait before they give up', () => {
    expect(evidence(timeouts({ minute: START + 22 }))).not.toBeNull();
  });

  it('name the log source of a client whose own address they carry', () => {
    expect(run(timeouts({ localAddress: CLIENT })).findings[0]?.sources[0]?.logSource).toBe('/ecs/checkout');
    expect(run(timeouts()).findings[0]?.sources[0]?.logSource).toBeNull();
  });

  it('raise its confidence and show in its timeline and samples', () => {
    const flowsOnly = nat.observations.filter(({ kind }) => kind === 'flow');
    const without = analyzeRows(flowsOnly, { settings: nat.settings }).findings[0];
    const withThem = analyzeRows([...flowsOnly, timeouts()], { settings: nat.settings }).findings[0];
    expect(withThem?.confidence).toBeGreaterThan(without?.confidence ?? 1);
    expect(withThem?.timeline.find(({ logErrors }) => logErrors !== null)).toMatchObject({ logErrors: 9 });
    expect(withThem?.samples).toHaveLength(1);
    expect(withThem?.missingEvidence.join()).not.toContain('application logs');
  });
});

describe('connect timeouts without a finding', () => {
  const suspects = (...rows: readonly Observation[]) =>
    analyzeRows(rows).evaluations.filter(({ detector }) => detector === 'connect-timeouts');

  it('are answered with insufficient data and what would settle it', () => {
    expect(suspects(timeouts())).toEqual([
      {
        detector: 'connect-timeouts',
        subject: 'destination:203.0.113.10:443',
        outcome: 'insufficient-data',
        reason: expect.stringContaining('9 connect timeouts towards 203.0.113.10:443'),
        minutes: { signal: 0, quiet: 0, insufficientData: 1 },
      },
    ]);
  });

  it('open no finding, however many', () => {
    expect(analyzeRows([timeouts({ events: 5_000 })]).findings).toEqual([]);
  });

  it('are not worth a word when they are fewer than three, or when a finding explains them', () => {
    expect(suspects(timeouts({ events: 2 }))).toEqual([]);
    expect(suspects(timeouts({ events: 3 }))).toHaveLength(1);
    expect(run(timeouts()).evaluations.some(({ detector }) => detector === 'connect-timeouts')).toBe(false);
  });

  it('are a question of their own beside a host without a port left, whose connects fail at once', () => {
    const exhausted = Array.from({ length: 3 }, (_, i) => connectErrorMinute({ minute: START + 15 + i, events: 60 }));
    expect(analyzeRows([...exhausted, timeouts()]).findings).toMatchObject([{ layer: 'host' }]);
    expect(suspects(...exhausted, timeouts())).toMatchObject([{ subject: 'destination:203.0.113.10:443' }]);
  });

  it('are told worst first', () => {
    const other = timeouts({ events: 20, seed: 'b', destination: { host: 'db.example.com', port: 5_432 } });
    expect(suspects(timeouts(), other).map(({ subject }) => subject)).toEqual([
      'destination:db.example.com:5432',
      'destination:203.0.113.10:443',
    ]);
  });

  it('are no question where a look-alike answers it, for this destination or this log source', () => {
    const rejected = [14, 15].map((i) =>
      flowMinute({ minute: START + i, opened: portsFrom(40_000, 50), records: 50, rejected: 50 }),
    );
    expect(suspects(...rejected, timeouts())).toEqual([]);
    const other = timeouts({ destination: { host: '203.0.113.99', port: 443 } });
    expect(suspects(...rejected, other)).toHaveLength(1);
    const noErrors = [metricMinute({ minute: START + 15 }), timeouts({ events: 20 })];
    expect(suspects(...noErrors)).toEqual([]);
    expect(
      suspects(...noErrors, timeouts({ logSource: { group: 'b', stream: null, service: null }, minute: START + 40 })),
    ).toHaveLength(1);
  });

  it('beside calm flow records stay a question', () => {
    expect(suspects(...natRun(30, (i) => ({ opened: portsFrom(2_000 + i * 10, 10) })), timeouts())).toHaveLength(1);
  });
});
