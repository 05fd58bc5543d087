import { recommend } from '../advise/recommend.ts';
import { describeOwner } from '../correlate/describe-owner.ts';
import { rankNatSources } from '../correlate/rank-nat.ts';
import type { Point } from '../detect/forecast.ts';
import type { NatDestination, NatSeries } from '../detect/nat-series.ts';
import { agentEvidence } from './agent-evidence.ts';
import type { BuildContext } from './build-context.ts';
import { missingAtNat, natTimelineAt, natTitle } from './describe-nat.ts';
import type { Episode } from './episodes.ts';
import { estimateEta } from './estimate-eta.ts';
import { confidenceOf, peakWithin, timelineMinutes, weightsOf } from './frame.ts';
import { firstFailureOf, measureNatTrouble, type NatTrouble } from './nat-trouble.ts';
import type { Finding, FindingSource, RankedDestination, Recommendation } from './schema.ts';

/** The finding about one NAT gateway's episode of trouble. */
export function buildNatFinding(series: NatSeries, episode: Episode, context: BuildContext): Finding {
  const trouble = measureNatTrouble(series, episode.incidents, context);
  const { frame, kind, recorded, top, destination, destinations, timeouts, budget, peak, cause } = trouble;
  const clients = top === undefined ? [] : rankNatSources(top, recorded, context);
  const addresses = clients.map(({ address }) => address);
  return {
    id: episode.id,
    kind,
    layer: 'nat',
    resource: { type: 'nat-gateway', id: series.natId },
    subject: { type: 'nat-gateway', id: series.natId },
    episode: episode.number,
    status: frame.status,
    suppressedUntil: null,
    severity: kind === 'nat-port-exhaustion' || kind === 'nat-port-pressure' ? frame.severity : 'low',
    confidence: confidenceIn(trouble, episode),
    title: natTitle(trouble),
    destination,
    destinations,
    sources: sourcesOf(trouble, clients, context),
    cause: cause.cause,
    causeReason: cause.reason,
    firstSeenAt: frame.firstSeenAt,
    firstFailureAt: firstFailureOf(trouble),
    lastSeenAt: frame.lastSeenAt,
    resolvedAt: frame.resolvedAt,
    ...peakWithin(peak, budget),
    etaAt: etaOf(trouble),
    recommendations: adviceFor(trouble, context),
    evidence: [...frame.evidence, ...(timeouts?.evidence ?? []), ...agentEvidence(addresses, frame, context)],
    missingEvidence: missingAtNat(series, frame, top, timeouts !== null),
    timeline: [...timelineMinutes(frame, context.lastMinute)].map((minute) =>
      natTimelineAt(series, top, budget.capacityPorts, minute, timeouts?.counts.get(minute) ?? null),
    ),
    samples: timeouts?.samples ?? [],
  };
}

type Client = ReturnType<typeof rankNatSources>[number];

function confidenceIn({ timeouts, isSupposed }: NatTrouble, { incidents }: Episode): number {
  return confidenceOf([...weightsOf(incidents), ...(timeouts === null ? [] : [1]), ...(isSupposed ? [-1] : [])]);
}

function sourcesOf(
  { blamed, timeouts }: NatTrouble,
  clients: readonly Client[],
  { inventory }: BuildContext,
): FindingSource[] {
  return (
    blamed?.sources ??
    clients.map((source) => ({
      ...source,
      owner: describeOwner(source.address, source.interfaceId, inventory),
      logSource: timeouts?.logSourceOf(source.address) ?? null,
    }))
  );
}

function etaOf({ frame, top, budget }: NatTrouble): Finding['etaAt'] {
  if (frame.worst === 'failing' || frame.status === 'resolved' || top === undefined) return null;
  return estimateEta(pointsOf(top), frame.endMinute, budget.capacityPorts);
}

const pointsOf = (top: NatDestination): Point[] =>
  [...top.uses.values()]
    .map((use) => ({ x: use.minute, y: use.portsEstimate / top.capacityAt(use.minute) }))
    .sort((a, b) => a.x - b.x);

function adviceFor(trouble: NatTrouble, context: BuildContext): Recommendation[] {
  const { series, cause, destination, destinations, timeouts, peak } = trouble;
  const { capacityPorts, addresses = 1 } = trouble.budget;
  return recommend({
    layer: 'nat',
    cause: cause.cause,
    destination,
    capacityPorts,
    peakPorts: peak?.estimate ?? null,
    nowcast: cause,
    addresses,
    portsPerAddress: Math.round(capacityPorts / addresses),
    hostNames: destinations[0]?.hostNames ?? [],
    runtimes: timeouts === null ? [] : runtimesTowards(destinations[0], context),
    isRegional: series.gateway?.regional ?? false,
  });
}

/** What wrote the timeouts towards a destination. */
function runtimesTowards(top: RankedDestination | undefined, { timeouts }: BuildContext): string[] {
  const names = top === undefined ? [] : [top.address, ...top.hostNames];
  return timeouts
    .filter(({ destination }) => destination !== null && names.includes(destination.host))
    .flatMap(({ runtime }) => runtime ?? []);
}
