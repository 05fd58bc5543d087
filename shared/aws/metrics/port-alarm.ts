import type { MetricDataQuery, PutMetricAlarmInput } from '@aws-sdk/client-cloudwatch';
import { METRIC_NAMESPACE, RESOURCE_DIMENSION } from '../../core/metric/metric-names.ts';
import type { MetricName, MetricResourceType } from '../../core/model/observation.ts';
import { textAt } from '../guards.ts';
import type { MetricResources } from './metric-source.ts';

/** What alarms are about: ids of NAT gateways, and `net/NAME/ID` of network load balancers. */
export type AlarmedResources = Pick<MetricResources, 'natGateways' | 'loadBalancers'>;

const PERIOD_SECONDS = 60;
const NAME_AFTER_PREFIX = /^(?:errors|watch)-(.+)$/;
const LOAD_BALANCER = /^net\//;

/** A stack may have a name that begins as the alarms of another do. */
export const isPortAlarm = (name: string): boolean => NAME_AFTER_PREFIX.test(name);

/** `names` without the prefix that all alarms of a stack share. */
export function resourcesNamed(names: readonly string[]): AlarmedResources {
  const ids = [...new Set(names.flatMap((name) => NAME_AFTER_PREFIX.exec(name)?.[1] ?? []))].sort();
  return {
    natGateways: ids.filter((id) => !LOAD_BALANCER.test(id)),
    loadBalancers: ids.filter((id) => LOAD_BALANCER.test(id)),
  };
}

/** What EventBridge says went into alarm; null for what is no such event. */
export function readAlarmEvent(event: unknown, namePrefix: string): AlarmedResources | null {
  const name = textAt(event, 'detail', 'alarmName');
  if (name === null || !name.startsWith(namePrefix)) return null;
  const resources = resourcesNamed([name.slice(namePrefix.length)]);
  return resources.natGateways.length + resources.loadBalancers.length === 0 ? null : resources;
}

type Alarm = PutMetricAlarmInput & { readonly AlarmName: string };

const COMMON = { EvaluationPeriods: 1, TreatMissingData: 'notBreaching' } as const;

/** The first failed allocation. */
export function errorAlarm(namePrefix: string, id: string): Alarm {
  const isBalancer = LOAD_BALANCER.test(id);
  return {
    AlarmName: `${namePrefix}errors-${id}`,
    AlarmDescription: `${id} failed to allocate a port. Freeport reads its metrics and evaluates at once.`,
    ...(isBalancer
      ? metricOf('load-balancer', 'PortAllocationErrorCount', id)
      : metricOf('nat-gateway', 'ErrorPortAllocation', id)),
    Statistic: 'Sum',
    Period: PERIOD_SECONDS,
    Threshold: 0,
    ComparisonOperator: 'GreaterThanThreshold',
    ...COMMON,
  };
}

/** The sum of `hasManyConnections`, reckoned by CloudWatch. */
export const watchAlarm = (namePrefix: string, id: string, watchedConnections: number): Alarm => ({
  AlarmName: `${namePrefix}watch-${id}`,
  AlarmDescription: `NAT gateway ${id} has so many connections that a destination may be short of ports. Freeport reads its metrics each minute.`,
  Metrics: [
    { Id: 'connections', Expression: 'active + attempts', Label: 'standing and new connections', ReturnData: true },
    queryOf('active', 'ActiveConnectionCount', 'Maximum', id),
    queryOf('attempts', 'ConnectionAttemptCount', 'Sum', id),
  ],
  Threshold: watchedConnections,
  ComparisonOperator: 'GreaterThanOrEqualToThreshold',
  ...COMMON,
});

const queryOf = (Id: string, metric: MetricName, Stat: string, natGatewayId: string): MetricDataQuery => ({
  Id,
  MetricStat: { Metric: metricOf('nat-gateway', metric, natGatewayId), Period: PERIOD_SECONDS, Stat },
  ReturnData: false,
});

const metricOf = (resourceType: MetricResourceType, MetricName: MetricName, Value: string) => ({
  Namespace: METRIC_NAMESPACE[resourceType],
  MetricName,
  Dimensions: [{ Name: RESOURCE_DIMENSION[resourceType], Value }],
});
