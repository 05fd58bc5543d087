import type { NatFlows } from '../correlate/lay-out-flows.ts';
import type { Address } from '../model/address.ts';
import type { NatGateway } from '../model/inventory.ts';
import type { Minute } from '../model/time.ts';

/** Least share of the ports that an address has while it is there, for its silence to mean anything. */
const REAL_SHARE = 0.1;
/** Ports of the other addresses in the same minutes: with so many, chance would not skip one. */
const SIBLING_PORTS = 30;

/**
 * How many NAT addresses there were in a minute. Records say when one went, to the minute; an inventory that has a past
 * says that one went, whatever the records.
 */
export function countAddresses(gateway: NatGateway | null, flows: NatFlows | null): (minute: Minute) => number {
  const byRecords = countAddressesByRecords(gateway, flows);
  const { addresses = [], addressesBefore: before } = gateway ?? {};
  if (before === undefined) return byRecords;
  return (minute) => {
    if (minute >= before.until) return Math.max(1, Math.min(addresses.length, byRecords(minute)));
    return flows === null || flows.addresses.length < 2 ? before.count : byRecords(minute);
  };
}

/**
 * How many NAT addresses carried traffic in a minute. The inventory is a snapshot of some moment; records say how it
 * was at others: an address that is silent for the minute and its neighbours, while its siblings go on, has been
 * taken off, and one that the inventory does not have was there while it had records.
 */
function countAddressesByRecords(gateway: NatGateway | null, flows: NatFlows | null): (minute: Minute) => number {
  const all = new Set([
    ...(gateway?.addresses.map((address) => address.privateAddress) ?? []),
    ...(flows?.addresses ?? []),
  ]);
  if (flows === null || flows.addresses.length < 2) return () => Math.max(1, all.size);
  const ports = countPorts(flows);
  const silentable = flows.addresses.filter((address) => hasRealShare(address, ports));
  let [first, last] = [Infinity, -Infinity];
  for (const { minute } of flows.natLegs) [first, last] = [Math.min(first, minute), Math.max(last, minute)];
  return (minute) => {
    // Outside the records the nearest minute that has some is the best that is known.
    const known = Math.min(Math.max(minute, first), last);
    return Math.max(1, all.size - silentable.filter((address) => isSilent(address, known, ports)).length);
  };
}

type PortsByAddress = ReadonlyMap<Address, ReadonlyMap<Minute, number>>;

/** Ports opened: an address that was taken off still serves the connections it had. */
function countPorts(flows: NatFlows): PortsByAddress {
  const counts = new Map<Address, Map<Minute, number>>(flows.addresses.map((address) => [address, new Map()]));
  for (const row of flows.natLegs) {
    const minutes = counts.get(row.localAddress);
    minutes?.set(row.minute, (minutes.get(row.minute) ?? 0) + (row.opensInferred ? row.ports : row.opened).size);
  }
  return counts;
}

/** Its share of the ports over the minutes in which it has any. */
function hasRealShare(address: Address, ports: PortsByAddress): boolean {
  let own = 0;
  let all = 0;
  for (const [minute, count] of ports.get(address) ?? []) {
    own += count;
    for (const minutes of ports.values()) all += minutes.get(minute) ?? 0;
  }
  return own >= REAL_SHARE * all;
}

function isSilent(address: Address, minute: Minute, ports: PortsByAddress): boolean {
  let siblings = 0;
  for (let m = minute - 1; m <= minute + 1; m += 1) {
    if ((ports.get(address)?.get(m) ?? 0) > 0) return false;
    for (const minutes of ports.values()) siblings += minutes.get(m) ?? 0;
  }
  return siblings >= SIBLING_PORTS;
}
