import { describe, expect, test } from 'vitest';
import type { Analysis, Finding, TimelineMinute } from '../../../shared/core/finding/schema.ts';
import { renderReport } from '../../../shared/core/report/render-report.ts';
import { boringFinding, isoAfterTen } from '../../contract/boring.ts';

const PLAIN = { width: 100, colour: false };
const ESCAPE = '\u001B';

const analysis = (overrides: Partial<Analysis> = {}): Analysis => ({
  findings: [],
  ruledOut: [],
  evaluations: [],
  inputs: [],
  window: null,
  ...overrides,
});

const input = (overrides: Partial<Analysis['inputs'][number]>): Analysis['inputs'][number] => ({
  source: 'flow-log',
  files: 1,
  read: 1_204,
  rejected: 0,
  skipped: 0,
  rejectedExamples: [],
  warnings: [],
  ...overrides,
});

const minute = (after: number, overrides: Partial<TimelineMinute> = {}): TimelineMinute => ({
  at: isoAfterTen(after),
  portsInUse: null,
  utilisation: null,
  capacityPorts: 55_000,
  opens: null,
  failures: null,
  allocationErrors: null,
  logErrors: null,
  ...overrides,
});

const exhausted = boringFinding({
  severity: 'critical',
  recommendations: [
    {
      action: 'reuse-connections',
      detail: '94 % of connections live under 2 s: keep them alive in a pool of 50.',
      expectedEffect: 'The peak falls from 98 % to 4 %.',
      preconditions: ['The server keeps idle connections for a minute.'],
      sideEffects: ['50 connections stay open.'],
    },
    { action: 'add-nat-address', detail: '', expectedEffect: 'Twice the ports.', preconditions: [], sideEffects: [] },
  ],
  evidence: [
    { source: 'metric', detector: 'x', statement: 'ErrorPortAllocation 12 in the minute', at: isoAfterTen(2) },
    { source: 'flow-log', detector: 'x', statement: '264 connections never left the gateway', at: null },
  ],
  missingEvidence: ['application logs of 10.0.1.5'],
  samples: ['connect ETIMEDOUT 198.51.100.7:443'],
  timeline: [
    minute(-2),
    minute(-1, { portsInUse: { low: 0, high: 12_000 }, failures: { low: 0, high: 0 } }),
    minute(0, { portsInUse: { low: 30_000, high: 40_000 }, failures: { low: 0, high: 0 } }),
    minute(1),
    minute(2, { portsInUse: { low: 54_000, high: 55_000 }, failures: { low: 5, high: 10 }, allocationErrors: 12 }),
    minute(3, { portsInUse: { low: 55_000, high: 55_000 }, failures: { low: 5, high: 80 }, allocationErrors: 300 }),
    minute(4),
  ],
});

/** Addresses of Freeport's own making are never cut. */
const UNBROKEN = /^ {18}(?:https:\/\/console\.aws\.amazon\.com\/\S+|freeport serve .{0,80})$/;

const golden = (name: string): string => `../../golden/report/${name}.txt`;

describe('the report', () => {
  test('of an exhausted gateway says it all on one screen', async () => {
    const inputs = [
      input({ rejected: 2, rejectedExamples: [{ file: 'a.log', line: 7, reason: '14 fields expected, 3 found' }] }),
      input({
        source: 'unrecognised',
        read: 0,
        rejected: 1,
        rejectedExamples: [{ file: 'b', line: 0, reason: 'binary' }],
      }),
      input({ source: 'metric', warnings: ['m.json: 3 datapoints of metrics that Freeport does not use'], skipped: 3 }),
    ];
    const ruledOut = [
      {
        kind: 'idle-timeout',
        reason: 'IdleTimeoutCount stayed 0',
        subject: 'nat-1',
        firstSeenAt: null,
        lastSeenAt: null,
      },
    ];
    const window = { from: isoAfterTen(-5), to: isoAfterTen(6) };
    const text = renderReport(analysis({ findings: [exhausted], inputs, ruledOut, window }), PLAIN);
    await expect(text).toMatchFileSnapshot(golden('exhausted'));
  });

  test('of a forecast says when it will be full', async () => {
    const forecast = boringFinding({
      kind: 'nat-port-pressure',
      severity: 'medium',
      firstFailureAt: null,
      etaAt: { low: isoAfterTen(12), high: isoAfterTen(19) },
      capacityAssumed: true,
      destinations: exhausted.destinations.map((ranked) => ({ ...ranked, failures: { low: 0, high: 0 } })),
    });
    await expect(renderReport(analysis({ findings: [forecast] }), PLAIN)).toMatchFileSnapshot(golden('forecast'));
  });

  test('of a finding that knows little says what is not known', async () => {
    const bare = boringFinding({
      kind: 'host-port-exhaustion',
      layer: 'host',
      resource: null,
      subject: { type: 'log-source', id: 'app.log checkout' },
      status: 'resolved',
      resolvedAt: isoAfterTen(20),
      destination: null,
      destinations: [],
      sources: [],
      cause: 'unknown',
      peakUtilisation: null,
      capacityPorts: null,
      missingEvidence: ['flow logs', 'a socket table of the host (freeport host)'],
    });
    await expect(renderReport(analysis({ findings: [bare] }), PLAIN)).toMatchFileSnapshot(golden('little-known'));
  });

  test('wraps to narrow terminals', async () => {
    const text = renderReport(analysis({ findings: [exhausted] }), { width: 64, colour: false });
    await expect(text).toMatchFileSnapshot(golden('narrow'));
    const words = text.split('\n').filter((line) => line.length > 64 && !UNBROKEN.test(line));
    expect(words).toEqual([]);
  });
});

