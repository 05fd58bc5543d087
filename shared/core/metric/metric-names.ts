import { HOST_METRICS, type MetricName, type MetricResourceType } from '../model/observation.ts';

export type MetricStatistic = 'Sum' | 'Maximum';

type KnownMetric = {
  readonly name: MetricName;
  readonly resourceType: MetricResourceType;
  /** The statistic that AWS documents as the useful one; the others mislead. */
  readonly statistic: MetricStatistic;
};

const nat = (name: MetricName, statistic: MetricStatistic): KnownMetric => ({
  name,
  resourceType: 'nat-gateway',
  statistic,
});

export const KNOWN_METRICS: readonly KnownMetric[] = [
  nat('ErrorPortAllocation', 'Sum'),
  nat('ActiveConnectionCount', 'Maximum'),
  nat('ConnectionAttemptCount', 'Sum'),
  nat('ConnectionEstablishedCount', 'Sum'),
  nat('IdleTimeoutCount', 'Sum'),
  nat('PacketsDropCount', 'Sum'),
  nat('PeakBytesPerSecond', 'Maximum'),
  nat('PeakPacketsPerSecond', 'Maximum'),
  { name: 'PortAllocationErrorCount', resourceType: 'load-balancer', statistic: 'Sum' },
  ...HOST_METRICS.map((name) => ({ name, resourceType: 'host', statistic: 'Maximum' }) as const),
];

/** The dimension that names the resource. */
export const RESOURCE_DIMENSION: Readonly<Record<MetricResourceType, string>> = {
  'nat-gateway': 'NatGatewayId',
  'load-balancer': 'LoadBalancer',
  host: 'InstanceId',
};

/** The agent adds what its configuration says (image, type, group): all of it is still the whole host. */
export const hasOnlyItself = (resourceType: MetricResourceType): boolean => resourceType !== 'host';

export const METRIC_NAMESPACE: Readonly<Record<MetricResourceType, string>> = {
  'nat-gateway': 'AWS/NATGateway',
  'load-balancer': 'AWS/NetworkELB',
  host: 'CWAgent',
};

const byName = new Map(KNOWN_METRICS.map((metric) => [metric.name.toLowerCase(), metric]));

/** Null for metrics of other services too: an application load balancer has an `ActiveConnectionCount` of its own. */
export function metricNamed(name: string, namespace: string | null): KnownMetric | null {
  const known = byName.get(name.toLowerCase());
  return known && (namespace === null || namespace === METRIC_NAMESPACE[known.resourceType]) ? known : null;
}

/**
 * The metric that a label or a query id names: `ErrorPortAllocation`, `nat-0aaa ErrorPortAllocation`,
 * `error_port_allocation`, `m1_errorPortAllocation`. Null when it names none.
 */
export function metricWithin(text: string): KnownMetric | null {
  const squeezed = squeeze(text);
  return KNOWN_METRICS.find((metric) => squeezed.includes(squeeze(metric.name))) ?? null;
}

const squeeze = (text: string): string => text.toLowerCase().replaceAll(/[^a-z0-9]/g, '');

const NAT_GATEWAY_ID = /(?<![0-9a-z])nat[-_]([0-9a-f]{8,17})(?![0-9a-z])/i;
const INSTANCE_ID = /(?<![0-9a-z])i[-_]([0-9a-f]{8,17})(?![0-9a-z])/i;
const LOAD_BALANCER_ID = /\bnet\/[A-Za-z0-9-]{1,32}\/[0-9a-f]{16}\b/;

/** The resource that a label or a query id names; ids cannot hold a hyphen, so `nat_0aaa` means `nat-0aaa`. */
export function resourceWithin(text: string, resourceType: MetricResourceType): string | null {
  if (resourceType === 'load-balancer') return LOAD_BALANCER_ID.exec(text)?.[0] ?? null;
  const digits = (resourceType === 'host' ? INSTANCE_ID : NAT_GATEWAY_ID).exec(text)?.[1];
  return digits === undefined ? null : `${resourceType === 'host' ? 'i' : 'nat'}-${digits.toLowerCase()}`;
}
