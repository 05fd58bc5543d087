import { parseDestinationKey, TCP } from '../model/destination.ts';
import type { FlowMinute } from '../model/observation.ts';
import { createPortWindow } from '../model/port-window.ts';
import type { Settings } from '../model/settings.ts';
import type { Minute } from '../model/time.ts';
import { countBlurredPorts, spansMinutes } from './blurred-ports.ts';
import { countOpens, NO_OPENS, type OpenCounts } from './count-opens.ts';
import { isSilent } from './failed-opens.ts';
import { countHeldPorts, type HeldPorts, NONE_HELD, overlappingPorts } from './held-ports.ts';
import type { GatewayFacts, Hold } from './calibrate-hold.ts';
import type { LossAt } from './record-loss.ts';
import type { NatDestination, NatUse } from './nat-series.ts';

/** A use before the hold is known: see `calibrateHold`. */
export type NatMeasure = Omit<NatUse, 'portsEstimate'> & {
  /** Opens that got a NAT port. */
  readonly opensAtNat: number;
  /** Closed in the minute in which they opened, without one record of an answer. */
  readonly youngLost: number;
  /** The records carry no flags, so that idle connections cannot be told from closed ones. */
  readonly blindToIdle: boolean;
};

export type MeasuredDestination = Omit<NatDestination, 'uses'> & { readonly measures: ReadonlyMap<Minute, NatMeasure> };

/** Measures one destination at one NAT gateway, minute by minute. */
export function measureDestination(
  key: string,
  natRows: readonly FlowMinute[],
  clientRows: readonly FlowMinute[],
  { hold }: Settings,
  where: Pick<NatDestination, 'zone' | 'capacityAt' | 'clientRows'>,
): MeasuredDestination {
  const minutes = new Set([...natRows, ...clientRows].map((row) => row.minute));
  const legs: Legs = {
    nat: Map.groupBy(natRows, (row) => row.minute),
    natOpens: natRows.length > 0 ? countOpens(natRows) : null,
    clientOpens: clientRows.length > 0 ? countOpens(clientRows) : null,
    blurred: spansMinutes(natRows) ? blurredPorts(natRows) : new Map(),
    held: countHeldPorts(natRows, Math.floor(hold.natIdleSeconds / 60)),
    distinct: distinctPorts(natRows, minutes, Math.ceil((hold.natIdleSeconds + hold.natSeconds) / 60)),
  };
  const measures = new Map([...minutes].map((minute) => [minute, measureMinute(minute, legs)]));
  return { ...where, destination: parseDestinationKey(key), measures };
}

/** What is counted of one destination, by minute; the opens of a leg that is not logged are null. */
type Legs = {
  readonly nat: ReadonlyMap<Minute, readonly FlowMinute[]>;
  readonly natOpens: ReadonlyMap<Minute, OpenCounts> | null;
  readonly clientOpens: ReadonlyMap<Minute, OpenCounts> | null;
  /** Ports of records that span minutes, open and close: see `blurred-ports.ts`. */
  readonly blurred: ReadonlyMap<Minute, number>;
  readonly held: ReadonlyMap<Minute, HeldPorts>;
  readonly distinct: ReadonlyMap<Minute, number>;
};

function blurredPorts(rows: readonly FlowMinute[]): Map<Minute, number> {
  const counts = new Map<Minute, number>();
  for (const own of Map.groupBy(rows, (row) => row.localAddress).values())
    for (const [minute, ports] of countBlurredPorts(own)) counts.set(minute, (counts.get(minute) ?? 0) + ports);
  return counts;
}

function measureMinute(minute: Minute, { nat, natOpens, clientOpens, ...legs }: Legs): NatMeasure {
  const here = nat.get(minute) ?? [];
  const { held, youngClosed, youngLost } = legs.held.get(minute) ?? NONE_HELD;
  const atClients = clientOpens === null ? null : (clientOpens.get(minute) ?? NO_OPENS);
  const atNat = natOpens === null ? null : (natOpens.get(minute) ?? NO_OPENS);
  const blurred = legs.blurred.get(minute) ?? 0;
  const portsLow = Math.max(0, Math.max(sum(here.map(overlappingPorts)), held) - blurred);
  const blindToIdle = here.some((row) => row.opensInferred);
  const opens = (atClients ?? atNat ?? NO_OPENS).opens;
  const unansweredNat = atNat?.unanswered ?? null;
  const failures =
    atClients === null
      ? null
      : { low: Math.max(0, atClients.unanswered - (unansweredNat ?? 0)), high: atClients.unansweredMost };
  // A NAT port that serves twice within a minute is one port in the records; clients' ports hardly ever do.
  const opensAtNat = Math.max((atNat ?? atClients ?? NO_OPENS).opens, failures === null ? 0 : opens - failures.low);
  return {
    minute,
    portsLow,
    portsHigh: Math.max(portsLow, legs.distinct.get(minute) ?? 0),
    opens,
    opensAtNat,
    // A record that spans minutes closes in its last; those of which it is known count in each.
    closed: blindToIdle
      ? null
      : Math.max(
          sum(here.map((row) => row.closed.size)),
          Math.round((opensAtNat * blurred) / Math.max(1, blurred + portsLow)),
        ),
    youngClosed: blurred > 0 ? null : youngClosed,
    youngLost,
    blindToIdle,
    unansweredClients: atClients?.unanswered ?? null,
    unansweredNat,
    failures,
  };
}

