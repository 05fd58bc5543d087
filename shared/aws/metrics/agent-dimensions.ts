import { ListMetricsCommand, type CloudWatchClient, type Dimension } from '@aws-sdk/client-cloudwatch';
import { METRIC_NAMESPACE, RESOURCE_DIMENSION } from '../../core/metric/metric-names.ts';
import { HOST_METRICS } from '../../core/model/observation.ts';

/**
 * Under which dimensions the CloudWatch agent of an instance writes: its configuration may add image, type or group, and
 * a metric is found by all of its dimensions alone. Null for an instance without an agent that counts sockets.
 */
export type AgentDimensions = { of(instanceId: string, nowMs: number): Promise<readonly Dimension[] | null> };

/** A warm function asks again after this long: an agent may have been installed meanwhile. */
const REMEMBER_MS = 15 * 60_000;
const REMEMBERED_LIMIT = 1_000;

export function createAgentDimensions(cloudwatch: CloudWatchClient): AgentDimensions {
  const known = new Map<string, { readonly dimensions: readonly Dimension[] | null; readonly untilMs: number }>();
  return {
    async of(instanceId, nowMs) {
      const remembered = known.get(instanceId);
      if (remembered !== undefined && remembered.untilMs > nowMs) return remembered.dimensions;
      const { Metrics = [] } = await cloudwatch.send(
        new ListMetricsCommand({
          Namespace: METRIC_NAMESPACE.host,
          MetricName: HOST_METRICS[0],
          Dimensions: [{ Name: RESOURCE_DIMENSION.host, Value: instanceId }],
          RecentlyActive: 'PT3H',
        }),
      );
      const dimensions = Metrics.map((metric) => metric.Dimensions ?? []).sort(fewestFirst)[0] ?? null;
      if (known.size >= REMEMBERED_LIMIT) known.clear();
      known.set(instanceId, { dimensions, untilMs: nowMs + REMEMBER_MS });
      return dimensions;
    },
  };
}

/** An agent that aggregates writes the same counts under several sets of dimensions: any will do, always the same one. */
const fewestFirst = (a: readonly Dimension[], b: readonly Dimension[]): number =>
  a.length - b.length || (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);
