import type { Log } from '../../shared/aws/log.ts';
import { partsOfReading } from '../../shared/aws/parts-of-reading.ts';
import { MINUTE_MS, minuteOf, minuteStartMs } from '../../shared/core/model/time.ts';
import { readScheduledTime } from '../../shared/aws/scheduled-event.ts';
import { metricReading } from '../../shared/aws/metric-reading.ts';
import type { InventoryStore, MetricSource, PartStore } from '../../shared/ports.ts';

export type Services = {
  readonly metrics: MetricSource;
  readonly inventory: InventoryStore;
  readonly parts: PartStore;
  readonly log: Log;
  readonly windowMinutes: number;
  readonly nowMs: () => number;
};

/**
 * The metrics of every known NAT gateway over a window that overlaps the last one: CloudWatch completes a minute late.
 * Windows start on whole multiples of their length, so a later poll of the same window replaces the part of an earlier one.
 */
export function createHandler(services: Services) {
  return async (event: unknown): Promise<void> => {
    const nowMs = readScheduledTime(event) ?? services.nowMs();
    const ids = (await services.inventory.get()).natGateways.map(({ id }) => id);
    if (ids.length === 0) return services.log.info('no NAT gateway is known yet');
    for (const startMinute of windowsAt(minuteOf(nowMs), services.windowMinutes)) {
      const startMs = minuteStartMs(startMinute);
      const window = { startMs, endMs: Math.min(startMs + services.windowMinutes * MINUTE_MS, nowMs) };
      const minutes = await services.metrics.natGatewayMetrics(ids, window);
      const identity = { identity: ['cloudwatch', String(startMs)], input: 'cloudwatch:AWS/NATGateway' };
      for (const part of partsOfReading(metricReading(minutes), identity)) await services.parts.put(part);
      services.log.info('polled', { natGateways: ids.length, datapoints: minutes.length, startMs });
    }
  };
}

/** The window of now and, in its first half, the one before, whose last minutes were incomplete. */
function windowsAt(minute: number, length: number): number[] {
  const current = Math.floor(minute / length) * length;
  return minute - current < length / 2 ? [current - length, current] : [current];
}
