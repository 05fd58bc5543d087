import type { Inventory, NatGateway } from '../../core/model/inventory.ts';

export type ShrunkenGateway = { readonly id: string; readonly addressesBefore: number; readonly addresses: number };

/** NAT gateways that are still there with fewer addresses, hence fewer ports per destination. */
export function shrunkenGateways(before: Inventory, now: Inventory): ShrunkenGateway[] {
  const known = new Map(before.natGateways.map(({ id, addresses }) => [id, addresses.length]));
  return now.natGateways.flatMap(({ id, addresses }) => {
    const addressesBefore = known.get(id) ?? 0;
    return addresses.length < addressesBefore ? [{ id, addressesBefore, addresses: addresses.length }] : [];
  });
}

/** Whether a gateway has come, gone, or has other addresses. */
export const haveGatewaysChanged = (known: readonly NatGateway[], present: readonly NatGateway[]): boolean =>
  addressesOf(known) !== addressesOf(present);

const addressesOf = (gateways: readonly NatGateway[]): string =>
  JSON.stringify(
    gateways
      .map(({ id, addresses }) => [id, ...addresses.map(({ privateAddress }) => privateAddress).sort()])
      .sort(([a = ''], [b = '']) => (a < b ? -1 : 1)),
  );
