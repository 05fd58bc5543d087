import type { NatGateway } from '../../core/model/inventory.ts';
import type { Minute } from '../../core/model/time.ts';

/** Observations are evaluated for hours after; past this nobody asks how it was. */
const REMEMBER_MINUTES = 24 * 60;

/** Present gateways; one that has fewer addresses than it had says how many, and since when it has not, until it has them again. */
export function rememberAddresses(
  before: readonly NatGateway[],
  present: readonly NatGateway[],
  now: Minute,
): readonly NatGateway[] {
  const known = new Map(before.map((gateway) => [gateway.id, gateway]));
  return present.map((gateway) => {
    const last = known.get(gateway.id);
    if (last === undefined) return gateway;
    if (gateway.addresses.length < last.addresses.length)
      return { ...gateway, addressesBefore: { count: last.addresses.length, until: now } };
    const { addressesBefore } = last;
    const isLost = addressesBefore !== undefined && gateway.addresses.length < addressesBefore.count;
    return isLost && addressesBefore.until > now - REMEMBER_MINUTES ? { ...gateway, addressesBefore } : gateway;
  });
}
