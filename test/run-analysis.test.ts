import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Notification } from '../shared/core/notify/notification.ts';
import type { Finding } from '../shared/core/finding/schema.ts';
import type { Observation } from '../shared/core/model/observation.ts';
import { minuteStartMs } from '../shared/core/model/time.ts';
import { type LocalStore, openStore } from '../shared/local/store/sqlite-store.ts';
import { runAnalysis } from '../shared/run-analysis.ts';
import { metricRun, natInventory, natRun, part, portsFrom, settings, START } from './core/builders.ts';

const own = settings({ natPortsPerAddress: 1_000 });
const HORIZON_MINUTES = 120;
const at = (minutes: number): number => minuteStartMs(START + minutes);
let store: LocalStore;
let told: Notification[];
beforeEach(() => {
  store = openStore(':memory:');
  told = [];
});
afterEach(() => store.close());

const put = (observations: readonly Observation[]) => store.parts.put(part(observations));
/** One run at so many minutes after `START`; everything owed is told. Silences mean nothing unless `isLive`. */
async function run(minutes: number, isLive = false): Promise<readonly Finding[]> {
  await runAnalysis({
    parts: store.parts,
    findings: store.findings,
    inventory: { ...store.inventory, get: async () => natInventory() },
    publisher: { publish: async (notification) => void told.push(notification) },
    clock: { nowMs: () => at(minutes) },
    settings: own,
    horizonMinutes: HORIZON_MINUTES,
    isLive,
  });
  return (await store.findings.list({ limit: 10 })).findings;
}
const tellings = () => told.map(({ transition }) => transition);
/** `count` ports standing in each of `minutes` minutes from `from` on. */
const standing = (count: number, from: number, minutes: number, failed = 0) =>
  natRun(
    minutes,
    () => ({ standing: portsFrom(2_000, count), failed: failed === 0 ? [] : portsFrom(30_000, failed) }),
    START + from,
  );

describe('trouble that lasts longer than what is replayed', () => {
  it('keeps its beginning, its first failure and its peak', async () => {
    await put(standing(10, 0, 10));
    await put(standing(990, 10, 10, 50));
    await put(standing(800, 20, 200));
    const [early] = await run(60);
    const [late] = await run(220);
    expect(early).toMatchObject({ kind: 'nat-port-exhaustion', firstSeenAt: '2026-01-01T10:11:00Z', status: 'open' });
    expect(late).toMatchObject({
      id: early?.id,
      kind: 'nat-port-exhaustion',
      severity: 'critical',
      status: 'open',
      firstSeenAt: '2026-01-01T10:11:00Z',
      firstFailureAt: early?.firstFailureAt,
      lastSeenAt: '2026-01-01T13:40:00Z',
      title: early?.title,
    });
    expect(late?.peakUtilisation?.low).toBeCloseTo(0.99);
    expect(late?.timeline).toHaveLength(220);
    expect(late?.timeline[0]).toEqual(early?.timeline[0]);
    expect(tellings()).toEqual(['opened']);
  });

  it('is resolved with all of that, once it is quiet', async () => {
    await put(standing(900, 10, 190));
    await run(100);
    // What fell silent without a close may hold its port for a while: half an hour is beyond doubt.
    await put(standing(10, 200, 30));
    const [over] = await run(260);
    expect(over).toMatchObject({
      status: 'resolved',
      firstSeenAt: '2026-01-01T10:11:00Z',
      resolvedAt: expect.stringMatching(/^2026-01-01T13:[23]/),
    });
    expect(tellings()).toEqual(['opened', 'resolved']);
  });
});

describe('trouble whose records stop', () => {
  it('stays open for as long as nothing is heard of it, and is one finding when it goes on', async () => {
    await put(standing(900, 0, 30));
    const [first] = await run(50);
    expect(await run(1_000)).toEqual([first]);
    await put(standing(900, 1_100, 10));
    expect(await run(1_130)).toMatchObject([{ id: first?.id, status: 'open', firstSeenAt: first?.firstSeenAt }]);
    expect(tellings()).toEqual(['opened']);
  });

  it('ends when they come back and are quiet', async () => {
    await put(standing(900, 0, 30));
    await run(50);
    await put(standing(10, 1_100, 4));
    expect(await run(1_130)).toMatchObject([{ status: 'open' }]);
    await put(standing(10, 1_104, 1));
    expect(await run(1_131)).toMatchObject([
      { status: 'resolved', resolvedAt: '2026-01-02T04:25:00Z', lastSeenAt: '2026-01-01T10:30:00Z' },
    ]);
    expect(tellings()).toEqual(['opened', 'resolved']);
  });

  it('is not over because a metric says that no allocation fails', async () => {
    await put(standing(900, 0, 30));
    await put(
      metricRun(
        'ErrorPortAllocation',
        Array.from({ length: 300 }, () => 0),
      ),
    );
    expect(await run(60)).toMatchObject([{ status: 'open' }]);
    expect(await run(300)).toMatchObject([{ status: 'open' }]);
  });
});

