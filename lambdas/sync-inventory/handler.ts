import type { AnalysisRequests } from '../../shared/aws/store/analysis-requests.ts';
import type { AwsInventoryStore } from '../../shared/aws/inventory/inventory-store.ts';
import type { Log } from '../../shared/aws/log.ts';
import { everythingIn } from '../../shared/aws/metrics/metric-polls.ts';
import type { PortAlarms } from '../../shared/aws/metrics/port-alarms.ts';
import { readScheduledTime } from '../../shared/aws/scheduled-event.ts';
import { haveGatewaysChanged, shrunkenGateways } from '../../shared/aws/inventory/changed-gateways.ts';
import { answerStack, putToStack, readStackEvent } from '../../shared/aws/stack-event.ts';
import { minuteOf } from '../../shared/core/model/time.ts';
import { INVENTORY_INTERVAL_MINUTES } from '../../shared/deploy/retention.ts';
import type { AwsInventorySource } from '../../shared/aws/inventory/inventory-source.ts';

export type Services = {
  readonly source: AwsInventorySource;
  readonly store: Pick<AwsInventoryStore, 'get' | 'replace'>;
  readonly alarms: Pick<PortAlarms, 'keep' | 'removeAll'>;
  readonly requests: AnalysisRequests;
  readonly log: Log;
  readonly putToStack?: typeof putToStack;
};

/**
 * The live configuration, whole: what is not described any more is gone. Between its intervals only if a NAT gateway has
 * changed. With the stack go the alarms it kept.
 */
export function createHandler(services: Services) {
  return async (event: unknown): Promise<void> => {
    const stackEvent = readStackEvent(event);
    if (stackEvent !== null) {
      const removal = stackEvent.RequestType === 'Delete';
      const work = () => (removal ? services.alarms.removeAll() : syncInventory(services, true));
      return answerStack(stackEvent, services.putToStack ?? putToStack, work);
    }
    const scheduledMs = readScheduledTime(event);
    const isPlanned = scheduledMs === null || minuteOf(scheduledMs) % INVENTORY_INTERVAL_MINUTES === 0;
    if (isPlanned || (await haveChanged(services))) await syncInventory(services, isPlanned);
  };
}

async function haveChanged({ source, store }: Services): Promise<boolean> {
  const [known, gateways] = await Promise.all([store.get(), source.natGateways()]);
  return haveGatewaysChanged(known.natGateways, gateways);
}

async function syncInventory({ source, store, alarms, requests, log }: Services, isPlanned: boolean): Promise<void> {
  const before = await store.get();
  const inventory = await source.describe();
  const shrunken = shrunkenGateways(before, inventory);
  for (const { id, addressesBefore, addresses } of shrunken)
    log.warn('a NAT gateway has lost addresses', { natGateway: id, addressesBefore, addresses });
  // Requests wait for a quarter minute.
  if (shrunken.length > 0) await requests.request('capacity-shrunk');
  try {
    const kept = await alarms.keep(everythingIn(inventory));
    log.info('alarms kept', kept);
  } catch (error) {
    // Else the next minute sees a change again and tries again; but alarms never keep the inventory from getting on.
    if (isPlanned) await store.replace(inventory);
    throw error;
  }
  await store.replace(inventory);
  log.info('inventory synced', { natGateways: inventory.natGateways.length, interfaces: inventory.interfaces.length });
}
