import type { Address } from '../model/address.ts';
import { parseDestinationKey } from '../model/destination.ts';
import type { FlowMinute } from '../model/observation.ts';
import { countCommon, type PortSet, unionOf } from '../model/port-set.ts';
import type { Settings } from '../model/settings.ts';
import type { Minute } from '../model/time.ts';
import { countHeldPorts } from './held-ports.ts';
import type { NatDestination, NatUse } from './nat-series.ts';
import { countUnansweredPorts, neighboursOf, openedPorts } from './opens.ts';

/** A use before the hold is known: see `calibrateHold`. */
export type NatMeasure = Omit<NatUse, 'portsEstimate'> & { readonly opensAtNat: number };

export type MeasuredDestination = Omit<NatDestination, 'uses'> & { readonly measures: ReadonlyMap<Minute, NatMeasure> };

/** Measures one destination at one NAT gateway, minute by minute. */
export function measureDestination(
  key: string,
  natRows: readonly FlowMinute[],
  clientRows: readonly FlowMinute[],
  { hold }: Settings,
): MeasuredDestination {
  const nat = Map.groupBy(natRows, (row) => row.minute);
  const clients = Map.groupBy(clientRows, (row) => row.minute);
  const held = countHeldPorts(natRows, Math.ceil(hold.natIdleSeconds / 60));
  const windowMinutes = Math.ceil((hold.natIdleSeconds + hold.natSeconds) / 60);
  const measures = new Map<Minute, NatMeasure>();
  for (const minute of new Set([...nat.keys(), ...clients.keys()])) {
    measures.set(minute, measureMinute(minute, nat, clients, held.get(minute) ?? 0, windowMinutes));
  }
  return { destination: parseDestinationKey(key), measures, clientRows };
}

function measureMinute(
  minute: Minute,
  nat: ByMinute,
  clients: ByMinute,
  stillOpen: number,
  windowMinutes: number,
): NatMeasure {
  const here = nat.get(minute) ?? [];
  const portsLow = Math.max(sum(here.map((row) => Math.max(...row.overlap))), stillOpen);
  const unansweredClients = clients.size > 0 ? countUnanswered(clients, minute) : null;
  const unansweredNat = nat.size > 0 ? countUnanswered(nat, minute) : null;
  return {
    minute,
    portsLow,
    portsHigh: Math.max(portsLow, distinctPorts(nat, minute, windowMinutes)),
    opens: countOpens(clients.size > 0 ? clients : nat, minute),
    opensAtNat: countOpens(nat.size > 0 ? nat : clients, minute),
    closed: sum(here.map((row) => row.closed.size)),
    youngClosed: sum(here.map((row) => countCommon(row.closed, row.opened))),
    unansweredClients,
    unansweredNat,
    failures:
      unansweredClients === null
        ? null
        : { low: Math.max(0, unansweredClients - (unansweredNat ?? 0)), high: unansweredClients },
  };
}

/** Ports in use: those certainly held, and those that the calibrated hold keeps after close. */
export function estimatePorts({ measures, ...destination }: MeasuredDestination, holdSeconds: number): NatDestination {
  const uses = new Map<Minute, NatUse>();
  for (const [minute, { opensAtNat, ...measure }] of measures) {
    const before = measures.get(minute - 1)?.opensAtNat ?? opensAtNat;
    const held = (opensAtNat * Math.min(60, holdSeconds) + before * Math.max(0, holdSeconds - 60)) / 60;
    const estimate = Math.round(measure.portsLow + held);
    uses.set(minute, { ...measure, portsEstimate: Math.max(measure.portsLow, Math.min(measure.portsHigh, estimate)) });
  }
  return { ...destination, uses };
}

type ByMinute = ReadonlyMap<Minute, readonly FlowMinute[]>;

/** Distinct (local address, port) pairs in the minutes touching the window before and in `minute`. */
function distinctPorts(rows: ByMinute, minute: Minute, windowMinutes: number): number {
  const byAddress = new Map<Address, PortSet[]>();
  for (let m = minute - windowMinutes; m <= minute; m += 1) {
    for (const row of rows.get(m) ?? [])
      byAddress.set(row.localAddress, [...(byAddress.get(row.localAddress) ?? []), row.ports]);
  }
  let count = 0;
  for (const sets of byAddress.values()) count += sets.length === 1 ? (sets[0] as PortSet).size : unionOf(sets).size;
  return count;
}

const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);

const countOpens = (rows: ByMinute, minute: Minute): number =>
  sum((rows.get(minute) ?? []).map((row) => openedPorts(row, neighboursOf(rows, row)).size));

const countUnanswered = (rows: ByMinute, minute: Minute): number =>
  sum((rows.get(minute) ?? []).map((row) => countUnansweredPorts(row, neighboursOf(rows, row))));
