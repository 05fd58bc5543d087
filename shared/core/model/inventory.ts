import type { Address } from './address.ts';
import type { Minute } from './time.ts';

export type NatAddress = {
  readonly privateAddress: Address;
  readonly publicAddress: Address | null;
  readonly interfaceId: string | null;
  readonly availabilityZone: string | null;
};

export type NatGateway = {
  readonly id: string;
  readonly vpcId: string | null;
  readonly subnetId: string | null;
  readonly regional: boolean;
  readonly isPrivate: boolean;
  readonly name: string | null;
  /** Only addresses that carry traffic (status `succeeded`, or no status given). */
  readonly addresses: readonly NatAddress[];
  /** Where the inventory has a past: how many addresses there were, up to the minute in which fewer were found. */
  readonly addressesBefore?: { readonly count: number; readonly until: Minute };
};

export type NetworkInterface = {
  readonly id: string;
  readonly vpcId: string | null;
  readonly subnetId: string | null;
  readonly addresses: readonly Address[];
  readonly interfaceType: string | null;
  readonly description: string;
  readonly instanceId: string | null;
  /** Who runs what sits behind it: an ECS service, a Lambda function, a Name tag, an instance; null when unknown. */
  readonly owner: string | null;
};

export type Subnet = {
  readonly id: string;
  readonly vpcId: string;
  readonly cidr: string;
  readonly name: string | null;
};

export type RouteTable = {
  readonly id: string;
  readonly vpcId: string;
  readonly isMain: boolean;
  readonly subnetIds: readonly string[];
  readonly natRoutes: readonly { readonly destinationCidr: string; readonly natGatewayId: string }[];
};

/** The live configuration that capacities and names come from; arrays ascend by id. */
export type Inventory = {
  readonly natGateways: readonly NatGateway[];
  readonly interfaces: readonly NetworkInterface[];
  readonly subnets: readonly Subnet[];
  readonly routeTables: readonly RouteTable[];
};

export type InventoryFragment = Partial<Inventory>;

export const EMPTY_INVENTORY: Inventory = { natGateways: [], interfaces: [], subnets: [], routeTables: [] };

const byId = <T extends { readonly id: string }>(lists: readonly (readonly T[] | undefined)[]): T[] => {
  const found = new Map<string, T>();
  for (const entry of lists.flatMap((list) => list ?? [])) {
    const other = found.get(entry.id);
    if (other === undefined || JSON.stringify(other) < JSON.stringify(entry)) found.set(entry.id, entry);
  }
  return [...found.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
};

/** Of two entries with one id the same one wins whatever the order, so that the order of files cannot matter. */
export function mergeInventory(...fragments: readonly InventoryFragment[]): Inventory {
  return {
    natGateways: byId(fragments.map((fragment) => fragment.natGateways)),
    interfaces: byId(fragments.map((fragment) => fragment.interfaces)),
    subnets: byId(fragments.map((fragment) => fragment.subnets)),
    routeTables: byId(fragments.map((fragment) => fragment.routeTables)),
  };
}
