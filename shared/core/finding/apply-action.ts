import { isoOf } from '../model/time.ts';
import type { HumanAction } from './human-action.ts';
import type { Finding } from './schema.ts';

/** A finding that is over keeps its end: only a new signal, never a click, can bring it back. */
export const isOver = (finding: Finding): boolean => finding.status === 'resolved' || finding.status === 'withdrawn';

/** What a person's act makes of a stored finding at once; the next analysis replays the act and comes to the same. */
export function applyAction(finding: Finding, action: HumanAction): Finding {
  if (isOver(finding)) return finding;
  switch (action.action) {
    case 'acknowledge':
      return { ...finding, status: 'acknowledged', suppressedUntil: null };
    case 'suppress':
      return {
        ...finding,
        status: 'suppressed',
        suppressedUntil: action.untilMs === null ? null : isoOf(action.untilMs),
      };
    case 'resolve':
      return { ...finding, status: 'resolved', suppressedUntil: null, resolvedAt: isoOf(action.atMs) };
  }
}
