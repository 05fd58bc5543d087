import type { AnalysisRequests } from '../../shared/aws/store/analysis-requests.ts';
import type { Log } from '../../shared/aws/log.ts';
import {
  everythingIn,
  hasAllocationErrors,
  hasManyConnections,
  plannedPolls,
  pollWindow,
  watchedResources,
  type Poll,
} from '../../shared/aws/metrics/metric-polls.ts';
import { metricReading } from '../../shared/aws/metrics/metric-reading.ts';
import type { AwsMetricSource } from '../../shared/aws/metrics/metric-source.ts';
import { partsOfReading } from '../../shared/aws/store/parts-of-reading.ts';
import type { PortAlarms } from '../../shared/aws/metrics/port-alarms.ts';
import { readScheduledTime } from '../../shared/aws/scheduled-event.ts';
import { isOver } from '../../shared/core/finding/apply-action.ts';
import { MINUTE_MS, minuteOf, minuteStartMs, type Minute } from '../../shared/core/model/time.ts';
import type { Clock, FindingStore, InventoryStore, PartStore } from '../../shared/ports.ts';

export type Services = {
  readonly metrics: Pick<AwsMetricSource, 'read'>;
  readonly alarms: Pick<PortAlarms, 'ringing' | 'alarmedBy'>;
  readonly inventory: Pick<InventoryStore, 'get'>;
  readonly findings: Pick<FindingStore, 'list'>;
  readonly parts: Pick<PartStore, 'put'>;
  readonly requests: AnalysisRequests;
  readonly clock: Clock;
  readonly log: Log;
  /** From how many connections of a gateway on an analysis is worth asking for: those of its alarm. */
  readonly watchedConnections: number;
};

/** Findings without a sign for longer than this are of no interest by the minute. */
const RECENT_MINUTES = 30;
const RECENT_FINDINGS = 20;

/** Everything at intervals, what is watched each minute, and what an alarm is about at once. */
export function createHandler(services: Services) {
  return async (event: unknown): Promise<void> => {
    const scheduledMs = readScheduledTime(event);
    const minute = minuteOf(scheduledMs ?? services.clock.nowMs());
    const polls = scheduledMs === null ? await pollsAtOnce(services, event) : await pollsOf(services, minute);
    for (const one of polls) await poll(services, minute, one);
  };
}

/** An alarm names no time that was planned; who calls by hand names nothing, and everything is read. */
async function pollsAtOnce({ alarms, inventory }: Services, event: unknown): Promise<Poll[]> {
  const resources = alarms.alarmedBy(event) ?? everythingIn(await inventory.get());
  return [{ ...resources, hosts: [], selection: 'all' }];
}

async function pollsOf({ inventory, findings, alarms }: Services, minute: Minute): Promise<Poll[]> {
  const sinceMs = minuteStartMs(minute) - RECENT_MINUTES * MINUTE_MS;
  const [known, recent, ringing] = await Promise.all([
    inventory.get(),
    findings.list({ sinceMs, limit: RECENT_FINDINGS }),
    alarms.ringing(),
  ]);
  const open = recent.findings.filter((finding) => !isOver(finding));
  return plannedPolls(minute, known, watchedResources(ringing, open, known));
}

async function poll(services: Services, minute: Minute, { selection, ...resources }: Poll): Promise<void> {
  const { metrics, parts, requests, log } = services;
  if (Object.values(resources).every(({ length }) => length === 0)) return;
  const window = pollWindow(minute, selection, services.clock.nowMs());
  const minutes = await metrics.read(resources, selection, window);
  const identity = ['cloudwatch', selection, String(minuteOf(window.startMs))];
  for (const part of partsOfReading(metricReading(minutes), { identity, input: 'cloudwatch' })) await parts.put(part);
  if (hasAllocationErrors(minutes)) await requests.request('allocation-errors');
  else if (hasManyConnections(minutes, services.watchedConnections)) await requests.request('many-connections');
  log.info('polled', { hosts: resources.hosts.length, datapoints: minutes.length, selection });
}
