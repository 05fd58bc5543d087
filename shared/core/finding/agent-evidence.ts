import type { Address } from '../model/address.ts';
import type { Inventory } from '../model/inventory.ts';
import { HOST_METRICS, type HostMetricName, type MetricMinute } from '../model/observation.ts';
import { isoOf, minuteEndMs } from '../model/time.ts';
import type { Frame } from './frame.ts';
import type { Evidence } from './schema.ts';

/** What CloudWatch agents count, by EC2 instance. */
export type AgentMetrics = ReadonlyMap<string, readonly MetricMinute[]>;

/** Of the instances behind a finding, as many as a person looks into. */
const INSTANCES_LIMIT = 3;

const STATES: Readonly<Record<HostMetricName, string>> = {
  netstat_tcp_time_wait: 'in TIME_WAIT',
  netstat_tcp_established: 'established',
  netstat_tcp_close_wait: 'in CLOSE_WAIT',
  netstat_tcp_syn_sent: 'in SYN_SENT',
};

export function groupAgentMetrics(metrics: readonly MetricMinute[]): AgentMetrics {
  const ofHosts = metrics.filter(({ resourceType, resourceId }) => resourceType === 'host' && resourceId !== null);
  return Map.groupBy(ofHosts, ({ resourceId }) => resourceId as string);
}

/** EC2 instances that have one of the addresses, in their order; at most as many as a person looks into. */
export function instancesAt(addresses: readonly (Address | null)[], { interfaces }: Inventory): string[] {
  const found = addresses.flatMap((address) =>
    address === null
      ? []
      : interfaces.filter((one) => one.addresses.includes(address)).flatMap(({ instanceId }) => instanceId ?? []),
  );
  return [...new Set(found)].slice(0, INSTANCES_LIMIT);
}

/**
 * What the CloudWatch agents of the finding's hosts counted in the fullest minute of the episode. An agent counts all
 * destinations together, and only the sockets of its own network namespace: it supports a finding and never proves one.
 */
export function agentEvidence(
  addresses: readonly (Address | null)[],
  { startMinute, endMinute }: Pick<Frame, 'startMinute' | 'endMinute'>,
  { inventory, agents }: { readonly inventory: Inventory; readonly agents: AgentMetrics },
): Evidence[] {
  return instancesAt(addresses, inventory).flatMap((instance) => {
    const within = (agents.get(instance) ?? []).filter(
      ({ minute }) => minute >= startMinute - 1 && minute <= endMinute + 1,
    );
    const fullest = fullestMinute(within);
    if (fullest === null) return [];
    const counts = HOST_METRICS.flatMap((name) => {
      const row = within.find(({ minute, metric }) => minute === fullest && metric === name);
      return row === undefined ? [] : [`${row.value} ${STATES[name]}`];
    });
    const statement = `the CloudWatch agent of ${instance} counts ${counts.join(', ')}, over all destinations`;
    return [{ source: 'metric', detector: 'cloudwatch-agent', statement, at: isoOf(minuteEndMs(fullest)) }] as const;
  });
}

/** The minute with the most sockets in all; the earliest of equals. */
function fullestMinute(rows: readonly MetricMinute[]): number | null {
  const totals = new Map<number, number>();
  for (const { minute, value } of rows) totals.set(minute, (totals.get(minute) ?? 0) + value);
  const [first] = [...totals].sort(([a, totalA], [b, totalB]) => totalB - totalA || a - b);
  return first?.[0] ?? null;
}