describe('without findings', () => {
  const firstLine = (overrides: Partial<Analysis>): string | undefined =>
    renderReport(analysis(overrides), PLAIN).split('\n')[0];

  test('it never says that all is well without having looked', () => {
    const unrelated = input({ source: 'unrecognised', files: 3, read: 0, rejected: 3 });
    const blind = {
      detector: 'd',
      subject: 's',
      reason: 'no flows',
      minutes: { signal: 0, quiet: 0, insufficientData: 3 },
    };
    expect(firstLine({})).toBe('Nothing to analyse: there are no files.');
    expect(firstLine({ inputs: [unrelated] })).toBe(
      'Nothing to analyse: 3 files were read, without a record that Freeport can use.',
    );
    expect(firstLine({ inputs: [input({ source: 'inventory', read: 4 })] })).toMatch('Nothing to analyse: 1 file was');
    expect(firstLine({ inputs: [input({})], evaluations: [{ ...blind, outcome: 'insufficient-data' }] })).toBe(
      'No findings, but too little to go on: see what is missing below.',
    );
    expect(firstLine({ inputs: [input({})], evaluations: [{ ...blind, outcome: 'quiet' }] })).toBe(
      'No findings in 1,204 records.',
    );
  });

  test('it shows what was looked at, what could not be, and what was not read', async () => {
    const minutes = { signal: 0, quiet: 10, insufficientData: 1 };
    const text = renderReport(
      analysis({
        evaluations: [
          { detector: 'nat-port-utilisation', subject: 'nat-1', outcome: 'quiet', reason: 'at most 12 %', minutes },
          {
            detector: 'host-connect-error-burst',
            subject: 'web',
            outcome: 'insufficient-data',
            reason: 'no logs',
            minutes,
          },
        ],
        inputs: [
          input({}),
          input({
            source: 'unrecognised',
            files: 7,
            read: 0,
            rejected: 7,
            rejectedExamples: Array.from({ length: 7 }, (_, index) => ({
              file: `f${index}`,
              line: 0,
              reason: 'binary',
            })),
          }),
        ],
      }),
      PLAIN,
    );
    await expect(text).toMatchFileSnapshot(golden('healthy'));
  });
});

describe('hostile text', () => {
  const hostile = `a\nb\r${ESCAPE}[2J\u202Egnp.exe\u0000\u009b31m${'x'.repeat(5_000)}`;

  test('neither breaks a line, moves the cursor, turns the reading order nor fills the screen', () => {
    const finding: Finding = boringFinding({
      title: hostile,
      causeReason: hostile,
      capacityBasis: hostile,
      samples: [hostile, hostile, hostile],
      missingEvidence: [hostile],
      evidence: [{ source: 'app-log', detector: 'x', statement: hostile, at: null }],
      sources: exhausted.sources.map((source) => ({ ...source, owner: hostile, logSource: hostile })),
      destinations: exhausted.destinations.map((ranked) => ({ ...ranked, hostNames: [hostile] })),
      recommendations: [
        { action: hostile, detail: hostile, expectedEffect: hostile, preconditions: [hostile], sideEffects: [hostile] },
      ],
    });
    const rejectedExamples = [{ file: hostile, line: 1, reason: hostile }];
    const inputs = [input({ warnings: [hostile], rejectedExamples })];
    const ruledOut = [{ kind: hostile, reason: hostile, subject: hostile, firstSeenAt: null, lastSeenAt: null }];
    const text = renderReport(analysis({ findings: [finding], inputs, ruledOut }), PLAIN);
    // eslint-disable-next-line no-control-regex -- these are what must not come through
    expect(text.match(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g)).toBeNull();
    expect(text.split('\n').filter((line) => line.length > 100 && !UNBROKEN.test(line))).toEqual([]);
    expect(text.split('\n').length).toBeLessThan(180);
  });

  test('leaves only the report its own colours', () => {
    const text = renderReport(analysis({ findings: [boringFinding({ title: hostile })] }), {
      width: 100,
      colour: true,
    });
    expect(text).toContain(`${ESCAPE}[31mHIGH${ESCAPE}[0m`);
    expect(text).not.toContain(`${ESCAPE}[2J`);
  });
});

test('a long history is drawn with several minutes to a block, each at its highest', () => {
  const timeline = Array.from({ length: 200 }, (_, index) =>
    minute(index, { portsInUse: { low: 0, high: index === 117 ? 55_000 : 100 } }),
  );
  const text = renderReport(analysis({ findings: [boringFinding({ timeline })] }), PLAIN);
  const row = text.split('\n').find((line) => line.startsWith('  ports at most')) ?? '';
  expect(row.match(/█/g)).toHaveLength(1);
  expect(row.length).toBeLessThanOrEqual(100);
  expect(text).toMatch(/10:00 +13:19 {2}UTC, 4 minutes a block/);
});
