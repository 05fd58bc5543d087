import { isOver } from '../finding/apply-action.ts';
import { plainLine } from '../finding/plain-text.ts';
import type { Finding, FindingSource, RankedDestination, Recommendation } from '../finding/schema.ts';
import { formatDestination } from '../model/destination.ts';
import { durationBetween } from '../model/duration.ts';
import { countInterval, percent, percentInterval, thousands, utc, utcClock } from './layout.ts';
import { linksOf } from './links.ts';

/** One labelled fact. Its lines are raw: a channel makes each harmless in its own way before it shows it. */
export type Section = {
  readonly label: string;
  readonly lines: readonly string[];
  /** Addresses and paths of Freeport's own making: a channel keeps each whole, and may lead there. */
  readonly areLinks?: true;
  /** Characters of a line that are told, `LINE_LIMIT` unless it says otherwise. */
  readonly limit?: number;
};

/** Longer than any fact of Freeport's own; a log's text may try to fill the screen. */
export const LINE_LIMIT = 500;
/** Advice comes with its commands, for each runtime that the logs tell: half of a command helps nobody. */
const ADVICE_LIMIT = 1_500;

/** What is told of a finding, in the one order that every channel keeps; a channel may leave out `reasons`, and no more. */
export type Told = {
  /** Where and how bad, ETA or impact, since when, top destination, source and owner, three numbers, cause. */
  readonly facts: readonly Section[];
  /** What to do first, what to do then. */
  readonly advice: readonly Section[];
  /** What Freeport saw, what it would need to be surer, what a log says. */
  readonly reasons: readonly Section[];
  /** Where to read on, and the finding's id. */
  readonly reference: readonly Section[];
};

/** How many entries of each list are told; the others are counted. */
export type TellLimits = { readonly destinations: number; readonly sources: number; readonly recommendations: number };

const SHOWN_EVIDENCE = 6;
const SHOWN_NAMES = 3;
const SAMPLE_LIMIT = 240;

/** The terminal report, the e-mail, Slack and Amazon Q all dress this. */
export function tellFinding(finding: Finding, limits: TellLimits): Told {
  return {
    facts: present([
      section('where', [whereOf(finding)]),
      section('how bad', [howBad(finding)]),
      section('impact', [impactOf(finding)]),
      section('since', [sinceOf(finding)]),
      section('destination', ranked(finding.destinations, limits.destinations, destinationLine)),
      section('source', ranked(finding.sources, limits.sources, sourceLine)),
      section('in numbers', [threeNumbers(finding).join(' · ')]),
      section('cause', [`${finding.cause}: ${finding.causeReason}`]),
    ]),
    advice: present(adviceOf(finding.recommendations.slice(0, limits.recommendations))),
    reasons: present([
      section(
        'because',
        finding.evidence.slice(0, SHOWN_EVIDENCE).map((entry) => evidenceLine(entry, finding)),
      ),
      section('not known', finding.missingEvidence),
      section(
        'log sample',
        finding.samples.slice(0, 1).map((sample) => plainLine(sample, SAMPLE_LIMIT)),
      ),
    ]),
    reference: present([{ label: 'read on', lines: linksOf(finding), areLinks: true }, section('id', [finding.id])]),
  };
}

const section = (label: string, lines: readonly string[]): Section => ({ label, lines });

const present = (sections: readonly Section[]): Section[] => sections.filter(({ lines }) => lines.length > 0);

const PLACES = { host: 'on the host', nat: 'at the NAT gateway', 'load-balancer': 'at the load balancer' } as const;
/** Types of resources that the place already names. */
const NAMED_BY_PLACE: ReadonlySet<string> = new Set(['nat-gateway', 'load-balancer']);

function whereOf({ layer, resource, subject }: Finding): string {
  const { type, id } = resource ?? subject;
  return `${PLACES[layer]}: ${NAMED_BY_PLACE.has(type) ? '' : `${type.replaceAll('-', ' ')} `}${id}`;
}

function howBad(finding: Finding): string {
  const { confidence, peakUtilisation, capacityPorts, capacityBasis, capacityAssumed } = finding;
  const ports = capacityPorts === null ? '' : ` of ${thousands(capacityPorts)} ports`;
  const peak =
    peakUtilisation === null ? `use${ports} not known` : `${percentInterval(peakUtilisation)}${ports} at the peak`;
  const assumed = capacityAssumed && !capacityBasis.startsWith('assumed') ? ', assumed' : '';
  const capacity = capacityBasis === '' ? '' : `; capacity: ${capacityBasis}${assumed}`;
  return `${peak}, confidence ${percent(confidence)}${capacity}`;
}

/** What it costs, or when it will. */
function impactOf(finding: Finding): string {
  const { etaAt, firstFailureAt } = finding;
  const failures = failuresOf(finding);
  if (failures.high > 0) return `${countInterval(failures)} connections failed`;
  if (firstFailureAt !== null) return 'connections failed; how many is not known';
  if (isOver(finding)) return 'none: it passed before a connection failed';
  if (etaAt === null) return 'no connection has failed yet';
  const span = `between ${utc(etaAt.low)} and ${utcClock(etaAt.high, etaAt.low)}`;
  return `no connection has failed yet; ports run out ${span}, if it goes on like this`;
}

