import { describe, expect, it } from 'vitest';
import { createJudge } from '../../bench/eval/judge-replay.ts';
import type { AnalysisResult } from '../../shared/core/analyze.ts';
import type { Finding } from '../../shared/core/finding/schema.ts';
import type { TrueIncident, Truth } from '../../shared/core/simulate/truth.ts';

const FROM = Date.parse('2026-03-03T10:00:00Z');
const at = (minute: number): string => new Date(FROM + minute * 60_000).toISOString();

const incident: TrueIncident = {
  kind: 'nat-port-exhaustion',
  layer: 'nat',
  cause: 'churn',
  causes: ['churn'],
  subject: { type: 'nat-gateway', id: 'nat-1' },
  hidden: [],
  destinations: [{ address: '203.0.113.10', port: 443, protocol: 6, share: 1 }],
  sources: [
    { address: '10.0.1.11', interfaceId: 'eni-1', owner: 'orders', share: 0.51 },
    { address: '10.0.1.12', interfaceId: 'eni-2', owner: 'orders', share: 0.49 },
  ],
  onsetAt: at(30),
  endAt: at(80),
  turnsAt: [],
  firstDropAt: at(60),
  firstFailureAt: at(60),
  lastFailureAt: at(79),
  failedConnections: 100,
  failedBySource: {},
  reached: { warningAt: at(50), criticalAt: at(55), fullAt: at(59) },
  peakPorts: 400,
  capacityPorts: 400,
  peakUtilisation: 1,
  utilisationByMinute: [],
};

const truthWith = (special: Partial<Truth>): Truth => ({
  version: 1,
  scenario: 'test',
  class: 'test',
  seed: 1,
  from: at(0),
  to: at(90),
  verdict: 'exhaustion',
  incidents: [incident],
  ruledOut: [],
  alsoTrue: [],
  otherPortFailures: 0,
  highestUtilisation: 1,
  pressed: [],
  ...special,
});

const finding = (special: Partial<Finding>): Finding =>
  ({
    id: 'f-1',
    kind: 'nat-port-pressure',
    layer: 'nat',
    resource: { type: 'nat-gateway', id: 'nat-1' },
    subject: { type: 'nat-gateway', id: 'nat-1' },
    status: 'open',
    severity: 'high',
    title: 'title',
    destination: { address: '203.0.113.10', port: 443, protocol: 6 },
    sources: [{ address: '10.0.1.12' }],
    cause: 'churn',
    firstSeenAt: at(45),
    etaAt: null,
    ...special,
  }) as Finding;

function judged(truth: Truth, snapshots: readonly (readonly [minute: number, findings: readonly Finding[]])[]) {
  const judge = createJudge(truth);
  for (const [minute, findings] of snapshots)
    judge.learn({
      nowMs: Date.parse(at(minute)),
      isRegular: true,
      isLast: false,
      result: { findings, ruledOut: [], evaluations: [], window: null } as unknown as AnalysisResult,
    });
  return judge.outcome([], 'delayedMs', snapshots.length);
}

describe('an incident', () => {
  const outcome = judged(truthWith({}), [
    [20, []],
    [48, [finding({ etaAt: { low: at(55), high: at(62) } })]],
    [52, [finding({ etaAt: { low: at(61), high: at(70) } })]],
    [62, [finding({ kind: 'nat-port-exhaustion', severity: 'critical' })]],
  ]);

  it('has its lead from the first warning to the first failed connection', () => {
    expect(outcome.incidents[0]).toMatchObject({
      found: true,
      leadMinutes: 12,
      warnedAfterOnsetMinutes: 18,
      exhaustionSaidAfterFailureMinutes: 2,
    });
  });

  it('takes a source with nearly the same share for right', () => {
    expect(outcome.incidents[0]).toMatchObject({ destinationRight: true, sourceRight: true, layerRight: true });
  });

  it('counts how often the time of exhaustion lay inside the interval said', () => {
    expect(outcome.incidents[0]?.eta).toEqual({
      said: 2,
      covering: 1,
      absoluteErrorsMinutes: [1.5, 5.5],
      widthsMinutes: [7, 9],
    });
  });

  it('does not take a forecast that was made before an unforeseeable turn for one of what came after', () => {
    const turned = judged(truthWith({ incidents: [{ ...incident, turnsAt: [at(51)] }] }), [
      [48, [finding({ etaAt: { low: at(70), high: at(80) } })]],
      [52, [finding({ etaAt: { low: at(58), high: at(62) } })]],
    ]);
    expect(turned.incidents[0]?.eta).toMatchObject({ said: 1, covering: 1 });
  });

  it('is no false page', () => {
    expect(outcome.falsePages).toEqual([]);
    expect(outcome.trueFindings).toBe(1);
  });
});

