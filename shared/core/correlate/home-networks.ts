import { type Address, isIpv6, isPrivateAddress } from '../model/address.ts';
import { type FlowRows, groupRows } from '../flow-rows/flow-rows.ts';
import type { Inventory } from '../model/inventory.ts';
import type { FlowMinute } from '../model/observation.ts';

const NEARLY_ALL = 0.9;

/**
 * Whether a row's initiator is one of ours, and not somebody on the internet who calls on us. An IPv4 address tells by
 * itself; a host in a subnet with IPv6 has a global one, so the inventory decides, or the interface that was logged:
 * the /64 that takes part in nearly all of its records is its own subnet, whoever its peers are.
 */
export function isOurs(rows: FlowRows, inventory: Inventory): (row: FlowMinute) => boolean {
  const known = new Map(inventory.interfaces.map(({ id, addresses }) => [id, addresses.filter(isIpv6)]));
  const ours = new Set([...known.values()].flat());
  const global = rows.filter((row) => isIpv6(row.localAddress) && row.via === null);
  const homes = new Map(
    [...groupRows(global, (row) => row.interfaceId)].map(([interfaceId, own]) => {
      const addresses = known.get(interfaceId) ?? [];
      return [interfaceId, addresses.length > 0 ? new Set(addresses.map(subnetOf)) : homesOf(own)];
    }),
  );
  return ({ localAddress, interfaceId }) =>
    isPrivateAddress(localAddress) ||
    ours.has(localAddress) ||
    (isIpv6(localAddress) && (homes.get(interfaceId)?.has(subnetOf(localAddress)) ?? false));
}

function homesOf(rows: FlowRows): ReadonlySet<string> {
  const seen = new Map<string, number>();
  for (const row of rows)
    for (const subnet of new Set([subnetOf(row.localAddress), subnetOf(row.destination.address)]))
      seen.set(subnet, (seen.get(subnet) ?? 0) + 1);
  return new Set([...seen].filter(([, count]) => count >= NEARLY_ALL * rows.length).map(([subnet]) => subnet));
}

/** The first 64 bits, the size of every IPv6 subnet of a VPC. `address` is canonical: at most one `::`. */
function subnetOf(address: Address): string {
  const [head = '', tail] = address.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length);
  return [...left, ...Array.from({ length: zeros }, () => '0'), ...right].slice(0, 4).join(':');
}
