import { TCP } from '../model/destination.ts';
import type { Minute } from '../model/time.ts';
import type { GatewayFacts, Hold } from './calibrate-hold.ts';
import { isSilent, judgeFailedOpens } from './failed-opens.ts';
import type { MeasuredDestination, NatMeasure } from './measure-nat-destination.ts';
import type { NatDestination, NatUse } from './nat-series.ts';

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
      const held = heldAfterClose(measures, use, hold.seconds, 0);
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
 * certainly held; and no more are than it counts as active. A port that recycles within the minute cannot be told from
 * one that closed.
 */
export function estimatePorts({ measures, ...destination }: MeasuredDestination, facts: PortFacts): NatDestination {
  const uses = new Map<Minute, NatUse>();
  for (const [minute, whole] of measures) {
    const { opensAtNat: opens, unheardAtNat: _, blindToIdle, standing, youngLost: __, ...measure } = whole;
    const [lost, capacityPorts] = [facts.lossAt(minute), destination.capacityAt(minute)];
    // A port that served one connection after the other seems to be in use throughout, but no more are open than these.
    const active = facts.metrics.get(minute)?.ActiveConnectionCount ?? Infinity;
    const portsLow = Math.min(measure.portsLow, active);
    // An open shows in the client's record alone, a port in the records of either side.
    const held = (seconds: number): number => heldAfterClose(measures, whole, seconds, lost) / (1 - lost);
    const unseen = blindToIdle ? opens * (facts.unseenPerOpen.get(minute) ?? 0) : 0;
    const touched = Math.round(measure.portsHigh / (1 - lost ** 2));
    const most = Math.min(touched, capacityPorts, facts.hold.isCounted ? active : Infinity);
    const atLeast = Math.max(portsLow, facts.isFull(whole) ? Math.min(measure.portsHigh, capacityPorts) : 0);
    const upTo = (seconds: number): number =>
      Math.max(atLeast, Math.min(most, Math.round(portsLow + standing + unseen + held(seconds))));
    const isSupposed = blindToIdle && !facts.hold.isMeasured && facts.metrics.size === 0;
    uses.set(minute, {
      ...measure,
      portsLow,
      failures: certainOnly(whole, lost, facts.noneFailed(minute)),
      portsHigh: upTo(facts.hold.seconds * (facts.hold.isMeasured ? 1 : UNSURE_FACTOR)),
      portsEstimate: upTo(facts.hold.seconds),
      portsSure: upTo(isSupposed ? 0 : facts.hold.seconds),
    });
  }
  return { ...destination, uses };
}

/**
 * No failed open is certainly a failed allocation while the metric says that none failed, where the destination answers
 * nobody, and where records are lost unless there are more than chance makes: losing them only ever adds.
 */
function certainOnly(use: NatMeasure, lossShare: number, noneFailed: boolean): NatUse['failures'] {
  if (use.failures === null) return null;
  const isCertain =
    lossShare > 0 ? judgeFailedOpens(use, lossShare) === 'significant' : !use.passedOn && !isSilent(use, lossShare);
  return isCertain && !noneFailed ? use.failures : { ...use.failures, low: 0 };
}

/**
 * Ports that opens of the last `seconds` keep after close; a minute before the first record is taken to be like this
 * one. An open that nobody answers closes nothing, and keeps its port while it is tried; the share of answers that is
 * lost came all the same.
 */
function heldAfterClose(
  measures: ReadonlyMap<Minute, NatMeasure>,
  now: NatMeasure,
  seconds: number,
  lostShare: number,
): number {
  let held = 0;
  for (let back = 0; back * 60 < seconds; back += 1) {
    const { opensAtNat, unheardAtNat } = measures.get(now.minute - back) ?? now;
    const kept = opensAtNat - Math.max(0, unheardAtNat - lostShare * opensAtNat);
    held += (kept * Math.min(60, seconds - back * 60)) / 60;
  }
  return held;
}
