import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { isOver } from '../../shared/core/finding/apply-action.ts';
import { familyOf, subjectKey } from '../../shared/core/finding/identity.ts';
import type { HumanAction } from '../../shared/core/finding/human-action.ts';
import type { Notification } from '../../shared/core/notify/notification.ts';
import type { Finding } from '../../shared/core/finding/schema.ts';
import type { Observation } from '../../shared/core/model/observation.ts';
import { minuteEndMs, minuteOf, minuteStartMs } from '../../shared/core/model/time.ts';
import { openStore } from '../../shared/local/store/sqlite-store.ts';
import { runAnalysis } from '../../shared/run-analysis.ts';
import type { FindingStore } from '../../shared/ports.ts';
import { metricMinute, natInventory, natMinute, part, portsFrom, settings, START } from '../core/builders.ts';

/**
 * The life of findings under random evidence, people and time: whatever happens, one trouble is one finding, told of
 * once per turn, and never called over while it goes on.
 */

/** A gateway of 20 ports; `lossless` delivery, so that each run knows every minute before it. */
const SETTINGS = settings({ natPortsPerAddress: 20, latenessMinutes: 1, episodeGapHours: 1 });
const HORIZON_MINUTES = 60;
const RUN_EVERY_MINUTES = 4;
/** What rose before is not taken for a slope any more. */
const CALM_MINUTES = 21;
const RESOLVE_AFTER = SETTINGS.resolveAfterQuietMinutes;

/** What a minute shows: ports standing, of 20; `silent` has no record and no datapoint. */
const LEVELS = { calm: 2, below: 12, keeps: 14, warns: 16, critical: 19, fails: 19, silent: 0, metricOnly: 0 } as const;
type Level = keyof typeof LEVELS;

function observationsOf(level: Level, minute: number): Observation[] {
  if (level === 'silent') return [];
  const errors = metricMinute({ minute, value: level === 'fails' ? 80 : 0 });
  if (level === 'metricOnly') return [errors];
  const failed = level === 'fails' ? portsFrom(30_000, 10) : [];
  return [...natMinute({ minute, standing: portsFrom(2_000, LEVELS[level]), failed }), errors];
}

const isTrouble = (level: Level | undefined): boolean => level === 'warns' || level === 'critical' || level === 'fails';
/** Known to be below the line at which a finding clears. */
const isClear = (level: Level | undefined): boolean => level === 'calm' || level === 'below';

const isAboutPorts = ({ kind }: Finding): boolean => kind !== 'signal-lost';

type Step =
  | { readonly kind: 'minutes'; readonly level: Level; readonly count: number }
  | { readonly kind: 'act'; readonly action: HumanAction['action']; readonly forMinutes: number | null };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('minutes' as const),
      level: fc.constantFrom<Level>(...(Object.keys(LEVELS) as Level[]), 'calm', 'calm', 'fails'),
      count: fc.constantFrom(1, 2, 4, 5, 6, 9, 30, 70),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('act' as const),
      action: fc.constantFrom<HumanAction['action']>('acknowledge', 'suppress', 'resolve'),
      forMinutes: fc.constantFrom(null, 1, 10, 60),
    }),
  },
);

/** Everything that was saved, beside the store itself. */
function watched(store: FindingStore) {
  const owed: Notification[] = [];
  const watching: FindingStore = {
    ...store,
    save: async (findings, notifications) => {
      owed.push(...notifications);
      await store.save(findings, notifications);
    },
  };
  return { watching, owed };
}

async function all(store: FindingStore): Promise<readonly Finding[]> {
  return (await store.list({ limit: 100 })).findings;
}

/** Plays the steps; after every analysis `check` sees what is stored and what was told. */
async function play(
  steps: readonly Step[],
  check: (at: {
    readonly nowMs: number;
    readonly levels: ReadonlyMap<number, Level>;
    readonly findings: readonly Finding[];
    readonly before: readonly Finding[];
    readonly owed: readonly Notification[];
    readonly acts: readonly HumanAction[];
  }) => void,
): Promise<void> {
  const store = openStore(':memory:');
  const { watching, owed } = watched(store.findings);
  const levels = new Map<number, Level>();
  const acts: HumanAction[] = [];
  let minute = START;
  await store.inventory.put({ natGateways: natInventory().natGateways } as never);
  const analyse = async (): Promise<void> => {
    const nowMs = minuteEndMs(minute - 1) + SETTINGS.latenessMinutes * 60_000;
    const before = await all(store.findings);
    await runAnalysis({
      parts: store.parts,
      findings: watching,
      inventory: { ...store.inventory, get: async () => natInventory() },
      publisher: null,
      clock: { nowMs: () => nowMs },
      settings: SETTINGS,
      horizonMinutes: HORIZON_MINUTES,
    });
    check({ nowMs, levels, findings: await all(store.findings), before, owed, acts });
  };
  try {
    for (const each of steps) {
      if (each.kind === 'act') {
        const [finding] = await all(store.findings);
        if (finding === undefined || isOver(finding)) continue;
        const atMs = minuteEndMs(minute - 1) + SETTINGS.latenessMinutes * 60_000 + 1;
        const untilMs = each.forMinutes === null ? null : atMs + each.forMinutes * 60_000;
        const act = { findingId: finding.id, action: each.action, atMs, by: 'somebody', reason: '', untilMs };
        acts.push(act);
        await store.findings.act(act);
        continue;
      }
      for (let i = 0; i < each.count; i += 1, minute += 1) {
        levels.set(minute, each.level);
        const observations = observationsOf(each.level, minute);
        if (observations.length > 0) await store.parts.put(part(observations, { id: `m${minute}` }));
        if ((minute - START) % RUN_EVERY_MINUTES === RUN_EVERY_MINUTES - 1) await analyse();
      }
    }
    await analyse();
  } finally {
    store.close();
  }
}

