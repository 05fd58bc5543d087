import { recommend } from '../advise/recommend.ts';
import { explainNat, loadsOfDestination } from '../advise/explain-nat.ts';
import { blameClients } from '../correlate/blame-clients.ts';
import { blameTimeouts } from '../correlate/blame-timeouts.ts';
import { describeOwner } from '../correlate/describe-owner.ts';
import type { Incident } from '../correlate/replay.ts';
import { rankNatDestinations, rankNatSources } from '../correlate/rank-nat.ts';
import { matchTimeouts } from '../correlate/match-timeouts.ts';
import { judgeFailedOpens } from '../detect/failed-opens.ts';
import type { Point } from '../detect/forecast.ts';
import type { NatDestination, NatSeries } from '../detect/nat-series.ts';
import { CARRY_MINUTES, utilisationByMetrics } from '../detect/nat-utilisation.ts';
import { mostOf } from '../detect/statistics.ts';
import { observeCeiling, type PortBudget, zoneBudget } from '../detect/port-budget.ts';
import { type Destination, destinationKey } from '../model/destination.ts';
import { isoOf, type Minute, minuteStartMs, MINUTE_MS } from '../model/time.ts';
import { agentEvidence } from './agent-evidence.ts';
import type { BuildContext } from './build-context.ts';
import { confidenceOf, type Frame, frameOf, timelineMinutes, utilisationOf, weightsOf } from './frame.ts';
import { isSupposed, missingAtNat, natFailures, natTimelineAt, natTitle } from './describe-nat.ts';
import { estimateEta } from './estimate-eta.ts';
import type { Finding, FindingKind, RankedDestination } from './schema.ts';

/** The finding about one NAT gateway's episode of trouble. */
export function buildNatFinding(
  series: NatSeries,
  episode: readonly Incident[],
  number: number,
  id: string,
  context: BuildContext,
): Finding {
  const frame = frameOf(episode);
  const seen = recordedWindow(series, frame);
  const measured = rankNatDestinations(series, seen, context);
  const isUnnamed = measured.length === 0 && frame.worst === 'failing';
  const blamed = isUnnamed ? (blameClients(series, frame, context) ?? blameTimeouts(series, context)) : null;
  const destinations = blamed?.destinations ?? measured;
  const top = series.destinations.find(
    (d) => destinations[0] !== undefined && destinationKey(d.destination) === destinationKey(destinations[0]),
  );
  const sources = top === undefined ? [] : rankNatSources(top, seen, context);
  const destination = top?.destination ?? destinationOf(destinations[0]);
  const timeouts = matchTimeouts(context.timeouts, destination, frame, context.clients);
  const failing = frame.worst === 'failing';
  const loads = loadsOfDestination(top, series);
  const cause = explainNat(series, loads, frame);
  const kind = kindOf(frame);
  const budget = budgetInForce(series, frame, top, context);
  const { capacityPorts } = budget;
  const carried = withCarried(peakOf(top, seen), top, series, frame);
  const peak = failing ? whenFull(carried, budget) : carried;
  const supposed = isSupposed(frame, top, context.settings);
  return {
    id,
    kind,
    layer: 'nat',
    resource: { type: 'nat-gateway', id: series.natId },
    subject: { type: 'nat-gateway', id: series.natId },
    episode: number,
    status: frame.status,
    suppressedUntil: null,
    severity: kind === 'nat-port-exhaustion' || kind === 'nat-port-pressure' ? frame.severity : 'low',
    confidence: confidenceOf([...weightsOf(episode), ...(timeouts === null ? [] : [1]), ...(supposed ? [-1] : [])]),
    title: natTitle(
      series,
      destination === null ? undefined : { destination, zone: top?.zone ?? null },
      kind,
      failing ? natFailures(series, frame, destinations) : null,
      peak?.estimate ?? 0,
      capacityPorts,
      supposed,
    ),
    destination,
    destinations,
    sources:
      blamed?.sources ??
      sources.map((source) => ({
        ...source,
        owner: describeOwner(source.address, source.interfaceId, context.inventory),
        logSource: timeouts?.logSourceOf(source.address) ?? null,
      })),
    cause: cause.cause,
    causeReason: cause.reason,
    firstSeenAt: frame.firstSeenAt,
    firstFailureAt: firstFailureOf(series, frame, top),
    lastSeenAt: frame.lastSeenAt,
    resolvedAt: frame.resolvedAt,
    peakUtilisation: peak === null ? null : utilisationOf(peak, capacityPorts),
    capacityPorts,
    capacityAssumed: budget.assumed,
    capacityBasis: budget.basis,
    etaAt:
      failing || frame.status === 'resolved' || top === undefined
        ? null
        : estimateEta(pointsOf(top), frame.endMinute, capacityPorts),
    recommendations: recommend({
      layer: 'nat',
      cause: cause.cause,
      destination,
      capacityPorts,
      peakPorts: peak?.estimate ?? null,
      nowcast: cause,
      addresses: Math.max(1, Math.round(capacityPorts / context.settings.natPortsPerAddress)),
      portsPerAddress: context.settings.natPortsPerAddress,
      hostNames: destinations[0]?.hostNames ?? [],
      runtimes: timeouts === null ? [] : runtimesTowards(destinations[0], context),
      isRegional: series.gateway?.regional ?? false,
    }),
    evidence: [
      ...frame.evidence,
      ...(timeouts?.evidence ?? []),
      ...agentEvidence(
        sources.map(({ address }) => address),
        frame,
        context,
      ),
    ],
    missingEvidence: missingAtNat(series, frame, top, timeouts !== null),
    timeline: [...timelineMinutes(frame, context.lastMinute)].map((minute) =>
      natTimelineAt(series, top, capacityPorts, minute, timeouts?.counts.get(minute) ?? null),
    ),
    samples: timeouts?.samples ?? [],
  };
}