const failuresOf = ({ destinations }: Finding): { low: number; high: number } =>
  destinations.reduce((sum, { failures }) => ({ low: sum.low + failures.low, high: sum.high + failures.high }), {
    low: 0,
    high: 0,
  });

function sinceOf({ firstSeenAt, firstFailureAt, lastSeenAt, resolvedAt, reopenedAt, status }: Finding): string {
  const clock = (instant: string): string => utcClock(instant, firstSeenAt);
  const isSpared = resolvedAt !== null && firstFailureAt === null;
  return [
    utc(firstSeenAt),
    ...(isSpared ? [] : [firstFailureAt === null ? 'no failure yet' : `first failure ${clock(firstFailureAt)}`]),
    ...(reopenedAt === undefined ? [] : [`back ${clock(reopenedAt)}`]),
    ...(resolvedAt === null
      ? [`last seen ${clock(lastSeenAt)}`]
      : [`${status} ${clock(resolvedAt)}`, `after ${durationBetween(firstSeenAt, resolvedAt)}`]),
  ].join(', ');
}

/** The largest first, and how many more there are; never nothing, since a reader looks for it. */
function ranked<T>(entries: readonly T[], limit: number, lineOf: (entry: T) => string): string[] {
  if (entries.length === 0) return ['not known yet'];
  const more = entries.length - limit;
  const lines = entries.slice(0, limit).map(lineOf);
  return more > 0 ? [...lines, `and ${thousands(more)} more`] : lines;
}

function destinationLine(destination: RankedDestination): string {
  const { hostNames, share, peakPorts, opens, failures } = destination;
  const names = hostNames.length === 0 ? '' : ` (${hostNames.slice(0, SHOWN_NAMES).join(', ')})`;
  const figures = [
    peakPorts > 0 ? `${thousands(peakPorts)} ports at most` : null,
    opens > 0 ? `${thousands(opens)} opened` : null,
    failures.high > 0 ? `${countInterval(failures)} failed` : null,
  ].filter((figure) => figure !== null);
  return `${formatDestination(destination)}${names}: ${[percent(share), ...figures].join(', ')}`;
}

function sourceLine({ address, interfaceId, owner, share, logSource, joinedBy }: FindingSource): string {
  const name = address ?? interfaceId ?? logSource ?? 'source unknown';
  const beside = [address === null ? null : interfaceId, address === null ? null : logSource].filter(
    (text) => text !== null,
  );
  const joined = joinedBy === 'flow' || joinedBy === 'none' ? '' : `, joined by ${joinedBy.replaceAll('-', ' ')}`;
  return `${name}${beside.length === 0 ? '' : ` (${beside.join(', ')})`}: ${percent(share)}, ${owner ?? 'owner not known'}${joined}`;
}

/** What to remember of it in a call: ports, new connections, failures. */
function threeNumbers(finding: Finding): string[] {
  const { capacityPorts, firstFailureAt, destinations } = finding;
  const failures = failuresOf(finding);
  const peak = destinations[0]?.peakPorts ?? 0;
  const capacity = capacityPorts === null ? '' : ` of ${thousands(capacityPorts)}`;
  const opens = destinations.reduce((sum, destination) => sum + destination.opens, 0);
  return [
    peak > 0 ? `${thousands(peak)}${capacity} ports` : `ports in use not known${capacity}`,
    opens > 0 ? `${thousands(opens)} new connections` : 'new connections not known',
    failures.high === 0 && firstFailureAt !== null ? 'failures not known' : `${countInterval(failures)} failed`,
  ];
}

function adviceOf([first, ...others]: readonly Recommendation[]): Section[] {
  if (first === undefined) return [];
  const aside = (label: string, texts: readonly string[]): string[] =>
    texts.length === 0 ? [] : [plainLine(`${label}: ${texts.join(' ')}`, LINE_LIMIT)];
  return [
    {
      label: 'do this first',
      lines: [
        `${inWords(first.action)}: ${first.detail}`,
        ...aside('expect', first.expectedEffect === '' ? [] : [first.expectedEffect]),
        ...aside('needs', first.preconditions),
        ...aside('mind', first.sideEffects),
      ],
      limit: ADVICE_LIMIT,
    },
    section(
      'then',
      others.map(({ action, expectedEffect }) =>
        expectedEffect === '' ? inWords(action) : `${inWords(action)}: ${expectedEffect}`,
      ),
    ),
  ];
}

/** `add-nat-address` → `add NAT address`: programs have the name, people the words. */
const inWords = (action: string): string =>
  action.replaceAll('-', ' ').replace(/\b(?:nat|tcp|tw|ip|vpc)\b/g, (short) => short.toUpperCase());

function evidenceLine({ source, statement, at }: Finding['evidence'][number], { firstSeenAt }: Finding): string {
  const time = at === null ? '' : `${utcClock(at, firstSeenAt)} `;
  return `${time}${source.replace('-', ' ')}: ${statement}`;
}
