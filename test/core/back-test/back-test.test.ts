import { describe, expect, it } from 'vitest';
import type { AnalysisRequest } from '../../../shared/core/analyze.ts';
import { analyze } from '../../../shared/core/analyze.ts';
import { backTest } from '../../../shared/core/back-test/back-test.ts';
import { indexByArrival } from '../../../shared/core/back-test/known-by.ts';
import { backTestSchema } from '../../../shared/core/finding/schema.ts';
import type { Observation } from '../../../shared/core/model/observation.ts';
import { minuteEndMs, minuteStartMs } from '../../../shared/core/model/time.ts';
import {
  connectErrorMinute,
  metricMinute,
  metricRun,
  natInventory,
  natRun,
  part,
  portsFrom,
  settings,
  socketMinute,
  START,
} from '../builders.ts';

const DAY = 1_440;
const own = settings({ natPortsPerAddress: 1_000 });
const request = (observations: readonly Observation[]): AnalysisRequest => ({
  parts: [part(observations)],
  inventory: natInventory(),
  actions: [],
  episodes: [],
  settings: own,
  nowMs: minuteEndMs(Math.max(...observations.map(({ minute }) => minute))) + 20 * 60_000,
});
const tested = (observations: readonly Observation[]) => {
  const given = request(observations);
  return backTest(given, analyze(given).findings);
};

/** `from` minutes after `START`: calm, then at once nine tenths of the ports for long, then failures, then calm. */
function trouble(from: number): Observation[] {
  const start = START + from;
  const flows = natRun(
    70,
    (i) => ({
      standing: portsFrom(2_000, i < 10 || i >= 60 ? 20 : 800),
      failed: i >= 40 && i < 50 ? portsFrom(20_000 + i * 50, 50) : [],
    }),
    start,
  );
  const errors = Array.from({ length: 70 }, (_, i) => (i >= 40 && i < 50 ? 150 : 0));
  return [...flows, ...metricRun('ErrorPortAllocation', errors, start)];
}
/** Failures without any rise before them, that metrics alone tell of. */
const burst = (from: number): Observation[] =>
  metricRun('ErrorPortAllocation', [0, 0, 0, 90, 90, 0, 0, 0, 0, 0, 0], START + from);
const calmDay = metricMinute({ minute: START - 3 * DAY });

describe('a month of files', () => {
  // From the first of January, 10:00.
  const result = tested([calmDay, ...trouble(2 * DAY), ...burst(20 * DAY), ...burst(35 * DAY)]);

  it('says on which days Freeport would have warned, as early as the records would have come', () => {
    expect(result?.episodes).toMatchObject([
      {
        kind: 'nat-port-exhaustion',
        subject: { type: 'nat-gateway' },
        firstSeenAt: '2026-01-03T10:11:00Z',
        // Flow records of the minute come eleven minutes after it.
        warnedAt: '2026-01-03T10:22:00Z',
        firstFailureAt: '2026-01-03T10:40:30Z',
        leadMinutes: 18.5,
        confirmedBy: ['metric'],
      },
      { warnedAt: '2026-01-21T10:06:00Z', firstFailureAt: '2026-01-21T10:03:30Z', leadMinutes: -2.5 },
      { warnedAt: '2026-02-05T10:06:00Z' },
    ]);
    expect(result?.episodes[0]?.peakUtilisation?.low).toBeCloseTo(0.8);
  });

  it('counts by month', () => {
    expect(result?.months).toEqual([
      { month: '2026-01', episodes: 2, failed: 2, warnedBefore: 1 },
      { month: '2026-02', episodes: 1, failed: 1, warnedBefore: 0 },
    ]);
    expect(result?.omitted).toBe(0);
  });

  it('fits the schema', () => {
    expect(backTestSchema.parse(result)).toEqual(result);
  });
});

it('a quiet month has no episode, and less than a day no back-test', () => {
  expect(tested([calmDay, metricMinute()])).toMatchObject({ episodes: [], months: [] });
  expect(tested(trouble(0))).toBeNull();
  expect(tested([metricMinute(), metricMinute({ minute: START + DAY - 1 })])).not.toBeNull();
  expect(tested([metricMinute(), metricMinute({ minute: START + DAY - 2 })])).toBeNull();
  const empty = { ...request([calmDay]), parts: [] };
  expect(backTest(empty, [])).toBeNull();
});

it('tries two hundred episodes at most, the earliest, and counts the rest', () => {
  const given = request([calmDay, ...burst(0)]);
  const [finding] = analyze(given).findings;
  if (finding === undefined) throw new Error('the burst is a finding');
  const result = backTest(
    given,
    Array.from({ length: 203 }, () => finding),
  );
  expect([result?.episodes.length, result?.omitted]).toEqual([200, 3]);
});

it('what was known at an instant is what had come by then, of the last minutes', () => {
  const rows = [
    ...natRun(1, () => ({ opened: [2_000] })),
    metricMinute(),
    metricMinute({ metric: 'ActiveConnectionCount', periodMinutes: 5 }),
    connectErrorMinute(),
    socketMinute(),
  ];
  const knownBy = indexByArrival([part(rows)], 120);
  const kinds = (minutes: number) =>
    knownBy(minuteStartMs(START + minutes)).flatMap((each) => each.observations).length;
  // Logs and tables at the end of the minute, metrics two minutes after their period, both flow rows after eleven.
  expect([0, 1, 2, 3, 6, 7, 11, 12, 120, 121].map(kinds)).toEqual([0, 2, 2, 3, 3, 4, 4, 6, 6, 0]);
});
