import { analyze, type AnalysisRequest } from '../analyze.ts';
import type { BackTest, Finding, PastEpisode } from '../finding/schema.ts';
import { extentOfParts } from '../model/extent.ts';
import { isoOf, MINUTE_MS } from '../model/time.ts';
import { indexByArrival, type KnownBy, USUAL_DELAY_MINUTES } from './known-by.ts';

/** Observations of a shorter time are one story, which the findings tell by themselves. */
const SHORTEST_MINUTES = 24 * 60;
/** As far back as a deployment replays. */
const HORIZON_MINUTES = 120;
const EPISODES_LIMIT = 200;
const BEFORE_MINUTES = 30;
/** Later than any usual delivery. */
const AFTER_MINUTES = 40;

/** What tells of failures by itself, beside the records of the connections. */
const CONFIRMING = ['app-log', 'metric', 'socket-table'] as const;

/**
 * When Freeport would have warned, episode by episode, had it run at the time: each is evaluated again with only what
 * would have arrived by then (`USUAL_DELAY_MINUTES`) of the last two hours, and the first instant that shows it is
 * found by halving. `findings` are those of the whole. Null for observations of less than a day.
 */
export function backTest(request: AnalysisRequest, findings: readonly Finding[]): BackTest | null {
  if (spanMinutes(request) < SHORTEST_MINUTES) return null;
  const past = findings
    .filter(({ status, kind }) => status !== 'withdrawn' && kind !== 'signal-lost')
    .toSorted((a, b) => Date.parse(a.firstSeenAt) - Date.parse(b.firstSeenAt));
  const knownBy = indexByArrival(request.parts, HORIZON_MINUTES);
  const episodes = past.slice(0, EPISODES_LIMIT).map((finding) => episodeOf(finding, request, knownBy));
  return {
    episodes,
    omitted: past.length - episodes.length,
    months: monthsOf(episodes),
    delayMinutes: { ...USUAL_DELAY_MINUTES },
  };
}

function spanMinutes({ parts }: AnalysisRequest): number {
  const extent = extentOfParts(parts);
  return extent === null ? 0 : extent.to - extent.from + 1;
}

function episodeOf(finding: Finding, request: AnalysisRequest, knownBy: KnownBy): PastEpisode {
  const warnedMs = firstWarningMs(finding, request, knownBy);
  const failureMs = finding.firstFailureAt === null ? null : Date.parse(finding.firstFailureAt);
  return {
    findingId: finding.id,
    kind: finding.kind,
    layer: finding.layer,
    subject: finding.subject,
    destination: finding.destination,
    severity: finding.severity,
    firstSeenAt: finding.firstSeenAt,
    warnedAt: warnedMs === null ? null : isoOf(warnedMs),
    firstFailureAt: finding.firstFailureAt,
    leadMinutes: warnedMs === null || failureMs === null ? null : (failureMs - warnedMs) / MINUTE_MS,
    lastSeenAt: finding.lastSeenAt,
    peakUtilisation: finding.peakUtilisation,
    confirmedBy: CONFIRMING.filter((source) => finding.evidence.some((entry) => entry.source === source)),
  };
}

/**
 * The first whole minute at which what was known shows the finding; findings do not come and go with the minute. What
 * the whole shows from early on, its beginning alone may not show: then it is looked for later on.
 */
function firstWarningMs(finding: Finding, request: AnalysisRequest, knownBy: KnownBy): number | null {
  const seenMs = Date.parse(finding.firstSeenAt);
  const isShown = (nowMs: number): boolean =>
    analyze({ ...request, parts: knownBy(nowMs), actions: [], episodes: [], nowMs, isLive: false }).findings.some(
      (each) => isSame(each, finding),
    );
  const turns = [finding.firstSeenAt, finding.firstFailureAt ?? finding.firstSeenAt, finding.lastSeenAt]
    .map((turn) => Math.ceil((Date.parse(turn) - seenMs) / MINUTE_MS) + AFTER_MINUTES)
    .sort((a, b) => a - b);
  const shown = turns.findIndex((minutes) => isShown(seenMs + minutes * MINUTE_MS));
  if (shown < 0) return null;
  let high = turns[shown] as number;
  let low = turns[shown - 1] ?? -BEFORE_MINUTES;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (isShown(seenMs + middle * MINUTE_MS)) high = middle;
    else low = middle;
  }
  return seenMs + high * MINUTE_MS;
}

/** Early evidence may know a host by its log alone. */
function isSame(early: Finding, late: Finding): boolean {
  if (early.layer !== late.layer) return false;
  if (early.subject.id === late.subject.id) return true;
  return (
    early.layer === 'host' &&
    (late.sources.some(({ logSource }) => logSource !== null && logSource === early.subject.id) ||
      early.sources.some(({ address }) => address !== null && address === late.subject.id))
  );
}

function monthsOf(episodes: readonly PastEpisode[]): BackTest['months'] {
  const months = Map.groupBy(episodes, ({ firstSeenAt }) => firstSeenAt.slice(0, 7));
  return [...months]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([month, own]) => ({
      month,
      episodes: own.length,
      failed: own.filter(({ firstFailureAt }) => firstFailureAt !== null).length,
      warnedBefore: own.filter(({ leadMinutes }) => leadMinutes !== null && leadMinutes > 0).length,
    }));
}
