import { parseDestinationKey, TCP } from '../model/destination.ts';
import type { FlowMinute } from '../model/observation.ts';
import type { Settings } from '../model/settings.ts';
import type { Minute } from '../model/time.ts';
import { countBlurredPorts, spansMinutes } from './blurred-ports.ts';
import { countOpens, NO_OPENS, type OpenCounts } from './count-opens.ts';
import { isSilent } from './failed-opens.ts';
import { countHeldPorts, type HeldPorts, NONE_HELD, overlappingPorts } from './held-ports.ts';
import type { GatewayFacts, Hold } from './calibrate-hold.ts';
import { countTurnover, NO_TURNOVER, type PortTurnover } from './port-turnover.ts';
import type { NatDestination, NatUse } from './nat-series.ts';

/** A use before the hold is known: see `calibrateHold`. */
export type NatMeasure = Omit<NatUse, 'portsEstimate'> & {
  /** Opens that got a NAT port, and those of them that keep it after close: an answer came, or never comes here. */
  readonly opensAtNat: number;
  readonly keptAtNat: number;
  /** Closed in the minute in which they opened, without one record of an answer. */
  readonly youngLost: number;
  /** The records carry no flags, so that idle connections cannot be told from closed ones. */
  readonly blindToIdle: boolean;
  /** Of those, ports seen lately that show themselves again and again: see `port-turnover.ts`. 0 where flags tell. */
  readonly standing: number;
};

export type MeasuredDestination = Omit<NatDestination, 'uses'> & { readonly measures: ReadonlyMap<Minute, NatMeasure> };

/** A connection is gone that said nothing for so long, and so is the port that it kept. */
export const turnoverMinutes = (hold: Settings['hold']): number =>
  Math.ceil((hold.natIdleSeconds + hold.natSeconds) / 60);

/** Measures one destination at one NAT gateway, minute by minute. `range`: how many ports the gateway draws from. */
export function measureDestination(
  key: string,
  natRows: readonly FlowMinute[],
  clientRows: readonly FlowMinute[],
  { hold }: Settings,
  range: number,
  where: Pick<NatDestination, 'zone' | 'capacityAt' | 'clientRows'>,
): MeasuredDestination {
  const minutes = new Set([...natRows, ...clientRows].map((row) => row.minute));
  const natOpens = natRows.length > 0 ? countOpens(natRows) : null;
  const legs: Legs = {
    nat: Map.groupBy(natRows, (row) => row.minute),
    natOpens,
    isEverAnswered: natOpens?.values().some(({ opens, unanswered }) => unanswered < opens) ?? false,
    clientOpens: clientRows.length > 0 ? countOpens(clientRows) : null,
    blurred: spansMinutes(natRows) ? blurredPorts(natRows) : new Map(),
    held: countHeldPorts(natRows, Math.floor(hold.natIdleSeconds / 60)),
    turnover: countTurnover(natRows, minutes, turnoverMinutes(hold), range),
  };
  const measures = new Map([...minutes].map((minute) => [minute, measureMinute(minute, legs)]));
  return { ...where, destination: parseDestinationKey(key), measures };
}

export const isBlindToIdle = (destinations: readonly MeasuredDestination[]): boolean =>
  destinations.some(({ measures }) => measures.values().some(({ blindToIdle }) => blindToIdle));

/** What is counted of one destination, by minute; the opens of a leg that is not logged are null. */
type Legs = {
  readonly nat: ReadonlyMap<Minute, readonly FlowMinute[]>;
  readonly natOpens: ReadonlyMap<Minute, OpenCounts> | null;
  readonly clientOpens: ReadonlyMap<Minute, OpenCounts> | null;
  /** Of a log without replies nothing is known to have gone unanswered. */
  readonly isEverAnswered: boolean;
  /** Ports of records that span minutes, open and close: see `blurred-ports.ts`. */
  readonly blurred: ReadonlyMap<Minute, number>;
  readonly held: ReadonlyMap<Minute, HeldPorts>;
  readonly turnover: ReadonlyMap<Minute, PortTurnover>;
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
  const atLeast = Math.max((atNat ?? atClients ?? NO_OPENS).opens, failures === null ? 0 : opens - failures.low);
  const { distinct, fresh, standing } = legs.turnover.get(minute) ?? NO_TURNOVER;
  // Without flags a connection that speaks after some minutes passes for a new one, and a port taken over soon for none.
  const opensAtNat = blindToIdle ? Math.round(fresh) : atLeast;
  return {
    minute,
    portsLow,
    portsHigh: Math.max(portsLow, distinct),
    opens,
    opensAtNat,
    keptAtNat: Math.max(0, opensAtNat - (legs.isEverAnswered ? (unansweredNat ?? 0) : 0)),
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
    standing: blindToIdle ? Math.max(0, Math.round(standing) - portsLow) : 0,
    unansweredClients: atClients?.unanswered ?? null,
    unansweredNat,
    failures,
  };
}