/**
 * The share (0–1) of the ports seen lately that connections hold which the gateway counts as active and records without
 * flags do not show: they are idle. A connection that says nothing for longer is dropped, so each of them is among these
 * ports; which, nothing tells, and no metric names a destination, so any port is as likely as any other. Unknown in the
 * cold minutes, when most of the idle have not been seen.
 */
export function idleShares(
  destinations: readonly MeasuredDestination[],
  { metrics, coldMinutes }: Pick<GatewayFacts, 'metrics' | 'coldMinutes'>,
): ReadonlyMap<Minute, number> {
  const seen = new Map<Minute, { showing: number; silent: number }>();
  for (const { destination, measures, capacityAt } of destinations) {
    if (destination.protocol !== TCP) continue;
    for (const use of measures.values()) {
      if (!use.blindToIdle || coldMinutes.has(use.minute)) continue;
      const { showing, silent } = seen.get(use.minute) ?? { showing: 0, silent: 0 };
      seen.set(use.minute, {
        showing: showing + use.portsLow,
        silent: silent + silentPorts(use, use.portsHigh, capacityAt(use.minute)),
      });
    }
  }
  return new Map(
    [...seen].flatMap(([minute, { showing, silent }]) => {
      const active = metrics.get(minute)?.ActiveConnectionCount;
      return active === undefined || silent === 0
        ? []
        : [[minute, Math.min(1, Math.max(0, active - showing) / silent)]];
    }),
  );
}

/** Ports seen lately that no connection certainly holds, of those that there are: one may have been used in turn. */
const silentPorts = ({ portsLow }: NatMeasure, touched: number, capacityPorts: number): number =>
  Math.max(0, Math.min(touched, capacityPorts) - portsLow);

/** A hold that only the setting names may well be twice as long. */
const UNSURE_FACTOR = 2;

/**
 * Ports in use: those certainly held, and the larger of what the calibrated hold and what idle connections keep; all
 * of them while allocations fail. A port that recycles within the minute cannot be told from one that closed.
 */
export function estimatePorts(
  { measures, ...destination }: MeasuredDestination,
  hold: Hold,
  idle: ReadonlyMap<Minute, number>,
  lossAt: LossAt,
  capacityWhenFull: (measure: NatMeasure) => number,
): NatDestination {
  const uses = new Map<Minute, NatUse>();
  for (const [minute, whole] of measures) {
    const { opensAtNat, blindToIdle, youngLost: _, ...measure } = whole;
    // An open shows in the client's record alone, a port in the records of either side.
    const lost = lossAt(minute);
    const held = (seconds: number): number => heldAfterClose(measures, minute, opensAtNat, seconds) / (1 - lost);
    const touched = Math.round(measure.portsHigh / (1 - lost ** 2));
    const silent = blindToIdle ? silentPorts(whole, touched, destination.capacityAt(minute)) : 0;
    const idling = silent * (idle.get(minute) ?? 0);
    const atLeast = Math.max(measure.portsLow, Math.min(touched, capacityWhenFull(whole)));
    const upTo = (seconds: number): number =>
      Math.max(atLeast, Math.min(touched, Math.round(measure.portsLow + Math.max(held(seconds), idling))));
    uses.set(minute, {
      ...measure,
      failures: withoutSilence(measure, lost),
      portsHigh: upTo(hold.seconds * (hold.isMeasured ? 1 : UNSURE_FACTOR)),
      portsEstimate: upTo(hold.seconds),
    });
  }
  return { ...destination, uses };
}

/** Of a destination that answers nobody, no failed open is certainly a failed allocation. */
const withoutSilence = (use: Omit<NatUse, 'portsEstimate'>, lossShare: number): NatUse['failures'] =>
  use.failures !== null && isSilent(use, lossShare) ? { ...use.failures, low: 0 } : use.failures;

/** Opens of the last `seconds`; a minute before the first record is taken to be like this one. */
function heldAfterClose(
  measures: ReadonlyMap<Minute, NatMeasure>,
  minute: Minute,
  opensNow: number,
  seconds: number,
): number {
  let held = 0;
  for (let back = 0; back * 60 < seconds; back += 1) {
    const opens = measures.get(minute - back)?.opensAtNat ?? opensNow;
    held += (opens * Math.min(60, seconds - back * 60)) / 60;
  }
  return held;
}

/** Distinct (local address, port) pairs in the minutes touching the window before and in each of `minutes`. */
function distinctPorts(
  rows: readonly FlowMinute[],
  minutes: ReadonlySet<Minute>,
  windowMinutes: number,
): Map<Minute, number> {
  const ascending = [...minutes].sort((a, b) => a - b);
  const distinct = new Map<Minute, number>();
  for (const unordered of Map.groupBy(rows, (row) => row.localAddress).values()) {
    const own = unordered.toSorted((a, b) => a.minute - b.minute);
    const window = createPortWindow();
    let [oldest, next] = [0, 0];
    for (const minute of ascending) {
      for (; next < own.length && (own[next] as FlowMinute).minute <= minute; next += 1)
        window.add((own[next] as FlowMinute).ports);
      for (; oldest < next && (own[oldest] as FlowMinute).minute < minute - windowMinutes; oldest += 1)
        window.remove((own[oldest] as FlowMinute).ports);
      distinct.set(minute, (distinct.get(minute) ?? 0) + window.size());
    }
  }
  return distinct;
}

const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);
