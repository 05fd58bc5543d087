import type { Random } from '../random.ts';
import type { SimGateway, SimHost, SimService, Workload } from '../world.ts';
import { shop, type Shop, type ShopGateway } from './shop.ts';

/** The same shop in several availability zones: machines of its own in each, the same services for all. */
export type Zones = {
  readonly gateways: readonly SimGateway[];
  readonly hosts: readonly SimHost[];
  readonly services: readonly SimService[];
  /** Zone by zone, with indices into `hosts` and `gateways` as they are here. */
  readonly shops: readonly Shop[];
  readonly background: readonly Workload[];
};

const LETTERS = ['a', 'b', 'c', 'd', 'e', 'f'] as const;

/** A gateway per zone, all with as many ports per address, because there is one setting for all. */
export function zonedShops(random: Random, count: number, special: ShopGateway = {}): Zones {
  const portsPerAddress = special.portsPerAddress ?? random.pick([400, 600]);
  const built = LETTERS.slice(0, count).map((zone, number) =>
    shop(random.fork(`zone-${zone}`), { ...special, portsPerAddress, zone, number }),
  );
  return together(
    built,
    built.map(({ gateway }) => gateway),
    built.map((_, index) => index),
  );
}

/** One regional gateway for all zones: each zone goes out by addresses of its own. */
export function regionalShops(random: Random, count: number, special: ShopGateway = {}): Zones {
  const { gateways, ...zones } = zonedShops(random, count, special);
  const [first] = gateways as [SimGateway];
  const regional: SimGateway = {
    ...first,
    name: 'egress',
    interfaceId: '-',
    zone: null,
    addresses: gateways.flatMap(({ addresses }) => addresses),
  };
  return together(
    zones.shops,
    [regional],
    zones.shops.map(() => 0),
    false,
  );
}

function together(
  shops: readonly Shop[],
  gateways: readonly SimGateway[],
  gatewayOf: readonly number[],
  moves = true,
): Zones {
  const moved = shops.map((built, index) => {
    const by = moves ? shops.slice(0, index).reduce((sum, { hosts }) => sum + hosts.length, 0) : 0;
    const shift = (indices: readonly number[]): number[] => indices.map((each) => each + by);
    return {
      ...built,
      gateway: gateways[gatewayOf[index] ?? 0] as SimGateway,
      orders: shift(built.orders),
      checkout: shift(built.checkout),
      billing: shift(built.billing),
      background: built.background.map((each) => ({
        ...each,
        hosts: shift(each.hosts),
        gateway: gatewayOf[index] ?? 0,
      })),
    };
  });
  return {
    gateways,
    hosts: shops.flatMap(({ hosts }) => hosts),
    services: shops[0]?.services ?? [],
    shops: moved,
    background: moved.flatMap(({ background }) => background),
  };
}