it('keeps its promises', { timeout: 120_000 }, async () => {
  let transitions = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 10 }), async (steps) => {
      await play(steps, ({ nowMs, levels, findings, before, owed, acts }) => {
        const lastMinute = Math.max(...levels.keys());
        const going = findings.filter((finding) => !isOver(finding));
        const troubles = going.filter(isAboutPorts);
        // One trouble, one finding.
        expect(new Set(going.map((each) => `${familyOf(each.kind)} ${subjectKey(each.subject)}`)).size).toBe(
          going.length,
        );
        // Nothing is told twice, and every story begins with its beginning.
        expect(new Set(owed.map(({ notificationId }) => notificationId)).size).toBe(owed.length);
        for (const { id } of findings) {
          const told = owed.filter(({ finding }) => finding.id === id).map(({ transition }) => transition);
          if (told.length > 0) expect(told[0]).toBe('opened');
          expect(told.filter((transition) => transition === 'opened').length).toBeLessThanOrEqual(1);
          told.forEach((transition, i) => {
            if (transition === 'resolved') expect([undefined, 'reopened']).toContain(told[i + 1]);
          });
        }
        if (owed.length > 0) transitions += 1;
        for (const finding of findings) {
          const was = before.find(({ id }) => id === finding.id);
          // What was known of its beginning stays known.
          if (was) {
            expect(Date.parse(finding.firstSeenAt)).toBeLessThanOrEqual(Date.parse(was.firstSeenAt));
            expect(finding.peakUtilisation?.high ?? 0).toBeGreaterThanOrEqual(was.peakUtilisation?.high ?? 0);
            if (was.firstFailureAt !== null) expect(finding.firstFailureAt).toBe(was.firstFailureAt);
          }
          expect(Date.parse(finding.lastSeenAt)).toBeGreaterThanOrEqual(Date.parse(finding.firstSeenAt));
          // A suppression is over when its time is.
          if (finding.status === 'suppressed' && finding.suppressedUntil !== null)
            expect(Date.parse(finding.suppressedUntil)).toBeGreaterThan(nowMs);
          // What came back is not acknowledged.
          if (finding.status === 'acknowledged') {
            const sinceMs = finding.reopenedAt === undefined ? 0 : Date.parse(finding.reopenedAt);
            expect(acts.some(({ findingId, atMs }) => findingId === finding.id && atMs >= sinceMs)).toBe(true);
          }
          // Evidence alone ends it, after enough minutes known to be clear; a person may.
          if (isAboutPorts(finding) && finding.status === 'resolved' && was && !isOver(was)) {
            const endMs = Date.parse(finding.resolvedAt ?? '');
            const known = [...levels].filter(([minute]) => minuteEndMs(minute) <= endMs);
            const telling = known
              .filter(([, level]) => level !== 'silent' && level !== 'metricOnly')
              .slice(-RESOLVE_AFTER);
            expect(telling.map(([, level]) => level).filter((level) => !isClear(level))).toEqual([]);
          }
        }
        // Trouble now is a finding that goes on, unless a person has just said otherwise.
        const isDenied = acts.some(({ action, atMs }) => action === 'resolve' && atMs > minuteStartMs(lastMinute));
        if (isTrouble(levels.get(lastMinute)) && minuteOf(nowMs) > lastMinute && !isDenied)
          expect(troubles.length).toBe(1);
        // Calm for long enough is the end, however long the silence was before it.
        if (
          Array.from({ length: CALM_MINUTES }, (_, i) => levels.get(lastMinute - i)).every((level) => level === 'calm')
        )
          expect(troubles).toEqual([]);
      });
    }),
    { numRuns: 10 },
  );
  expect(transitions).toBeGreaterThan(2);
});