it('takes a finding before the onset for early and for a false page', () => {
  const outcome = judged(truthWith({}), [
    [25, [finding({})]],
    [62, [finding({ kind: 'nat-port-exhaustion' })]],
  ]);
  expect(outcome.incidents[0]).toMatchObject({ openedEarly: true, leadMinutes: null });
  expect(outcome.falsePages).toHaveLength(1);
});

it('takes a finding that was withdrawn and comes back for another', () => {
  const outcome = judged(truthWith({}), [
    [10, [finding({})]],
    [14, []],
    [18, [finding({})]],
    [22, []],
    [48, [finding({})]],
    [62, [finding({ kind: 'nat-port-exhaustion' })]],
  ]);
  expect(outcome.falsePages).toHaveLength(2);
  expect(outcome.incidents[0]?.leadMinutes).toBe(12);
  expect(outcome.trueFindings).toBe(1);
});

it('counts a page in a calm world once, and keeps a withdrawn finding out of the final ones', () => {
  const calm = truthWith({ verdict: 'calm', incidents: [] });
  const outcome = judged(calm, [
    [20, [finding({})]],
    [24, [finding({ title: 'again' })]],
    [40, [finding({ status: 'withdrawn' })]],
  ]);
  expect(outcome.falsePages).toHaveLength(1);
  expect(outcome.falseFindings).toEqual([]);
});

describe('a pressure that no label foresaw', () => {
  const pressed = truthWith({
    verdict: 'calm',
    incidents: [],
    pressed: [
      {
        layer: 'nat',
        subject: { type: 'nat-gateway', id: 'nat-1' },
        windows: [{ from: at(30), to: at(33), peak: 0.8 }],
      },
    ],
  });
  const pagesOf = (minute: number, special: Partial<Finding>): number =>
    judged(pressed, [[minute, [finding({ severity: 'medium', ...special })]]]).falsePages.length;

  it('is true while it lasts, as long before as forecasts reach and as long after as logs are late', () => {
    expect(pagesOf(31, {})).toBe(0);
    expect(pagesOf(60, {})).toBe(0);
    expect(pagesOf(70, {})).toBe(1);
  });

  it('is no reason for a page of high severity, for exhaustion, or about another gateway', () => {
    expect(pagesOf(31, { severity: 'high' })).toBe(1);
    expect(pagesOf(31, { kind: 'nat-port-exhaustion' })).toBe(1);
    const other = { type: 'nat-gateway', id: 'nat-2' } as const;
    expect(pagesOf(31, { subject: other, resource: other })).toBe(1);
  });

  it('does not make a forecast come true', () => {
    const said = finding({ etaAt: { low: at(50), high: at(60) } });
    expect(judged(pressed, [[31, [said]]]).emptyForecasts).toHaveLength(1);
  });
});

it('takes further truths of a world for true only while its incident goes on', () => {
  const spike = finding({ kind: 'connection-rate-spike', severity: 'low' });
  const world = truthWith({ alsoTrue: ['connection-rate-spike'] });
  expect(judged(world, [[10, [spike]]]).falseFindings).toHaveLength(1);
  expect(judged(world, [[40, [spike]]]).falseFindings).toHaveLength(0);
});

it('misses what nobody found', () => {
  const [missed] = judged(truthWith({}), [[90, []]]).incidents;
  expect(missed).toMatchObject({ found: false, leadMinutes: null, destinationRight: false, layerRight: false });
});
