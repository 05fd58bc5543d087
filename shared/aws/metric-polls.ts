import type { Inventory } from '../core/model/inventory.ts';
import type { MetricMinute } from '../core/model/observation.ts';

/** The dimension value of a network load balancer stands in the description of its interfaces, and nowhere else nearer. */
const NETWORK_LOAD_BALANCER = /^ELB (net\/[^/]+\/[0-9a-f]+)$/;

/** `net/NAME/ID` of every network load balancer that has an interface in the inventory, ascending. */
export function networkLoadBalancers({ interfaces }: Inventory): string[] {
  const names = interfaces.flatMap(({ description }) => NETWORK_LOAD_BALANCER.exec(description)?.[1] ?? []);
  return [...new Set(names)].sort();
}

export const hasAllocationErrors = (minutes: readonly MetricMinute[]): boolean =>
  minutes.some(
    ({ metric, value }) => (metric === 'ErrorPortAllocation' || metric === 'PortAllocationErrorCount') && value > 0,
  );
