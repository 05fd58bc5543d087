import type { Inventory } from '../core/model/inventory.ts';

export type ShrunkenGateway = { readonly id: string; readonly addressesBefore: number; readonly addresses: number };

/** NAT gateways that are still there with fewer addresses, hence fewer ports per destination. */
export function shrunkenGateways(before: Inventory, now: Inventory): ShrunkenGateway[] {
  const known = new Map(before.natGateways.map(({ id, addresses }) => [id, addresses.length]));
  return now.natGateways.flatMap(({ id, addresses }) => {
    const addressesBefore = known.get(id) ?? 0;
    return addresses.length < addressesBefore ? [{ id, addressesBefore, addresses: addresses.length }] : [];
  });
}
