import type { Address } from '../model/address.ts';
import { parseDestinationKey } from '../model/destination.ts';
import type { FlowMinute } from '../model/observation.ts';
import { type PortSet, unionOf } from '../model/port-set.ts';
import type { Settings } from '../model/settings.ts';
import type { Minute } from '../model/time.ts';
import { countHeldPorts } from './held-ports.ts';
import type { NatDestination, NatUse } from './nat-series.ts';
import { countUnansweredPorts, neighboursOf, openedPorts } from './opens.ts';

type MeasureContext = {
  readonly holdSeconds: (minute: Minute) => number;
  readonly capacityAt: (minute: Minute) => number;
  readonly settings: Settings;
};

/** Measures one destination at one NAT gateway, minute by minute. */
export function measureDestination(
  key: string,
  natRows: readonly FlowMinute[],
  clientRows: readonly FlowMinute[],
  context: MeasureContext,
): NatDestination {
  const nat = Map.groupBy(natRows, (row) => row.minute);
  const clients = Map.groupBy(clientRows, (row) => row.minute);
  const held = countHeldPorts(natRows, Math.ceil(context.settings.hold.natIdleSeconds / 60));
  const uses = new Map<Minute, NatUse>();
  for (const minute of new Set([...nat.keys(), ...clients.keys()])) {
    uses.set(minute, measureMinute(minute, nat, clients, held.get(minute) ?? 0, context));
  }
  return { destination: parseDestinationKey(key), uses, clientRows };
}

function measureMinute(
  minute: Minute,
  nat: ByMinute,
  clients: ByMinute,
  stillOpen: number,
  context: MeasureContext,
): NatUse {
  const { natIdleSeconds, natSeconds } = context.settings.hold;
  const here = nat.get(minute) ?? [];
  const portsLow = Math.max(sum(here.map((row) => Math.max(...row.overlap))), stillOpen);
  const portsHigh = Math.max(portsLow, distinctPorts(nat, minute, Math.ceil((natIdleSeconds + natSeconds) / 60)));
  const unansweredClients = clients.size > 0 ? countUnanswered(clients, minute) : null;
  const unansweredNat = nat.size > 0 ? countUnanswered(nat, minute) : null;
  const opens = countOpens(clients.size > 0 ? clients : nat, minute);
  const held = (countOpens(nat.size > 0 ? nat : clients, minute) / 60) * context.holdSeconds(minute);
  const allAnswered = (unansweredClients ?? unansweredNat ?? 0) <= 0.01 * opens;
  const refuted = allAnswered && portsLow + held > 1.1 * context.capacityAt(minute);
  return {
    minute,
    portsLow,
    portsHigh,
    portsEstimate: Math.max(portsLow, Math.min(portsHigh, Math.round(portsLow + (refuted ? 0 : held)))),
    opens,
    closed: sum(here.map((row) => row.closed.size)),
    unansweredClients,
    unansweredNat,
    failures:
      unansweredClients === null
        ? null
        : { low: Math.max(0, unansweredClients - (unansweredNat ?? 0)), high: unansweredClients },
  };
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
