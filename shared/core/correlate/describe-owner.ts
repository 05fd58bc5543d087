import type { Address } from '../model/address.ts';
import type { Inventory } from '../model/inventory.ts';

/** Who runs what sits at an address: by its interface where that is known, else by the address; null when nobody says. */
export function describeOwner(
  address: Address | null,
  interfaceId: string | null,
  inventory: Inventory,
): string | null {
  const face =
    inventory.interfaces.find(
      (candidate) => candidate.id === interfaceId && address !== null && candidate.addresses.includes(address),
    ) ?? inventory.interfaces.find((candidate) => address !== null && candidate.addresses.includes(address));
  return face === undefined ? null : (face.owner ?? face.instanceId);
}
