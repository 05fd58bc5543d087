import {
  METRIC_LEISURE_INTERVAL_MINUTES,
  METRIC_POLL_INTERVAL_MINUTES,
  METRIC_WINDOW_INTERVALS,
} from '../../deploy/retention.ts';
import { instancesAt } from '../../core/finding/agent-evidence.ts';
import type { Finding } from '../../core/finding/schema.ts';
import type { Inventory } from '../../core/model/inventory.ts';
import type { MetricMinute } from '../../core/model/observation.ts';
import type { MetricResources, MetricSelection } from './metric-source.ts';
import type { AlarmedResources } from './port-alarm.ts';
import type { Settings } from '../../core/model/settings.ts';
import { MINUTE_MS, minuteStartMs, type Minute, type TimeWindow } from '../../core/model/time.ts';

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

export type Poll = MetricResources & { readonly selection: MetricSelection };

/** What is read each minute: what is in alarm, what open findings are about, and the agents of their hosts. */
export function watchedResources(
  ringing: AlarmedResources,
  open: readonly Finding[],
  inventory: Inventory,
): MetricResources {
  const found = new Set(open.flatMap(({ subject, resource }) => [subject.id, resource?.id ?? '']));
  const among = (known: readonly string[], alarmed: readonly string[]): string[] =>
    known.filter((id) => found.has(id) || alarmed.includes(id));
  const { natGateways, loadBalancers } = everythingIn(inventory);
  return {
    natGateways: among(natGateways, ringing.natGateways),
    loadBalancers: among(loadBalancers, ringing.loadBalancers),
    hosts: hostsOf(open, inventory),
  };
}

export const everythingIn = (inventory: Inventory): MetricResources => ({
  natGateways: inventory.natGateways.map(({ id }) => id),
  loadBalancers: networkLoadBalancers(inventory),
  hosts: [],
});

/** All metrics of everything at leisure; at the interval the few of it, but all of what is watched; between, the few of that. */
export function plannedPolls(minute: Minute, inventory: Inventory, watched: MetricResources): Poll[] {
  const everything = everythingIn(inventory);
  if (minute % METRIC_LEISURE_INTERVAL_MINUTES === 0)
    return [{ ...everything, hosts: watched.hosts, selection: 'all' }];
  if (minute % METRIC_POLL_INTERVAL_MINUTES > 0) return [{ ...watched, selection: 'few' }];
  const others = everything.natGateways.filter((id) => !watched.natGateways.includes(id));
  return [
    { ...everything, natGateways: others, selection: 'few' },
    { natGateways: watched.natGateways, loadBalancers: [], hosts: watched.hosts, selection: 'all' },
  ];
}

export const hasAllocationErrors = (minutes: readonly MetricMinute[]): boolean =>
  minutes.some(
    ({ metric, value }) => (metric === 'ErrorPortAllocation' || metric === 'PortAllocationErrorCount') && value > 0,
  );

const MINUTE_SECONDS = 60;

/**
 * From how many connections on a NAT gateway is looked at each minute: from so many on its ports towards one destination
 * can be worth a word, which is the least utilisation of which a forecast is said, or the threshold of a warning. For ports in
 * use towards one destination are at most those of the whole gateway: of the connections that stand
 * (`ActiveConnectionCount`), and, where that does not count them, of those closed within the hold. At the default hold
 * of a minute these are at most a minute's attempts.
 */
export function watchedConnections({ natPortsPerAddress, forecast, thresholds, hold }: Settings): number {
  const least = Math.min(forecast.minimumUtilisation, thresholds.warning);
  return Math.ceil((natPortsPerAddress * least) / Math.max(1, hold.natSeconds / MINUTE_SECONDS));
}

/** Whether a gateway's newest minute has so many. */
export function hasManyConnections(minutes: readonly MetricMinute[], fewest: number): boolean {
  const byGateway = Map.groupBy(
    minutes.filter(({ metric }) => metric === 'ActiveConnectionCount' || metric === 'ConnectionAttemptCount'),
    ({ resourceId }) => resourceId,
  );
  return [...byGateway.values()].some((rows) => {
    const newest = rows.reduce((latest, { minute }) => Math.max(latest, minute), 0);
    const connections = rows.reduce((sum, { minute, value }) => sum + (minute === newest ? value : 0), 0);
    return connections >= fewest;
  });
}

const INTERVAL_MINUTES: Readonly<Record<MetricSelection, number>> = {
  all: METRIC_LEISURE_INTERVAL_MINUTES,
  few: METRIC_POLL_INTERVAL_MINUTES,
};

/**
 * CloudWatch completes a minute late, so windows overlap; from a whole multiple on, a later poll replaces the part of an
 * earlier one. A poll that comes late reads up to its own time, so that it takes nothing away that one before it had read.
 */
export function pollWindow(minute: Minute, selection: MetricSelection, nowMs: number): TimeWindow {
  const windowMinutes = METRIC_WINDOW_INTERVALS * INTERVAL_MINUTES[selection];
  const startMinute = Math.floor((minute - windowMinutes / 2) / windowMinutes) * windowMinutes;
  const plannedMs = minuteStartMs(minute) + MINUTE_MS;
  const endMs = Math.min(Math.max(plannedMs, nowMs), plannedMs + windowMinutes * MINUTE_MS);
  return { startMs: minuteStartMs(startMinute), endMs };
}