/** What wrote the timeouts towards a destination. */
function runtimesTowards(top: RankedDestination | undefined, { timeouts }: BuildContext): string[] {
  const names = top === undefined ? [] : [top.address, ...top.hostNames];
  return timeouts
    .filter(({ destination }) => destination !== null && names.includes(destination.host))
    .flatMap(({ runtime }) => runtime ?? []);
}

const destinationOf = (ranked: RankedDestination | undefined): Destination | null =>
  ranked === undefined ? null : { address: ranked.address, port: ranked.port, protocol: ranked.protocol };

type Window = Pick<Frame, 'startMinute' | 'endMinute'> & Partial<Pick<Frame, 'troubled'>>;
type Peak = { readonly low: number; readonly high: number; readonly estimate: number };

/** Detectors that carry the last flow records on by metrics, and say whose they are. */
const CARRYING = ['nat-active-connections', 'nat-port-forecast'];

/** The minutes to name culprits by: the incident's own, or the last recorded ones, which metrics were carried on from. */
function recordedWindow(series: NatSeries, frame: Frame): Window {
  const { startMinute, endMinute, detectors } = frame;
  const recorded = [...series.flowMinutes].filter((minute) => minute <= endMinute);
  const last = mostOf(recorded);
  const isCarried =
    CARRYING.some((id) => detectors.has(id)) && last < startMinute && last >= startMinute - CARRY_MINUTES;
  return isCarried ? { startMinute: last, endMinute } : frame;
}

/** Metrics may show more ports in use than the records that have arrived. */
function withCarried(
  peak: Peak | null,
  top: NatDestination | undefined,
  series: NatSeries,
  { startMinute, endMinute }: Window,
): Peak | null {
  if (peak === null) return null;
  let carried = 0;
  for (let minute = startMinute; minute <= endMinute; minute += 1) {
    const use = series.flowMinutes.has(minute) ? null : utilisationByMetrics(series, minute);
    if (use !== null && use.destination === top) carried = Math.max(carried, use.ports);
  }
  return { low: peak.low, high: Math.max(peak.high, carried), estimate: Math.max(peak.estimate, carried) };
}

