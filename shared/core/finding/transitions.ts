import type { Notification, Transition } from './notification.ts';
import type { Finding } from './schema.ts';

/**
 * What people are told when the evaluation moves on from `before` to `after`. The id is the finding's, the transition
 * and the moment it is about, so that a repeated evaluation owes the same notification and not another.
 */
export function owedNotifications(before: readonly Finding[], after: readonly Finding[]): Notification[] {
  const known = new Map(before.map((finding) => [finding.id, finding]));
  return after.flatMap((finding) => {
    const transition = transitionOf(known.get(finding.id), finding);
    if (transition === null || finding.status === 'suppressed') return [];
    return [{ notificationId: `${finding.id}:${transition}:${momentOf(transition, finding)}`, transition, finding }];
  });
}

function transitionOf(before: Finding | undefined, after: Finding): Transition | null {
  if (after.status === 'withdrawn') return before !== undefined && before.status !== 'withdrawn' ? 'withdrawn' : null;
  if (after.status === 'resolved')
    return before !== undefined && !isOver(before) ? 'resolved' : before === undefined ? 'opened' : null;
  if (before === undefined) return 'opened';
  if (isOver(before)) return 'reopened';
  return before.firstFailureAt === null && after.firstFailureAt !== null ? 'escalated' : null;
}

const isOver = ({ status }: Finding): boolean => status === 'resolved' || status === 'withdrawn';

const momentOf = (transition: Transition, finding: Finding): string =>
  transition === 'opened' || transition === 'escalated' ? 'once' : (finding.resolvedAt ?? finding.lastSeenAt);
