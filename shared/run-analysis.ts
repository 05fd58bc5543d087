import { analyze, type AnalysisResult } from './core/analyze.ts';
import { isOver } from './core/finding/apply-action.ts';
import { owedNotifications } from './core/notify/transitions.ts';
import { continueFinding, endSuppression, settleFinding } from './core/finding/continue-finding.ts';
import type { Finding } from './core/finding/schema.ts';
import type { Summary } from './core/finding/summary-schema.ts';
import type { Settings } from './core/model/settings.ts';
import { isoOf, MINUTE_MS, minuteOf } from './core/model/time.ts';
import type { Clock, FindingQuery, FindingStore, InventoryStore, PartStore, Publisher } from './ports.ts';

export type RunAnalysisServices = {
  readonly parts: PartStore;
  readonly findings: FindingStore;
  readonly inventory: InventoryStore;
  /** Null where nobody is to be told: owed notifications then stay in the outbox. */
  readonly publisher: Publisher | null;
  /** Where the query API finds how much room is left; a caller without one gets it in the result alone. */
  readonly summaries?: { put(summary: Summary): Promise<void> };
  readonly clock: Clock;
  readonly settings: Settings;
  /** How far back from now the observations are replayed, in minutes. Older findings are frozen. */
  readonly horizonMinutes: number;
  /** False where the observations are files, which simply end; a silence means something otherwise. */
  readonly isLive?: boolean;
};

/**
 * Detectors look at the minutes before: what began this shortly after the horizon may not be seen again, and is
 * treated as what began before it.
 */
export const HORIZON_MARGIN_MINUTES = 30;

const PAGE_FINDINGS = 100;
const STORED_FINDINGS_LIMIT = 10_000;

/**
 * One run over a store: load, evaluate, save what changed together with what it owes, publish, mark as sent. Killed
 * anywhere and started again it comes to the same: only a kill between publish and mark repeats a notification.
 */
export async function runAnalysis(services: RunAnalysisServices): Promise<AnalysisResult> {
  const { parts, findings, inventory, clock, settings, horizonMinutes, isLive = true } = services;
  const nowMs = clock.nowMs();
  const horizonMs = nowMs - horizonMinutes * MINUTE_MS;
  const sightMs = horizonMs + HORIZON_MARGIN_MINUTES * MINUTE_MS;
  const recent = await recentFindings(findings, horizonMs);
  const result = analyze({
    parts: await parts.load({ from: minuteOf(horizonMs), to: minuteOf(nowMs) }),
    inventory: await inventory.get(),
    actions: await findings.actions(),
    episodes: await findings.episodes(),
    settings,
    nowMs,
    isLive,
  });
  const before = [...recent, ...(await returnedFindings(findings, recent, result.findings))];
  const known = new Map(before.map((finding) => [finding.id, finding]));
  const after = [
    ...result.findings.map((finding) => continueFinding(known.get(finding.id), finding, sightMs)),
    ...remainingFindings(before, result, sightMs, nowMs),
  ];
  const owed = owedNotifications(before, after);
  const changed = changedFindings(before, after);
  if (changed.length > 0 || owed.length > 0) await findings.save(changed, owed);
  await services.summaries?.put(result.summary);
  await publishOwed(services);
  return { ...result, findings: after };
}

/** Whatever the outbox holds, earlier runs that were cut short included. */
async function publishOwed({ findings, publisher }: RunAnalysisServices): Promise<void> {
  if (publisher === null) return;
  for (const notification of await findings.owed()) {
    await publisher.publish(notification);
    await findings.markSent(notification.notificationId);
  }
}

/** Those of the horizon, and whatever is not over: it may have been silent for longer than that. */
async function recentFindings(store: FindingStore, horizonMs: number): Promise<readonly Finding[]> {
  const recent = await storedFindings(store, { sinceMs: horizonMs });
  const going = await Promise.all(GOING.map((status) => storedFindings(store, { status })));
  return [...new Map([...going.flat(), ...recent].map((finding) => [finding.id, finding])).values()];
}

/** Those that were over before the horizon and came back: their episode may have begun hours ago. */
async function returnedFindings(
  store: FindingStore,
  recent: readonly Finding[],
  found: readonly Finding[],
): Promise<Finding[]> {
  const ids = new Set(recent.map(({ id }) => id));
  const returned = await Promise.all(found.filter(({ id }) => !ids.has(id)).map(({ id }) => store.get(id)));
  return returned.filter((finding) => finding !== null);
}

const GOING = ['open', 'acknowledged', 'suppressed'] as const;

async function storedFindings(store: FindingStore, query: Partial<FindingQuery>): Promise<readonly Finding[]> {
  const found: Finding[] = [];
  let cursor: string | undefined;
  do {
    const page = await store.list({ ...query, limit: PAGE_FINDINGS, ...(cursor === undefined ? {} : { cursor }) });
    found.push(...page.findings);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined && found.length < STORED_FINDINGS_LIMIT);
  return found;
}

/**
 * Findings that were going on and that the replay no longer shows. One that began in its sight is withdrawn: the
 * evidence does not support it any more. One that began before is over if the observations say so, else nothing is
 * known of it and it stays as it is, save for a suppression that ran out.
 */
function remainingFindings(
  before: readonly Finding[],
  { findings, settled }: AnalysisResult,
  sightMs: number,
  nowMs: number,
): Finding[] {
  const shown = new Set(findings.map(({ id }) => id));
  const endOf = new Map(settled.map(({ findingId, resolvedAt }) => [findingId, resolvedAt]));
  return before
    .filter((finding) => !isOver(finding) && !shown.has(finding.id))
    .map((finding) => {
      // A silence that nobody sees any more is over when the source is heard again, and not before.
      if (Date.parse(finding.firstSeenAt) >= sightMs && finding.kind !== 'signal-lost')
        return { ...finding, status: 'withdrawn', suppressedUntil: null, resolvedAt: isoOf(nowMs) };
      const resolvedAt = endOf.get(finding.id);
      return resolvedAt === undefined ? endSuppression(finding, nowMs) : settleFinding(finding, resolvedAt);
    });
}

function changedFindings(before: readonly Finding[], after: readonly Finding[]): Finding[] {
  const known = new Map(before.map((finding) => [finding.id, JSON.stringify(finding)]));
  return after.filter((finding) => known.get(finding.id) !== JSON.stringify(finding));
}
