import { explainNat, loadsOfDestination } from '../advise/explain-nat.ts';
import type { Nowcast } from '../advise/nowcast.ts';
import { blameClients } from '../correlate/blame-clients.ts';
import { type Blamed, blameTimeouts } from '../correlate/blame-timeouts.ts';
import { type MatchedTimeouts, matchTimeouts } from '../correlate/match-timeouts.ts';
import { rankNatDestinations } from '../correlate/rank-nat.ts';
import type { Incident } from '../correlate/incident.ts';
import { judgeFailedOpens } from '../detect/failed-opens.ts';
import type { NatDestination, NatSeries } from '../detect/nat-series.ts';
import { CARRY_MINUTES, utilisationByMetrics } from '../detect/nat-utilisation.ts';
import { observeCeiling, type PortBudget, zoneBudget } from '../detect/port-budget.ts';
import { mostOf } from '../detect/statistics.ts';
import { type Destination, destinationKey } from '../model/destination.ts';
import type { Settings } from '../model/settings.ts';
import { isoOf, type Minute, minuteStartMs, MINUTE_MS } from '../model/time.ts';
import type { BuildContext } from './build-context.ts';
import { type Frame, frameOf, type Peak } from './frame.ts';
import type { FindingKind, RankedDestination } from './schema.ts';

/** What the evidence says of one episode at a NAT gateway; the finding is told from it. */
export type NatTrouble = {
  readonly series: NatSeries;
  readonly frame: Frame;
  readonly kind: FindingKind;
  /** The minutes to name culprits by: the incident's own, or the last recorded ones before it. */
  readonly recorded: Window;
  /** What was measured of the destination that fills up; none where the gateway's own records do not name it. */
  readonly top: NatDestination | undefined;
  readonly destination: Destination | null;
  readonly destinations: RankedDestination[];
  /** Whom other evidence than the gateway's own records names; null where these do, or nothing does. */
  readonly blamed: Blamed | null;
  readonly timeouts: MatchedTimeouts | null;
  readonly cause: Nowcast;
  readonly budget: PortBudget;
  readonly peak: Peak | null;
  /** Pressure by ports that are held after close for all that anybody knows: without them there would be none. */
  readonly isSupposed: boolean;
};

export function measureNatTrouble(
  series: NatSeries,
  incidents: readonly Incident[],
  context: BuildContext,
): NatTrouble {
  const frame = frameOf(incidents);
  const failing = frame.worst === 'failing';
  const recorded = recordedWindow(series, frame);
  const measured = rankNatDestinations(series, recorded, context);
  const isUnnamed = measured.length === 0 && failing;
  const blamed = isUnnamed ? (blameClients(series, frame, context) ?? blameTimeouts(series, context)) : null;
  const destinations = blamed?.destinations ?? measured;
  const top = series.destinations.find(
    (d) => destinations[0] !== undefined && destinationKey(d.destination) === destinationKey(destinations[0]),
  );
  const destination = top?.destination ?? destinationOf(destinations[0]);
  const budget = budgetInForce(series, frame, top, context);
  const carried = withCarried(peakOf(top, recorded), top, series, frame);
  return {
    series,
    frame,
    kind: kindOf(frame),
    recorded,
    top,
    destination,
    destinations,
    blamed,
    timeouts: matchTimeouts(context.timeouts, destination, frame, context.clients),
    cause: explainNat(series, loadsOfDestination(top, series), frame, budget.capacityPorts),
    budget,
    peak: failing ? whenFull(carried, budget) : carried,
    isSupposed: isSupposed(frame, top, context.settings),
  };
}

const destinationOf = (ranked: RankedDestination | undefined): Destination | null =>
  ranked === undefined ? null : { address: ranked.address, port: ranked.port, protocol: ranked.protocol };

type Window = Pick<Frame, 'startMinute' | 'endMinute'> & Partial<Pick<Frame, 'troubled'>>;

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

/**
 * While allocations fail, ports seen in one dense range are all there are, whatever the assumption said. Those that fell
 * silent before are held for as long as what idles is kept.
 */
function budgetInForce(
  series: NatSeries,
  { firstFailingMinute, endMinute }: Frame,
  top: NatDestination | undefined,
  { settings }: BuildContext,
): PortBudget {
  if (top !== undefined && top.zone !== null) return zoneBudget(top.zone, top.capacityAt(endMinute), settings);
  if (!series.budget.assumed || firstFailingMinute === null || series.flows === null) return series.budget;
  const from = firstFailingMinute - Math.ceil((settings.hold.natIdleSeconds * 1000) / MINUTE_MS);
  const own = series.flows.natLegs.filter((row) => row.minute >= from && row.minute <= endMinute);
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

function isSupposed(
  { worst, startMinute, endMinute }: Frame,
  top: NatDestination | undefined,
  { thresholds }: Settings,
): boolean {
  if (worst !== 'warning' || top === undefined) return false;
  const uses = [...top.uses.values()].filter(({ minute }) => minute >= startMinute && minute <= endMinute);
  return (
    uses.some(({ portsSure, portsEstimate }) => portsSure < portsEstimate) &&
    uses.every(({ minute, portsSure }) => portsSure < thresholds.warning * top.capacityAt(minute))
  );
}

/** Records tell failures to the minute: the middle of the first minute that has any is at most half a minute off. */
export function firstFailureOf({ series, frame, top }: NatTrouble): string | null {
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
