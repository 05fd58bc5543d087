import type { AnalysisRequests } from '../../shared/aws/analysis-requests.ts';
import type { Log } from '../../shared/aws/log.ts';
import { hasAllocationErrors, hostsOf, networkLoadBalancers, pollWindow } from '../../shared/aws/metric-polls.ts';
import { metricReading } from '../../shared/aws/metric-reading.ts';
import type { AwsMetricSource, MetricSelection } from '../../shared/aws/metric-source.ts';
import { partsOfReading } from '../../shared/aws/parts-of-reading.ts';
import { readScheduledTime } from '../../shared/aws/scheduled-event.ts';
import { isOver } from '../../shared/core/finding/apply-action.ts';
import type { Finding } from '../../shared/core/finding/schema.ts';
import { MINUTE_MS, minuteOf, minuteStartMs, type Minute } from '../../shared/core/model/time.ts';
import type { Clock, FindingStore, InventoryStore, PartStore } from '../../shared/ports.ts';

export type Services = {
  readonly metrics: Pick<AwsMetricSource, 'read'>;
  readonly inventory: Pick<InventoryStore, 'get'>;
  readonly findings: Pick<FindingStore, 'list'>;
  readonly parts: Pick<PartStore, 'put'>;
  readonly requests: AnalysisRequests;
  readonly clock: Clock;
  readonly log: Log;
  readonly intervalMinutes: number;
  readonly windowMinutes: number;
};

/** Findings without a sign for longer than this are of no interest by the minute. */
const RECENT_MINUTES = 30;
const RECENT_FINDINGS = 20;

/** Every metric at the interval; between, and only while a finding is open, those that tell an incident and its hosts' agents'. */
export function createHandler(services: Services) {
  return async (event: unknown): Promise<void> => {
    const scheduledMs = readScheduledTime(event);
    const minute = minuteOf(scheduledMs ?? services.clock.nowMs());
    // An alarm names no time that was planned: then everything is read at once.
    const atInterval = scheduledMs === null || minute % services.intervalMinutes === 0;
    const sinceMs = minuteStartMs(minute) - RECENT_MINUTES * MINUTE_MS;
    const { findings } = await services.findings.list({ sinceMs, limit: RECENT_FINDINGS });
    const open = findings.filter((finding) => !isOver(finding));
    if (atInterval || open.length > 0) await poll(services, minute, atInterval ? 'all' : 'few', open);
  };
}

async function poll(services: Services, minute: Minute, selection: MetricSelection, open: readonly Finding[]) {
  const { inventory, metrics, parts, requests, log, windowMinutes } = services;
  const known = await inventory.get();
  const resources = {
    natGateways: known.natGateways.map(({ id }) => id),
    loadBalancers: selection === 'all' ? networkLoadBalancers(known) : [],
    hosts: hostsOf(open, known),
  };
  if (Object.values(resources).every(({ length }) => length === 0)) return log.info('nothing to poll yet');
  const window = pollWindow(minute, windowMinutes, services.clock.nowMs());
  const minutes = await metrics.read(resources, selection, window);
  const identity = ['cloudwatch', selection, String(minuteOf(window.startMs))];
  for (const part of partsOfReading(metricReading(minutes), { identity, input: 'cloudwatch' })) await parts.put(part);
  if (hasAllocationErrors(minutes)) await requests.request('allocation-errors');
  log.info('polled', { hosts: resources.hosts.length, datapoints: minutes.length, selection });
}
