import type { NatFlows } from '../correlate/lay-out-flows.ts';
import { type FlowRows, groupRows, joinRows, NO_ROWS } from '../flow-rows/flow-rows.ts';
import type { Address } from '../model/address.ts';
import { type Destination, destinationKeys } from '../model/destination.ts';
import type { NatGateway } from '../model/inventory.ts';
import type { FlowMinute } from '../model/observation.ts';
import type { Minute } from '../model/time.ts';
import { countAddresses } from './nat-capacity.ts';

/**
 * Addresses of a NAT gateway that serve the same clients, with the rows that went out by them. A zonal gateway is one;
 * a regional one has one per availability zone, for each zone goes out by its own addresses only (VPC user guide): one
 * of them can be full while the others idle.
 */
export type NatZone = {
  /** `availability-zone`; null where the gateway is one whole. */
  readonly name: string | null;
  readonly addressesAt: (minute: Minute) => number;
  readonly natLegs: Legs;
  readonly clientLegs: Legs;
};

/** Rows by destination. */
type Legs = ReadonlyMap<string, FlowRows>;

export function zonesOf(gateway: NatGateway | null, flows: NatFlows | null): NatZone[] {
  const zones = new Map<Address, string>();
  for (const { privateAddress, availabilityZone } of gateway?.addresses ?? [])
    if (availabilityZone !== null) zones.set(privateAddress, availabilityZone);
  const names = [...new Set(zones.values())].sort();
  // An address that the inventory does not place, or rows that do not say where they entered, cannot be told apart.
  const isTold =
    gateway !== null &&
    gateway.regional &&
    names.length > 1 &&
    flows !== null &&
    [...gateway.addresses.map(({ privateAddress }) => privateAddress), ...flows.addresses].every((own) =>
      zones.has(own),
    ) &&
    flows.clientLegs.every(({ via }) => via !== null && zones.has(via));
  if (!isTold) return [zoneOf(null, gateway, flows)];
  return names.map((name) => {
    const isHere = (address: Address | null): boolean => address !== null && zones.get(address) === name;
    const addresses = gateway.addresses.filter(({ privateAddress }) => isHere(privateAddress));
    return zoneOf(
      name,
      { ...gateway, addresses },
      {
        ...flows,
        addresses: flows.addresses.filter(isHere),
        natLegs: flows.natLegs.filter(({ localAddress }) => isHere(localAddress)),
        clientLegs: flows.clientLegs.filter(({ via }) => isHere(via)),
      },
    );
  });
}

const byDestination = (rows: FlowRows = NO_ROWS): Legs => groupRows(rows, keyOfRow(destinationKeys()));

const keyOfRow =
  (keyOf: (destination: Destination) => string) =>
  ({ destination }: FlowMinute): string =>
    keyOf(destination);

const zoneOf = (name: string | null, gateway: NatGateway | null, flows: NatFlows | null): NatZone => ({
  name,
  addressesAt: countAddresses(gateway, flows),
  natLegs: byDestination(flows?.natLegs),
  clientLegs: byDestination(flows?.clientLegs),
});

/** A destination in the zone that is fullest towards it, by the most ports of any minute per address. */
export type BusyDestination = {
  readonly key: string;
  readonly zone: NatZone;
  readonly peakPorts: number;
  /** Clients' rows of this zone and of those that are as full: a program runs in all of them, and so do its connections. */
  readonly clientRows: FlowRows;
};

/** A zone with this share of the fullest one's ports per address is as full. */
const AS_FULL_SHARE = 0.9;

/** Busiest first. */
export function busiestDestinations(zones: readonly NatZone[]): BusyDestination[] {
  const peaks = zones.flatMap((zone) =>
    [...peaksOf(zone)].map(([key, { ports, minute }]) => {
      return { key, zone, peakPorts: ports, perAddress: ports / zone.addressesAt(minute) };
    }),
  );
  return [...Map.groupBy(peaks, ({ key }) => key).values()]
    .map((own) => {
      const fullest = own.reduce((most, each) => (each.perAddress > most.perAddress ? each : most));
      const full = own.filter(({ perAddress }) => perAddress >= AS_FULL_SHARE * fullest.perAddress);
      return { ...fullest, clientRows: joinRows(...full.map(({ key, zone }) => zone.clientLegs.get(key) ?? NO_ROWS)) };
    })
    .sort((a, b) => b.perAddress - a.perAddress || b.peakPorts - a.peakPorts || (a.key < b.key ? -1 : 1));
}

type PeakMinute = { readonly ports: number; readonly minute: Minute };

function peaksOf({ natLegs, clientLegs }: NatZone): Map<string, PeakMinute> {
  const peaks = new Map<string, PeakMinute>();
  for (const legs of [natLegs, clientLegs]) {
    for (const [key, rows] of legs) {
      for (const { ports, minute } of rows)
        if (ports.size > (peaks.get(key)?.ports ?? -1)) peaks.set(key, { ports: ports.size, minute });
    }
  }
  return peaks;
}