/**
 * Connections per open and minute that the gateway counts as active and nothing shows of records without flags: neither
 * the ports that stand nor those held after close. They are open for longer than they speak. Spread over the destinations
 * by their opens, for the metric names none; unknown in the cold minutes, in which every port is seen afresh.
 */
export function unseenPerOpen(
  destinations: readonly MeasuredDestination[],
  { metrics, coldMinutes }: Pick<GatewayFacts, 'metrics' | 'coldMinutes'>,
  hold: Hold,
): ReadonlyMap<Minute, number> {
  const seen = new Map<Minute, { ports: number; opens: number }>();
  for (const { destination, measures } of destinations) {
    if (destination.protocol !== TCP) continue;
    for (const use of measures.values()) {
      if (!use.blindToIdle || coldMinutes.has(use.minute)) continue;
      const { ports, opens } = seen.get(use.minute) ?? { ports: 0, opens: 0 };
      const held = heldAfterClose(measures, use.minute, use, hold.seconds);
      seen.set(use.minute, { ports: ports + use.portsLow + use.standing + held, opens: opens + use.opensAtNat });
    }
  }
  return new Map(
    [...seen].flatMap(([minute, { ports, opens }]) => {
      const active = metrics.get(minute)?.ActiveConnectionCount;
      return active === undefined || opens === 0 ? [] : [[minute, Math.max(0, active - ports) / opens]];
    }),
  );
}

/** A hold that only the setting names may well be twice as long. */
const UNSURE_FACTOR = 2;

/** What the whole gateway tells of its destinations' ports. */
export type PortFacts = Pick<GatewayFacts, 'metrics' | 'lossAt' | 'isFull'> & {
  readonly hold: Hold;
  readonly unseenPerOpen: ReadonlyMap<Minute, number>;
  /** The metric says that no allocation failed about then. */
  readonly noneFailed: (minute: Minute) => boolean;
};

/**
 * Ports in use: those certainly held, those that stand, what the calibrated hold keeps after close, and what is open
 * unseen; all of them while allocations fail. Never more than were seen lately, for a connection that says nothing for
 * longer is dropped, nor than the gateway has, or counts as active where it counts held ports, unless as many are
 * certainly held. A port that recycles within the minute cannot be told from one that closed.
 */
export function estimatePorts({ measures, ...destination }: MeasuredDestination, facts: PortFacts): NatDestination {
  const uses = new Map<Minute, NatUse>();
  for (const [minute, whole] of measures) {
    const { opensAtNat: opens, keptAtNat: _, blindToIdle, standing, youngLost: __, ...measure } = whole;
    const [lost, capacityPorts] = [facts.lossAt(minute), destination.capacityAt(minute)];
    // An open shows in the client's record alone, a port in the records of either side.
    const held = (seconds: number): number => heldAfterClose(measures, minute, whole, seconds) / (1 - lost);
    const unseen = blindToIdle ? opens * (facts.unseenPerOpen.get(minute) ?? 0) : 0;
    const most = Math.min(Math.round(measure.portsHigh / (1 - lost ** 2)), capacityPorts, activeAt(facts, minute));
    const atLeast = Math.max(measure.portsLow, facts.isFull(whole) ? Math.min(measure.portsHigh, capacityPorts) : 0);
    const upTo = (seconds: number): number =>
      Math.max(atLeast, Math.min(most, Math.round(measure.portsLow + standing + unseen + held(seconds))));
    uses.set(minute, {
      ...measure,
      failures: certainOnly(measure, lost, facts.noneFailed(minute)),
      portsHigh: upTo(facts.hold.seconds * (facts.hold.isMeasured ? 1 : UNSURE_FACTOR)),
      portsEstimate: upTo(facts.hold.seconds),
    });
  }
  return { ...destination, uses };
}

const activeAt = ({ metrics, hold }: PortFacts, minute: Minute): number =>
  (hold.isCounted ? metrics.get(minute)?.ActiveConnectionCount : undefined) ?? Infinity;

/** Of a destination that answers nobody, or while none failed, no failed open is certainly a failed allocation. */
const certainOnly = (use: Omit<NatUse, 'portsEstimate'>, lossShare: number, noneFailed: boolean): NatUse['failures'] =>
  use.failures !== null && (noneFailed || isSilent(use, lossShare)) ? { ...use.failures, low: 0 } : use.failures;

/**
 * Ports that opens of the last `seconds` keep after close; a minute before the first record is taken to be like this
 * one. An open that nobody answers closes nothing, and keeps its port while it is tried.
 */
function heldAfterClose(
  measures: ReadonlyMap<Minute, NatMeasure>,
  minute: Minute,
  now: NatMeasure,
  seconds: number,
): number {
  let held = 0;
  for (let back = 0; back * 60 < seconds; back += 1) {
    const { keptAtNat } = measures.get(minute - back) ?? now;
    held += (keptAtNat * Math.min(60, seconds - back * 60)) / 60;
  }
  return held;
}

const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);
