import { type FlowRows, groupRows } from '../flow-rows/flow-rows.ts';
import type { Address } from '../model/address.ts';
import { destinationKey } from '../model/destination.ts';
import { type PortRange, rangeSize } from '../model/observation.ts';
import { isDense, type PortSet, rangeOf, unionOf } from '../model/port-set.ts';
import { DEFAULT_SETTINGS, type Settings } from '../model/settings.ts';
import type { NatFlows } from '../correlate/lay-out-flows.ts';
import { countAddresses } from './nat-capacity.ts';
import type { NatGateway } from '../model/inventory.ts';

/** How many ports one local address set has for one destination, and how that is known. */
export type PortBudget = {
  readonly capacityPorts: number;
  readonly assumed: boolean;
  readonly basis: string;
  /** Local addresses that have these ports together; left out where it is one. */
  readonly addresses?: number;
};

/** NAT gateway: ports per address × addresses that carry traffic. */
export function natBudget(gateway: NatGateway | null, flows: NatFlows | null, settings: Settings): PortBudget {
  const perAddress = settings.natPortsPerAddress;
  let lastRecorded = 0;
  for (const { minute } of flows?.natLegs ?? []) lastRecorded = Math.max(lastRecorded, minute);
  // What the inventory found last holds for now, however late the records are.
  const count = countAddresses(gateway, flows)(gateway?.addressesBefore === undefined ? lastRecorded : Infinity);
  const capacity = `${inWords(count, 'address', 'addresses')} × ${perAddress} ports`;
  return gateway && gateway.addresses.length > 0
    ? { capacityPorts: perAddress * count, addresses: count, assumed: false, basis: `${capacity} (inventory)` }
    : {
        capacityPorts: perAddress * count,
        addresses: count,
        assumed: true,
        basis: `assumed ${capacity}: no describe-nat-gateways given`,
      };
}

/** One zone of a regional NAT gateway. */
export const zoneBudget = (zone: string, capacityPorts: number, { natPortsPerAddress }: Settings): PortBudget => ({
  capacityPorts,
  addresses: Math.max(1, Math.round(capacityPorts / natPortsPerAddress)),
  assumed: false,
  basis: `${inWords(Math.round(capacityPorts / natPortsPerAddress), 'address', 'addresses')} × ${natPortsPerAddress} ports in ${zone}, the fullest zone (inventory)`,
});

/** Windows and macOS, out of the box. */
const DYNAMIC_RANGE: PortRange = { low: 49_152, high: 65_535 };

/** Host: the size of its ephemeral range, per source address and destination. */
export function hostBudget(address: Address | null, fromTable: PortRange | null, settings: Settings): PortBudget {
  const own = address === null ? undefined : settings.portRangeByAddress[address];
  // Tables of macOS and Windows carry no range of their own: their readers give the platform's default.
  const isDefault = fromTable !== null && text(fromTable) === text(DYNAMIC_RANGE);
  if (fromTable && !isDefault) {
    return { capacityPorts: rangeSize(fromTable), assumed: false, basis: `range ${text(fromTable)} (socket table)` };
  }
  if (own) return { capacityPorts: rangeSize(own), assumed: false, basis: `range ${text(own)} (setting)` };
  const { portRange } = settings;
  if (text(portRange) !== text(DEFAULT_SETTINGS.portRange)) {
    return { capacityPorts: rangeSize(portRange), assumed: false, basis: `range ${text(portRange)} (setting)` };
  }
  return isDefault
    ? {
        capacityPorts: rangeSize(DYNAMIC_RANGE),
        assumed: true,
        basis: `assumed macOS and Windows default range ${text(DYNAMIC_RANGE)}`,
      }
    : { capacityPorts: rangeSize(portRange), assumed: true, basis: `assumed Linux default range ${text(portRange)}` };
}

/** A dense range counts as a ceiling only when it is well below the assumption. */
const CEILING_SHARE = 0.5;
const DENSE_SHARE = 0.85;

/**
 * What the ports in use say of a capacity that was only assumed: while connections fail for want of ports, one dense
 * range well below the assumption is all there is (a NAT or a host configured smaller than usual), at each address that
 * goes to the fullest destination.
 */
export function observeCeiling(rows: FlowRows, budget: PortBudget): PortBudget {
  const fullest = [...groupRows(rows, ({ destination }) => destinationKey(destination)).values()]
    .map(portsByAddress)
    .sort((a, b) => total(b) - total(a))[0];
  if (fullest === undefined || total(fullest) > CEILING_SHARE * budget.capacityPorts) return budget;
  const [most] = fullest.toSorted((a, b) => b.size - a.size);
  if (most === undefined || !isDense(most)) return budget;
  const [range, addresses] = [rangeOf(most), fullest.length];
  return {
    capacityPorts: rangeSize(range) * addresses,
    addresses,
    assumed: true,
    basis: `observed: no port outside ${text(range)} while connections failed${addresses > 1 ? `, at each of ${addresses} addresses` : ''}`,
  };
}

const portsByAddress = (rows: FlowRows): PortSet[] =>
  [...groupRows(rows, (row) => row.localAddress).values()].map((own) =>
    unionOf(Iterator.from(own).map((row) => row.ports)),
  );

const total = (sets: readonly PortSet[]): number => sets.reduce((sum, { size }) => sum + size, 0);

/** The same for a host's minutes: its fullest minute fills most of the range that all of them span. */
export function observeRange(
  uses: readonly { readonly portsHigh: number; readonly portRange: PortRange | null }[],
  budget: PortBudget,
): PortBudget {
  const range = rangeAround(uses);
  if (range === null) return budget;
  const most = uses.reduce((max, { portsHigh }) => Math.max(max, portsHigh), 0);
  const size = rangeSize(range);
  if (size > CEILING_SHARE * budget.capacityPorts || most < DENSE_SHARE * size) return budget;
  return {
    capacityPorts: size,
    assumed: true,
    basis: `observed: no port outside ${text(range)} while connects failed`,
  };
}

/** A table with fewer may be of another moment than the failures. */
const FEWEST_IN_TABLE = 64;
const AS_FULL = 0.95;

/**
 * The same for the tables of a host of which nobody gave the range: as many ports minute after minute while connects
 * fail are all there are. One table alone may be of a moment before the failures.
 */
export function observeTables(tables: readonly { readonly portsInUse: number }[], budget: PortBudget): PortBudget {
  const most = tables.reduce((max, { portsInUse }) => Math.max(max, portsInUse), 0);
  const full = tables.filter(({ portsInUse }) => portsInUse >= AS_FULL * most);
  if (!budget.assumed || most < FEWEST_IN_TABLE || most > CEILING_SHARE * budget.capacityPorts || full.length < 2)
    return budget;
  return {
    capacityPorts: most,
    assumed: true,
    basis: `observed: no more than ${most} ports in use while connects failed`,
  };
}

/** The smallest range around the ports of some minutes; null when none opened any. */
export function rangeAround(uses: readonly { readonly portRange: PortRange | null }[]): PortRange | null {
  const ranges = uses.flatMap(({ portRange }) => portRange ?? []);
  if (ranges.length === 0) return null;
  return {
    low: ranges.reduce((least, { low }) => Math.min(least, low), 65_535),
    high: ranges.reduce((most, { high }) => Math.max(most, high), 0),
  };
}

const text = ({ low, high }: PortRange): string => `${low}–${high}`;
const inWords = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;
