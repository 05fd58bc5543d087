import { isOver } from './apply-action.ts';
import type { Finding } from './schema.ts';

const TIMELINE_MINUTES = 240;
const SEVERITY_ORDER = ['critical', 'high', 'medium', 'low', 'informational'];

/**
 * A finding whose beginning lies before what was replayed: what an earlier evaluation saw of that beginning stays true.
 * `sightMs`: from when on a replay sees whatever began.
 */
export function continueFinding(before: Finding | undefined, after: Finding, sightMs: number): Finding {
  if (before === undefined || Date.parse(before.firstSeenAt) >= sightMs || before.firstSeenAt >= after.firstSeenAt)
    return after;
  const hadFailed = before.firstFailureAt !== null && after.firstFailureAt === null;
  return {
    ...after,
    ...(hadFailed ? failedBefore(before) : {}),
    severity: [before.severity, after.severity].sort((a, b) => rank(a) - rank(b))[0] as Finding['severity'],
    confidence: Math.max(before.confidence, after.confidence),
    firstSeenAt: before.firstSeenAt,
    firstFailureAt: earlier(before.firstFailureAt, after.firstFailureAt),
    peakUtilisation: highest(before.peakUtilisation, after.peakUtilisation),
    evidence: [...before.evidence, ...after.evidence.filter((entry) => !before.evidence.some(saysAs(entry)))],
    timeline: joinTimelines(before.timeline, after.timeline),
  };
}

/** What tells of failures that are out of sight by now. */
const failedBefore = ({ kind, title, destination, destinations, sources, samples }: Finding): Partial<Finding> => ({
  kind,
  title,
  destination,
  destinations,
  sources,
  samples,
  etaAt: null,
});

/** A suppression ends by itself, also for a finding that nothing new is known of. */
export function endSuppression(finding: Finding, nowMs: number): Finding {
  const { status, suppressedUntil } = finding;
  const isPast = suppressedUntil !== null && Date.parse(suppressedUntil) <= nowMs;
  return status === 'suppressed' && isPast ? { ...finding, status: 'open', suppressedUntil: null } : finding;
}

/** What was open before the observations begin, and what these show to be over. */
export const settleFinding = (finding: Finding, resolvedAt: string): Finding =>
  isOver(finding) ? finding : { ...finding, status: 'resolved', suppressedUntil: null, resolvedAt, etaAt: null };

const rank = (severity: Finding['severity']): number => SEVERITY_ORDER.indexOf(severity);

const earlier = (a: string | null, b: string | null): string | null =>
  a === null || b === null ? (a ?? b) : Date.parse(a) <= Date.parse(b) ? a : b;

function highest(a: Finding['peakUtilisation'], b: Finding['peakUtilisation']): Finding['peakUtilisation'] {
  if (a === null || b === null) return a ?? b;
  return { low: Math.max(a.low, b.low), high: Math.max(a.high, b.high) };
}

const saysAs =
  ({ detector, at }: Finding['evidence'][number]) =>
  (other: Finding['evidence'][number]): boolean =>
    other.detector === detector && (other.at ?? '') <= (at ?? '');

/** The earliest minutes, as in a replay that sees them all; of a minute known twice the later word counts. */
function joinTimelines(before: Finding['timeline'], after: Finding['timeline']): Finding['timeline'] {
  const from = after[0]?.at;
  const earlierOnes = before.filter(({ at }) => from === undefined || Date.parse(at) < Date.parse(from));
  return [...earlierOnes, ...after].slice(0, TIMELINE_MINUTES);
}
