import type { NatFlows } from '../correlate/lay-out-flows.ts';
import type { Address } from '../model/address.ts';
import type { NatGateway } from '../model/inventory.ts';
import type { Minute } from '../model/time.ts';

/** Minutes that an address with a real share of the ports must be silent, while others go on, to count as gone. */
const SILENT_MINUTES = 3;
const REAL_SHARE = 0.1;

/**
 * How many NAT addresses carried traffic in a minute. The inventory says how many there are now; records of addresses
 * that it no longer has, or that fell silent while their siblings went on, say how many there were before.
 */
export function countAddresses(gateway: NatGateway | null, flows: NatFlows | null): (minute: Minute) => number {
  const known = new Set(gateway?.addresses.map((address) => address.privateAddress));
  const gone = [...lastMinutes(flows)].filter(([address, last]) =>
    known.size > 0 ? !known.has(address) : fellSilent(address, last, flows),
  );
  const seen = flows?.addresses.length ?? 0;
  const now = Math.max(1, known.size > 0 ? known.size : seen - gone.length);
  return (minute) => now + gone.filter(([, last]) => minute <= last).length;
}

function lastMinutes(flows: NatFlows | null): Map<Address, Minute> {
  const last = new Map<Address, Minute>();
  for (const row of flows?.natLegs ?? [])
    last.set(row.localAddress, Math.max(last.get(row.localAddress) ?? 0, row.minute));
  return last;
}

function fellSilent(address: Address, last: Minute, flows: NatFlows | null): boolean {
  const rows = flows?.natLegs ?? [];
  const end = rows.reduce((most, row) => Math.max(most, row.minute), 0);
  if (end - last < SILENT_MINUTES) return false;
  const before = rows.filter((row) => row.minute > last - 10 && row.minute <= last);
  const ports = (own: readonly { readonly ports: { readonly size: number } }[]): number =>
    own.reduce((sum, row) => sum + row.ports.size, 0);
  return ports(before.filter((row) => row.localAddress === address)) >= REAL_SHARE * ports(before);
}