it('trouble that comes back hours later, its first end out of sight, is told of as the same finding', async () => {
  await put(standing(900, 0, 30));
  const [first] = await run(40);
  await put(standing(10, 30, 240));
  await run(60);
  await put(standing(950, 270, 10));
  expect(await run(290)).toMatchObject([
    { id: first?.id, status: 'open', firstSeenAt: first?.firstSeenAt, reopenedAt: '2026-01-01T14:31:00Z' },
  ]);
  expect(tellings()).toEqual(['opened', 'resolved', 'reopened']);
});

describe('a suppression that runs out', () => {
  const suppress = async (minutes: number, untilMinutes: number) => {
    const [finding] = (await store.findings.list({ limit: 1 })).findings;
    const act = { findingId: finding?.id ?? '', action: 'suppress' as const, by: 'somebody', reason: 'known' };
    await store.findings.act({ ...act, atMs: at(minutes), untilMs: at(untilMinutes) });
  };

  it('is told of when the trouble still goes on', async () => {
    await put(standing(900, 0, 60));
    await run(20);
    await suppress(21, 40);
    expect(await run(30)).toMatchObject([{ status: 'suppressed' }]);
    expect(tellings()).toEqual(['opened']);
    expect(await run(40)).toMatchObject([{ status: 'open', suppressedUntil: null }]);
    await run(45);
    expect(tellings()).toEqual(['opened', 'reopened']);
  });

  it('is told of when nothing was heard since, and not after its end', async () => {
    await put(standing(900, 0, 10));
    await run(30);
    await suppress(31, 400);
    expect(await run(300)).toMatchObject([{ status: 'suppressed' }]);
    expect(await run(401)).toMatchObject([{ status: 'open', suppressedUntil: null }]);
    expect(tellings()).toEqual(['opened', 'reopened']);
    await suppress(402, 500);
    await put(standing(10, 410, 10));
    expect(await run(450)).toMatchObject([{ status: 'resolved', suppressedUntil: null }]);
    await run(510);
    expect(tellings()).toEqual(['opened', 'reopened', 'resolved']);
  });
});

it('what evidence no longer supports is withdrawn, and comes back as the same finding', async () => {
  const errors = metricRun('ErrorPortAllocation', [0, 0, 90, 90, 0]);
  await store.parts.put(part(errors, { id: 'errors' }));
  const [finding] = await run(60);
  await store.parts.put(part(metricRun('ErrorPortAllocation', [0, 0, 0, 0, 0]), { id: 'errors' }));
  await store.findings.save([{ ...(finding as Finding), status: 'open', resolvedAt: null }], []);
  expect(await run(62)).toMatchObject([{ id: finding?.id, status: 'withdrawn', resolvedAt: '2026-01-01T11:02:00Z' }]);
  await store.parts.put(part(metricRun('ErrorPortAllocation', [0, 0, 90, 90]), { id: 'errors' }));
  expect(await run(64)).toMatchObject([{ id: finding?.id, status: 'open' }]);
  expect(tellings()).toEqual(['opened', 'withdrawn', 'reopened']);
});

describe('a source that falls silent', () => {
  const zeros = (from: number, minutes: number) =>
    metricRun(
      'ErrorPortAllocation',
      Array.from({ length: minutes }, () => 0),
      START + from,
    );

  it('is told of once, stays lost however long ago it came, and ends when it comes again', async () => {
    await put(standing(10, 0, 60));
    await put(zeros(0, 900));
    expect(await run(90, true)).toEqual([]);
    const [lost] = await run(95, true);
    expect(lost).toMatchObject({ kind: 'signal-lost', status: 'open', firstSeenAt: '2026-01-01T11:30:00Z' });
    for (const minutes of [120, 150, 170, 175, 180, 185, 190, 195, 240, 600])
      expect([minutes, await run(minutes, true)]).toEqual([minutes, [lost]]);
    await put(standing(10, 610, 1));
    expect(await run(620, true)).toMatchObject([
      { id: lost?.id, status: 'resolved', resolvedAt: '2026-01-01T20:11:00Z' },
    ]);
    expect(tellings()).toEqual(['opened', 'resolved']);
  });

  it('keeps what depends on it open', async () => {
    await put(standing(950, 0, 60));
    await put(zeros(0, 900));
    await run(70, true);
    await run(100, true);
    await run(400, true);
    const open = (await store.findings.list({ limit: 10, status: 'open' })).findings;
    expect(open.map(({ kind }) => kind).sort()).toEqual(['nat-port-pressure', 'signal-lost']);
    expect(tellings()).toEqual(['opened', 'opened']);
  });

  it('means nothing where it is a file that ends', async () => {
    await put(standing(10, 0, 60));
    await put(zeros(0, 900));
    expect(await run(400)).toEqual([]);
  });
});
