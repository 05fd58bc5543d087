import type * as z from 'zod/mini';
import { canonicalAddress } from '../model/address.ts';
import type { Inventory, InventoryFragment, NatAddress, NatGateway, NetworkInterface } from '../model/inventory.ts';
import type { RouteTable, Subnet } from '../model/inventory.ts';
import { natGatewaySchema, networkInterfaceSchema, reservationSchema } from './describe-schemas.ts';
import { routeTableSchema, subnetSchema } from './describe-schemas.ts';
import type { DescribedInterface, DescribedNatGateway, DescribedRouteTable } from './describe-schemas.ts';
import type { DescribedReservation, DescribedSubnet } from './describe-schemas.ts';
import { ownerOf, tagOf } from './interface-owner.ts';

/** What one describe-* answer holds; `rejected` names the entries that could not be read, by list and index. */
export type DescribedInventory = {
  readonly fragment: InventoryFragment;
  readonly entries: number;
  readonly rejected: readonly string[];
};

/** Null when `document` is not the answer of one of the describe calls (several in one document are fine). */
export function inventoryOf(document: unknown): DescribedInventory | null {
  if (typeof document !== 'object' || document === null) return null;
  const rejected: string[] = [];
  const fragment: { -readonly [K in keyof Inventory]?: Inventory[K] } = {};
  const natGateways = entriesOf(document, 'NatGateways', natGatewaySchema, natGatewayOf, rejected);
  if (natGateways) fragment.natGateways = natGateways;
  const interfaces = entriesOf(document, 'NetworkInterfaces', networkInterfaceSchema, interfaceOf, rejected);
  const instances = entriesOf(document, 'Reservations', reservationSchema, interfacesOf, rejected);
  if (interfaces || instances) fragment.interfaces = [...(interfaces ?? []), ...(instances ?? []).flat()];
  const subnets = entriesOf(document, 'Subnets', subnetSchema, subnetOf, rejected);
  if (subnets) fragment.subnets = subnets;
  const routeTables = entriesOf(document, 'RouteTables', routeTableSchema, routeTableOf, rejected);
  if (routeTables) fragment.routeTables = routeTables;
  const lists = Object.values(fragment);
  if (lists.length === 0) return null;
  return { fragment, entries: lists.reduce((total, list) => total + list.length, 0), rejected };
}

function entriesOf<Described, Entry>(
  document: object,
  key: string,
  schema: z.ZodMiniType<Described>,
  entryOf: (described: Described) => Entry,
  rejected: string[],
): Entry[] | null {
  const list: unknown = Reflect.get(document, key);
  if (!Array.isArray(list)) return null;
  const entries: Entry[] = [];
  for (const [index, raw] of list.entries()) {
    const parsed = schema.safeParse(raw);
    if (parsed.success) entries.push(entryOf(parsed.data));
    else
      rejected.push(`${key}[${index}]: ${parsed.error.issues[0]?.path.join('.') || 'entry'} is missing or malformed`);
  }
  return entries;
}

function natGatewayOf(described: DescribedNatGateway): NatGateway {
  return {
    id: described.NatGatewayId,
    vpcId: described.VpcId ?? null,
    subnetId: described.SubnetId ?? null,
    regional: described.AvailabilityMode === 'regional',
    isPrivate: described.ConnectivityType === 'private',
    name: tagOf(described.Tags, 'Name'),
    addresses: (described.NatGatewayAddresses ?? []).flatMap(natAddressOf),
  };
}

type DescribedNatAddress = NonNullable<DescribedNatGateway['NatGatewayAddresses']>[number];

/** An address that is still being assigned, or on its way out, carries no new connections and is no capacity. */
function natAddressOf(described: DescribedNatAddress): NatAddress[] {
  const carriesTraffic = !described.Status || described.Status === 'succeeded';
  const privateAddress = canonicalAddress(described.PrivateIp ?? '');
  if (!carriesTraffic || privateAddress === null) return [];
  return [
    {
      privateAddress,
      publicAddress: canonicalAddress(described.PublicIp ?? ''),
      interfaceId: described.NetworkInterfaceId ?? null,
      availabilityZone: described.AvailabilityZone ?? null,
    },
  ];
}

function interfaceOf(described: DescribedInterface): NetworkInterface {
  const listed = [
    described.PrivateIpAddress,
    ...(described.PrivateIpAddresses ?? []).map((entry) => entry.PrivateIpAddress),
    ...(described.Ipv6Addresses ?? []).map((entry) => entry.Ipv6Address),
  ];
  const addresses = listed.map((text) => canonicalAddress(text ?? '')).filter((address) => address !== null);
  return {
    id: described.NetworkInterfaceId,
    vpcId: described.VpcId ?? null,
    subnetId: described.SubnetId ?? null,
    addresses: [...new Set(addresses)],
    interfaceType: described.InterfaceType ?? null,
    description: described.Description ?? '',
    instanceId: described.Attachment?.InstanceId ?? null,
    owner: ownerOf(described),
  };
}

/** An interface of an instance is named as the instance is. */
function interfacesOf({ Instances: instances }: DescribedReservation): NetworkInterface[] {
  return instances.flatMap(({ InstanceId, Tags: TagSet, NetworkInterfaces: interfaces }) =>
    (interfaces ?? []).map((described) => interfaceOf({ ...described, Attachment: { InstanceId }, TagSet })),
  );
}

const subnetOf = (described: DescribedSubnet): Subnet => ({
  id: described.SubnetId,
  vpcId: described.VpcId,
  cidr: described.CidrBlock,
  name: tagOf(described.Tags, 'Name'),
});

function routeTableOf(described: DescribedRouteTable): RouteTable {
  const associations = described.Associations ?? [];
  return {
    id: described.RouteTableId,
    vpcId: described.VpcId,
    isMain: associations.some((association) => association.Main === true),
    subnetIds: associations.flatMap((association) => association.SubnetId ?? []),
    natRoutes: (described.Routes ?? []).flatMap((route) => {
      const destinationCidr =
        route.DestinationCidrBlock ?? route.DestinationIpv6CidrBlock ?? route.DestinationPrefixListId;
      return destinationCidr && route.NatGatewayId ? [{ destinationCidr, natGatewayId: route.NatGatewayId }] : [];
    }),
  };
}
