import { parseDestinationKey } from '../model/destination.ts';
import type { FlowMinute } from '../model/observation.ts';
import type { Settings } from '../model/settings.ts';
import type { Minute } from '../model/time.ts';
import { countBlurredPorts, spansMinutes } from './blurred-ports.ts';
import { countOpens, NO_OPENS, type OpenCounts } from './count-opens.ts';
import { countHeldPorts, type HeldPorts, NONE_HELD, overlappingPorts } from './held-ports.ts';
import { countOpenAtClients, countServed, recyclesPorts } from './recycled-ports.ts';
import { passedOnMinutes } from './passed-on.ts';
import { countReuseGaps, type ReuseGaps } from './reuse-gaps.ts';
import { countTurnover, NO_TURNOVER, type PortTurnover } from './port-turnover.ts';
import type { NatDestination, NatUse } from './nat-series.ts';
import { sum } from './statistics.ts';

/** A use before the hold is known: see `calibrateHold`. */
export type NatMeasure = Omit<NatUse, 'portsEstimate' | 'portsSure'> & {
  /** Opens that got a NAT port. */
  readonly opensAtNat: number;
  /** Distinct NAT ports with a record in the minute, and the clients' connections with an answer: 0 where nobody tells. */
  readonly portsSeen: number;
  readonly served: number;
  /** Those of them that nobody answered; 0 in a log without replies. */
  readonly unheardAtNat: number;
  /** Closed in the minute in which they opened, without one record of an answer. */
  readonly youngLost: number;
  /** The records carry no flags, so that idle connections cannot be told from closed ones. */
  readonly blindToIdle: boolean;
  /** Of those, ports seen lately that show themselves again and again: see `port-turnover.ts`. 0 where flags tell. */
  readonly standing: number;
};

export type MeasuredDestination = Omit<NatDestination, 'uses'> & {
  readonly measures: ReadonlyMap<Minute, NatMeasure>;
  /** How soon its ports come back; none where records last longer than the minutes that would tell. */
  readonly reuse: readonly ReuseGaps[];
};

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
  const clientOpens = clientRows.length > 0 ? countOpens(clientRows) : null;
  const idleMinutes = Math.floor(hold.natIdleSeconds / 60);
  // A record of two connections lasts into the minute after theirs.
  const recycling = new Set(
    [...(natOpens ?? [])].flatMap(([m, atNat]) =>
      recyclesPorts(reachingOf(clientOpens?.get(m) ?? NO_OPENS, atNat), atNat.opens) ? [m, m + 1] : [],
    ),
  );
  const spans = spansMinutes(natRows);
  const legs: Legs = {
    nat: Map.groupBy(natRows, (row) => row.minute),
    natOpens,
    isEverAnswered: natOpens?.values().some(({ opens, unanswered }) => unanswered < opens) ?? false,
    clientOpens,
    recycling,
    openAtClients: recycling.size > 0 ? countOpenAtClients(clientRows, idleMinutes) : new Map(),
    blurred: spans ? blurredPorts(natRows) : new Map(),
    held: countHeldPorts(natRows, idleMinutes),
    served: countServed(clientRows),
    passedOn: passedOnMinutes({ rows: natRows, opens: natOpens }, { rows: clientRows, opens: clientOpens }),
    turnover: countTurnover(natRows, minutes, turnoverMinutes(hold), range),
  };
  const measures = new Map([...minutes].map((minute) => [minute, measureMinute(minute, legs)]));
  return {
    ...where,
    destination: parseDestinationKey(key),
    measures,
    reuse: spans ? [] : countReuseGaps(natRows),
  };
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
  /** Minutes in which a port served several connections, and what was open then: see `recycled-ports.ts`. */
  readonly recycling: ReadonlySet<Minute>;
  readonly openAtClients: ReadonlyMap<Minute, number>;
  readonly served: ReadonlyMap<Minute, number>;
  /** Minutes in which all that failed left the gateway: see `passed-on.ts`. */
  readonly passedOn: ReadonlySet<Minute>;
  readonly turnover: ReadonlyMap<Minute, PortTurnover>;
};

/** Connections that got as far as the gateway's own leg: the answered ones, and all towards a destination that is silent. */
const reachingOf = ({ opens, unanswered }: OpenCounts, atNat: OpenCounts): number =>
  atNat.unansweredMost > SILENT_SHARE * Math.max(atNat.opens, atNat.unansweredMost) ? opens : opens - unanswered;
const SILENT_SHARE = 0.5;

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
  const open = Math.max(sum(here.map(overlappingPorts)), held);
  const most = legs.recycling.has(minute) ? (legs.openAtClients.get(minute) ?? 0) : Infinity;
  const portsLow = Math.max(0, Math.min(open, most) - blurred);
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
    portsSeen: sum(here.map(({ ports }) => ports.size)),
    served: legs.served.get(minute) ?? 0,
    unheardAtNat: legs.isEverAnswered ? Math.min(opensAtNat, unansweredNat ?? 0) : 0,
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
    unansweredNatMost: atNat?.unansweredMost ?? null,
    passedOn: legs.passedOn.has(minute),
    failures,
  };
}