function peakOf(top: NatDestination | undefined, { startMinute, endMinute }: Window): Peak | null {
  const uses = [...(top?.uses.values() ?? [])].filter((use) => use.minute >= startMinute && use.minute <= endMinute);
  if (top === undefined || uses.length === 0) return null;
  return {
    low: mostOf(uses.map((use) => use.portsLow)),
    high: mostOf(uses.map((use) => use.portsHigh)),
    estimate: mostOf(uses.map((use) => use.portsEstimate)),
  };
}

/**
 * While allocations fail every port is taken, whatever shows: without `pkt-*` fields those of the primary address alone,
 * without flow records none. Of a capacity that is only assumed nobody knows whether it is too large.
 */
function whenFull(peak: Peak | null, { capacityPorts, assumed }: PortBudget): Peak | null {
  if (peak === null) return { low: capacityPorts, high: capacityPorts, estimate: capacityPorts };
  if (assumed) return peak;
  return { low: peak.low, high: Math.max(peak.high, capacityPorts), estimate: Math.max(peak.estimate, capacityPorts) };
}

/** While allocations fail, ports seen in one dense range are all there are, whatever the assumption said. */
function budgetInForce(
  series: NatSeries,
  { firstFailingMinute, endMinute }: Frame,
  top: NatDestination | undefined,
  { settings }: BuildContext,
): PortBudget {
  if (top !== undefined && top.zone !== null) return zoneBudget(top.zone, top.capacityAt(endMinute), settings);
  if (!series.budget.assumed || firstFailingMinute === null || series.flows === null) return series.budget;
  const own = series.flows.natLegs.filter((row) => row.minute >= firstFailingMinute && row.minute <= endMinute);
  return observeCeiling(own, series.budget);
}

const RATE_SIGNS: ReadonlySet<string> = new Set(['nat-connection-rate-spike', 'nat-connection-rate-shift']);

/** Pressure by its measure of ports; what only a lone early sign says goes by that sign's name. */
function kindOf({ worst, detectors }: Frame): FindingKind {
  if (worst === 'failing') return 'nat-port-exhaustion';
  if (detectors.size === 1 && detectors.has('nat-capacity-shrunk')) return 'capacity-shrunk';
  if (detectors.isSubsetOf(RATE_SIGNS)) return 'connection-rate-spike';
  return 'nat-port-pressure';
}

const pointsOf = (top: NatDestination): Point[] =>
  [...top.uses.values()]
    .map((use) => ({ x: use.minute, y: use.portsEstimate / top.capacityAt(use.minute) }))
    .sort((a, b) => a.x - b.x);

/** Records tell failures to the minute: the middle of the first minute that has any is at most half a minute off. */
function firstFailureOf(series: NatSeries, frame: Frame, top: NatDestination | undefined): string | null {
  if (frame.firstFailingMinute === null) return null;
  let minute = frame.firstFailingMinute;
  for (let m = minute - 5; m < minute; m += 1) {
    const errors = series.metrics.get(m)?.ErrorPortAllocation ?? 0;
    if (errors > series.errorTrickle || failsIn(top, m, series)) {
      minute = m;
      break;
    }
  }
  return isoOf(minuteStartMs(minute) + MINUTE_MS / 2);
}

function failsIn(top: NatDestination | undefined, minute: Minute, { lossAt }: NatSeries): boolean {
  const use = top?.uses.get(minute);
  if (use === undefined) return false;
  const loss = lossAt(minute);
  const verdict = judgeFailedOpens(use, loss);
  // Where records are being lost a few failed opens more or less begin nothing.
  return verdict === 'significant' || (verdict === 'some' && loss === 0);
}
