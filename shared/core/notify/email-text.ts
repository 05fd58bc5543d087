import { LINE_LIMIT, type Section, tellFinding } from '../report/tell-finding.ts';
import type { Notification, Transition } from './notification.ts';
import { asciiLine, plainLine } from '../finding/plain-text.ts';
import type { Finding } from '../finding/schema.ts';

/** What an on-call engineer reads on a phone: plain text, the answer first. `subject` is what SNS allows: ASCII, one line, under 100. */
export type EmailText = { readonly subject: string; readonly body: string };

const SUBJECT_LIMIT = 99;
const LIMITS = { destinations: 5, sources: 5, recommendations: 5 } as const;
const LABEL_WIDTH = 15;
/** Far under what SNS carries (256 KiB), and more than anyone reads. */
const BODY_LIMIT = 30_000;

const HEADLINES: Readonly<Record<Transition, string>> = {
  opened: 'New finding',
  escalated: 'Finding got worse',
  reopened: 'Finding is back',
  resolved: 'Finding is over',
  withdrawn: 'Finding withdrawn: later evidence does not support it',
};

/** Lines are left as long as they are: every mail program wraps them to its own width. */
export function emailText({ notificationId, transition, finding }: Notification): EmailText {
  const told = tellFinding(finding, LIMITS);
  const headline = `${finding.severity.toUpperCase()} · ${HEADLINES[transition]}`;
  const blocks = [
    [headline, plainLine(finding.title)],
    told.facts.flatMap(labelled),
    told.advice.flatMap(labelled),
    told.reasons.flatMap(labelled),
    [...told.reference, { label: 'notification', lines: [notificationId] }].flatMap(labelled),
  ];
  const body = blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n');
  return { subject: subjectOf(transition, finding), body: `${body.slice(0, BODY_LIMIT)}\n` };
}

function subjectOf(transition: Transition, finding: Finding): string {
  const urgency = transition === 'resolved' || transition === 'withdrawn' ? transition : finding.severity;
  return asciiLine(`[Freeport] ${urgency.toUpperCase()}: ${finding.title}`, SUBJECT_LIMIT);
}

const labelled = ({ label, lines, limit = LINE_LIMIT }: Section): string[] =>
  lines.map((line, index) => `${(index === 0 ? capitalised(label) : '').padEnd(LABEL_WIDTH)}${plainLine(line, limit)}`);

const capitalised = (label: string): string => `${label.charAt(0).toUpperCase()}${label.slice(1)}`;
