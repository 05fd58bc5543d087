import { instancesAt } from '../core/finding/agent-evidence.ts';
import type { Finding } from '../core/finding/schema.ts';
import type { Inventory } from '../core/model/inventory.ts';
import type { MetricMinute } from '../core/model/observation.ts';
import { MINUTE_MS, minuteStartMs, type Minute, type TimeWindow } from '../core/model/time.ts';

/** The dimension value of a network load balancer stands in the description of its interfaces, and nowhere else nearer. */
const NETWORK_LOAD_BALANCER = /^ELB (net\/[^/]+\/[0-9a-f]+)$/;

/** `net/NAME/ID` of every network load balancer that has an interface in the inventory, ascending. */
export function networkLoadBalancers({ interfaces }: Inventory): string[] {
  const names = interfaces.flatMap(({ description }) => NETWORK_LOAD_BALANCER.exec(description)?.[1] ?? []);
  return [...new Set(names)].sort();
}

/** Each of them costs four metrics a minute while its finding is open. */
const HOSTS_LIMIT = 10;

/** The EC2 instances behind findings: only theirs are asked what their CloudWatch agents count. */
export function hostsOf(findings: readonly Finding[], inventory: Inventory): string[] {
  const instances = findings.flatMap(({ subject, sources }) => {
    const own = subject.type === 'source-address' ? [subject.id] : [];
    return instancesAt([...own, ...sources.map(({ address }) => address)], inventory);
  });
  return [...new Set(instances)].slice(0, HOSTS_LIMIT);
}

export const hasAllocationErrors = (minutes: readonly MetricMinute[]): boolean =>
  minutes.some(
    ({ metric, value }) => (metric === 'ErrorPortAllocation' || metric === 'PortAllocationErrorCount') && value > 0,
  );

/**
 * CloudWatch completes a minute late, so windows overlap; from a whole multiple on, a later poll replaces the part of an
 * earlier one. A poll that comes late reads up to its own time, so that it takes nothing away that one before it had read.
 */
export function pollWindow(minute: Minute, windowMinutes: number, nowMs: number): TimeWindow {
  const startMinute = Math.floor((minute - windowMinutes / 2) / windowMinutes) * windowMinutes;
  const plannedMs = minuteStartMs(minute) + MINUTE_MS;
  const endMs = Math.min(Math.max(plannedMs, nowMs), plannedMs + windowMinutes * MINUTE_MS);
  return { startMs: minuteStartMs(startMinute), endMs };
}
