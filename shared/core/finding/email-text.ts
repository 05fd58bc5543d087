import { formatDestination } from '../model/destination.ts';
import type { Notification, Transition } from './notification.ts';
import { asciiLine, plainLine } from './plain-text.ts';
import type { Finding, FindingSource, RankedDestination, Recommendation } from './schema.ts';

/** What an on-call engineer reads on a phone: plain text, the answer first. `subject` is what SNS allows: ASCII, one line, under 100. */
export type EmailText = { readonly subject: string; readonly body: string };

const SUBJECT_LIMIT = 99;
const LIST_LIMIT = 5;
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

export function emailText({ notificationId, transition, finding }: Notification): EmailText {
  const sections = [
    [HEADLINES[transition], plainLine(finding.title)],
    facts(finding),
    ranked('Destinations', finding.destinations, destinationLine),
    ranked('Sources', finding.sources, sourceLine),
    finding.recommendations.length === 0 ? [] : ['What to do', ...finding.recommendations.flatMap(recommendationLines)],
    list(
      'Why Freeport says so',
      finding.evidence.map(({ source, statement }) => `${statement} (${source})`),
    ),
    list('What is missing to be surer', finding.missingEvidence),
    [`Finding ${plainLine(finding.id)} · notification ${plainLine(notificationId)}`],
  ];
  const body = sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n');
  return { subject: subjectOf(transition, finding), body: `${body.slice(0, BODY_LIMIT)}\n` };
}

function subjectOf(transition: Transition, finding: Finding): string {
  const urgency = transition === 'resolved' || transition === 'withdrawn' ? transition : finding.severity;
  return asciiLine(`[Freeport] ${urgency.toUpperCase()}: ${finding.title}`, SUBJECT_LIMIT);
}

function facts(finding: Finding): string[] {
  const { firstFailureAt, resolvedAt, etaAt, peakUtilisation: peak, capacityPorts } = finding;
  const capacity = capacityPorts === null ? '' : ` of ${capacityPorts} ports`;
  const assumed = finding.capacityAssumed ? ' (capacity assumed)' : '';
  return [
    fact('Severity', `${finding.severity}, confidence ${percent(finding.confidence)}`),
    fact('Status', finding.status),
    fact('Layer', finding.layer),
    fact('Resource', finding.resource ? `${finding.resource.type} ${finding.resource.id}` : null),
    fact('Destination', finding.destination ? formatDestination(finding.destination) : 'not known yet'),
    fact('Cause', `${finding.cause}: ${finding.causeReason}`),
    fact('First seen', finding.firstSeenAt),
    fact('First failure', firstFailureAt),
    fact('Last seen', finding.lastSeenAt),
    fact('Resolved', resolvedAt),
    fact('Peak', peak ? `${percentRange(peak.low, peak.high)}${capacity}${assumed}` : null),
    fact('Capacity', finding.capacityBasis),
    fact('Runs out', etaAt ? `between ${etaAt.low} and ${etaAt.high}` : null),
  ].flat();
}

const fact = (label: string, value: string | null): string[] =>
  value === null || value === '' ? [] : [`${label.padEnd(LABEL_WIDTH)}${plainLine(value)}`];

function ranked<T>(title: string, entries: readonly T[], lineOf: (entry: T) => string): string[] {
  if (entries.length === 0) return [];
  const more = entries.length > LIST_LIMIT ? [`  and ${entries.length - LIST_LIMIT} more`] : [];
  return [title, ...entries.slice(0, LIST_LIMIT).map((entry) => `  ${plainLine(lineOf(entry))}`), ...more];
}

function destinationLine(destination: RankedDestination): string {
  const names = destination.hostNames.length === 0 ? '' : ` (${destination.hostNames.slice(0, 3).join(', ')})`;
  const { low, high } = destination.failures;
  const failures = high === 0 ? '' : `, ${low === high ? high : `${low} to ${high}`} failed connections`;
  return `${percent(destination.share)}  ${formatDestination(destination)}${names}: ${destination.peakPorts} ports at peak${failures}`;
}

function sourceLine(source: FindingSource): string {
  const name = source.address ?? source.interfaceId ?? source.logSource ?? 'not known';
  const owner = source.owner === null ? '' : ` · ${source.owner}`;
  return `${percent(source.share)}  ${name}${owner}`;
}

function recommendationLines(recommendation: Recommendation, index: number): string[] {
  const also = (label: string, texts: readonly string[]): string[] =>
    texts.length === 0 ? [] : [`     ${label}: ${plainLine(texts.join('; '))}`];
  return [
    `  ${index + 1}. ${plainLine(recommendation.action)}`,
    `     ${plainLine(recommendation.detail)}`,
    ...also('Expect', recommendation.expectedEffect === '' ? [] : [recommendation.expectedEffect]),
    ...also('Needs', recommendation.preconditions),
    ...also('Mind', recommendation.sideEffects),
  ];
}

const list = (title: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : [title, ...lines.map((line) => `  - ${plainLine(line)}`)];

const percent = (ratio: number): string => `${Math.round(ratio * 100)} %`;

const percentRange = (low: number, high: number): string =>
  percent(low) === percent(high) ? percent(low) : `${Math.round(low * 100)} to ${percent(high)}`;
