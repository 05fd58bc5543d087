import { isoOf, type Minute, minuteEndMs, minuteStartMs } from '../model/time.ts';
import { applyAction } from './apply-action.ts';
import type { HumanAction } from './human-action.ts';
import type { Finding } from './schema.ts';

/** What people's acts are held against; times are epoch milliseconds. */
export type Course = {
  /** Every minute that showed the trouble, ascending. */
  readonly signalMinutes: readonly Minute[];
  /** When the trouble came back after evidence had ended it; null when it never did. */
  readonly reopenedMs: number | null;
  readonly nowMs: number;
};

/**
 * People's acts, in order of time; the last word counts. A resolve that a later sign contradicts does not hold, and
 * ends what was said before it: that trouble came back. What came back is not acknowledged; a suppression, which is
 * given for a time, outlasts a return that evidence alone saw, and ends by itself.
 */
export function replayActs(finding: Finding, acts: readonly HumanAction[], course: Course): Finding {
  const ordered = acts.filter(({ findingId }) => findingId === finding.id).toSorted((a, b) => a.atMs - b.atMs);
  const contradicted = ordered.findLast((act) => act.action === 'resolve' && firstAfter(act, course) !== null);
  const relapseMs = contradicted === undefined ? null : firstAfter(contradicted, course);
  const reopenedMs = latest(course.reopenedMs, relapseMs);
  const holding = ordered.filter((act) => {
    if (contradicted !== undefined && act.atMs <= contradicted.atMs) return false;
    return act.action === 'acknowledge'
      ? act.atMs >= (reopenedMs ?? -Infinity)
      : act.action !== 'suppress' || act.untilMs === null || act.untilMs > course.nowMs;
  });
  const reopened = reopenedMs === null ? finding : { ...finding, reopenedAt: isoOf(reopenedMs) };
  const noted = relapseMs === null ? reopened : withRelapse(reopened, contradicted as HumanAction, relapseMs);
  return holding.reduce(applyAction, noted);
}

/** The minute in which somebody acted may owe its signs to the time before. */
function firstAfter({ atMs }: HumanAction, { signalMinutes }: Course): number | null {
  const minute = signalMinutes.find((each) => minuteStartMs(each) >= atMs);
  return minute === undefined ? null : minuteEndMs(minute);
}

const latest = (a: number | null, b: number | null): number | null =>
  a === null || b === null ? (a ?? b) : Math.max(a, b);

/** Somebody took it for mended: what they did was not enough, which is worth more than any other sign. */
function withRelapse(finding: Finding, { atMs }: HumanAction, relapseMs: number): Finding {
  const sign = finding.evidence[0];
  if (sign === undefined) return finding;
  const statement = `resolved by hand at ${isoOf(atMs)}, and back since: the fix did not work`;
  return {
    ...finding,
    evidence: [{ source: sign.source, detector: sign.detector, statement, at: isoOf(relapseMs) }, ...finding.evidence],
  };
}
