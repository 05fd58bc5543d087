import { isOver } from '../finding/apply-action.ts';
import type { Notification, Transition } from './notification.ts';
import type { Finding } from '../finding/schema.ts';

/**
 * What people are told when the evaluation moves on from `before` to `after`. The id is the finding's, the transition
 * and the moment it is about, so that a repeated evaluation owes the same notification and not another.
 */
export function owedNotifications(before: readonly Finding[], after: readonly Finding[]): Notification[] {
  const known = new Map(before.map((finding) => [finding.id, finding]));
  return after.flatMap((finding) => {
    const was = known.get(finding.id);
    const transition = transitionOf(was, finding);
    if (transition === null || finding.status === 'suppressed') return [];
    const notificationId = `${finding.id}:${transition}:${momentOf(transition, was, finding)}`;
    return [{ notificationId, transition, finding }];
  });
}

function transitionOf(before: Finding | undefined, after: Finding): Transition | null {
  if (after.status === 'withdrawn') return before !== undefined && before.status !== 'withdrawn' ? 'withdrawn' : null;
  if (after.status === 'resolved')
    return before !== undefined && !isOver(before) ? 'resolved' : before === undefined ? 'opened' : null;
  if (before === undefined) return 'opened';
  if (isOver(before)) return 'reopened';
  if (before.firstFailureAt === null && after.firstFailureAt !== null) return 'escalated';
  // Nobody heard of what happened while it was suppressed; it still goes on, and nobody has taken it up.
  return before.status === 'suppressed' && after.status === 'open' ? 'reopened' : null;
}

/** Each return undoes another end: a resolution, a withdrawal, or the end of a suppression. */
function momentOf(transition: Transition, before: Finding | undefined, after: Finding): string {
  if (transition === 'opened' || transition === 'escalated') return 'once';
  if (transition !== 'reopened') return after.resolvedAt ?? after.lastSeenAt;
  return before?.suppressedUntil ?? before?.resolvedAt ?? after.lastSeenAt;
}
