import type { EmailText } from './email-text.ts';
import type { Notification } from './notification.ts';
import { asciiLine, plainLine } from '../finding/plain-text.ts';
import { SEVERITIES } from '../finding/schema.ts';

const LINES_LIMIT = 50;
const SUBJECT_LIMIT = 99;

/** A storm of findings as one message: the worst first, a line each. Whoever wants more asks the query API by id. */
export function digestText(notifications: readonly Notification[]): EmailText {
  const worst = worstFirst(notifications);
  const critical = notifications.filter(({ finding }) => finding.severity === 'critical').length;
  const lines = worst.slice(0, LINES_LIMIT).map(digestLine);
  const more = worst.length > LINES_LIMIT ? [`and ${worst.length - LINES_LIMIT} more`] : [];
  return {
    subject: asciiLine(`[Freeport] ${notifications.length} notifications at once, ${critical} critical`, SUBJECT_LIMIT),
    body: `${[`${notifications.length} notifications at once, the worst first:`, '', ...lines, ...more].join('\n')}\n`,
  };
}

export function worstFirst(notifications: readonly Notification[]): Notification[] {
  const rank = ({ finding }: Notification): number => SEVERITIES.indexOf(finding.severity);
  return [...notifications].sort((a, b) => rank(b) - rank(a) || (a.notificationId < b.notificationId ? -1 : 1));
}

const digestLine = ({ transition, finding }: Notification): string =>
  `${transition.padEnd(10)}${finding.severity.padEnd(14)}${plainLine(finding.title, 160)}  (${plainLine(finding.id)})`;
