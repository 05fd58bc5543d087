import type { MetricMinute } from '../model/observation.ts';
import type { Minute } from '../model/time.ts';

/** One Network Load Balancer's `PortAllocationErrorCount` by minute. */
export type LoadBalancerSeries = {
  readonly kind: 'load-balancer';
  readonly id: string;
  readonly errors: ReadonlyMap<Minute, number>;
};

export function buildLoadBalancerSeries(metrics: readonly MetricMinute[]): LoadBalancerSeries[] {
  const own = metrics.filter(
    (row) => row.resourceType === 'load-balancer' && row.metric === 'PortAllocationErrorCount',
  );
  return [...Map.groupBy(own, (row) => row.resourceId ?? 'unnamed')]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([id, rows]) => ({ kind: 'load-balancer', id, errors: new Map(rows.map((row) => [row.minute, row.value])) }));
}
