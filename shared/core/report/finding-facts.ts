import { durationBetween } from '../model/duration.ts';
import { isOver } from '../finding/apply-action.ts';
import type { Finding, FindingSource, RankedDestination } from '../finding/schema.ts';
import { formatDestination } from '../model/destination.ts';
import { countInterval, fact, facts, percent, percentInterval, thousands, utc, utcClock } from './layout.ts';
import type { ReportOptions } from './layout.ts';

const SHOWN_DESTINATIONS = 3;
const SHOWN_SOURCES = 5;

/** Where and how bad, since when, what it costs or when it will, towards what, from whom, why, and three numbers. */
export function renderFacts(finding: Finding, options: ReportOptions): string[] {
  return [
    ...fact('where', whereOf(finding), options),
    ...fact('how bad', howBad(finding), options),
    ...fact('since', since(finding), options),
    ...fact(finding.etaAt ? 'full' : 'impact', impact(finding), options),
    ...destinations(finding, options),
    ...sources(finding, options),
    ...fact('cause', `${finding.cause}: ${finding.causeReason}`, options),
    ...fact('in numbers', threeNumbers(finding).join(' · '), options),
  ];
}

function whereOf({ layer, resource, subject }: Finding): string {
  const named = resource ?? subject;
  return `${LAYERS[layer]}: ${named.type} ${named.id}`;
}

const LAYERS = { host: 'on the host', nat: 'at the NAT gateway', 'load-balancer': 'at the load balancer' } as const;

function howBad({ confidence, peakUtilisation, capacityPorts, capacityBasis, capacityAssumed }: Finding): string {
  const peak = peakUtilisation === null ? 'utilisation not known' : `${percentInterval(peakUtilisation)} at the peak`;
  const assumed = capacityAssumed ? ', assumed' : '';
  const capacity = capacityPorts === null ? '' : `, of ${thousands(capacityPorts)} ports (${capacityBasis}${assumed})`;
  return `${peak}${capacity}; confidence ${percent(confidence)}`;
}

function since({ firstSeenAt, firstFailureAt, lastSeenAt, resolvedAt, status }: Finding): string {
  const failure = firstFailureAt === null ? 'no failure yet' : `first failure ${utcClock(firstFailureAt, firstSeenAt)}`;
  const end =
    resolvedAt === null
      ? `last seen ${utcClock(lastSeenAt, firstSeenAt)}`
      : `${status} ${utcClock(resolvedAt, firstSeenAt)}, after ${durationBetween(firstSeenAt, resolvedAt)}`;
  return `${utc(firstSeenAt)}, ${failure}, ${end}`;
}

function impact(finding: Finding): string {
  const { etaAt, firstFailureAt } = finding;
  if (etaAt) return `between ${utc(etaAt.low)} and ${utcClock(etaAt.high, etaAt.low)}, if it goes on like this`;
  const failures = failuresOf(finding);
  if (failures.high > 0) return `${countInterval(failures)} connections failed`;
  if (firstFailureAt !== null) return 'connections failed; how many is not known';
  return isOver(finding) ? 'none: it passed before a connection failed' : 'none yet';
}

const failuresOf = ({ destinations: ranked }: Finding): { low: number; high: number } =>
  ranked.reduce((sum, { failures }) => ({ low: sum.low + failures.low, high: sum.high + failures.high }), {
    low: 0,
    high: 0,
  });

function destinations({ destinations: ranked }: Finding, options: ReportOptions): string[] {
  if (ranked.length === 0) return fact('destination', 'not known yet', options);
  const more = ranked.length - SHOWN_DESTINATIONS;
  const lines = ranked.slice(0, SHOWN_DESTINATIONS).map(destinationLine);
  return facts('destination', more > 0 ? [...lines, `and ${more} more`] : lines, options);
}

function destinationLine(destination: RankedDestination): string {
  const { hostNames, share, peakPorts, opens, failures } = destination;
  const names = hostNames.length === 0 ? '' : ` (${hostNames.slice(0, SHOWN_DESTINATIONS).join(', ')})`;
  const figures = [
    peakPorts > 0 ? `${thousands(peakPorts)} ports at most` : null,
    opens > 0 ? `${thousands(opens)} opened` : null,
    failures.high > 0 ? `${countInterval(failures)} failed` : null,
  ].filter((figure) => figure !== null);
  return `${formatDestination(destination)}${names}  ${[percent(share), ...figures].join(', ')}`;
}

function sources({ sources: ranked }: Finding, options: ReportOptions): string[] {
  if (ranked.length === 0) return fact('sources', 'not known yet', options);
  const more = ranked.length - SHOWN_SOURCES;
  const lines = ranked.slice(0, SHOWN_SOURCES).map(sourceLine);
  return facts('sources', more > 0 ? [...lines, `and ${more} more`] : lines, options);
}

function sourceLine({ address, interfaceId, owner, share, logSource, joinedBy }: FindingSource): string {
  const name = address ?? interfaceId ?? logSource ?? 'source unknown';
  const beside = [address === null ? null : interfaceId, address === null ? null : logSource].filter(
    (text) => text !== null,
  );
  const joined = joinedBy === 'flow' || joinedBy === 'none' ? '' : `, joined by ${joinedBy.replaceAll('-', ' ')}`;
  return `${name}${beside.length === 0 ? '' : ` (${beside.join(', ')})`}  ${percent(share)}, ${owner ?? 'owner not known'}${joined}`;
}

/** What to remember of it in a call. */
function threeNumbers(finding: Finding): string[] {
  const { capacityPorts, firstFailureAt, destinations: ranked } = finding;
  const failures = failuresOf(finding);
  const peak = ranked[0]?.peakPorts ?? 0;
  const capacity = capacityPorts === null ? '' : ` of ${thousands(capacityPorts)}`;
  const opens = ranked.reduce((sum, destination) => sum + destination.opens, 0);
  return [
    peak > 0 ? `${thousands(peak)}${capacity} ports` : `ports in use not known${capacity}`,
    opens > 0 ? `${thousands(opens)} new connections` : 'new connections not known',
    failures.high === 0 && firstFailureAt !== null ? 'failures not known' : `${countInterval(failures)} failed`,
  ];
}
