import type { AnalysisRequests } from '../../shared/aws/analysis-requests.ts';
import type { AwsInventoryStore } from '../../shared/aws/inventory-store.ts';
import type { Log } from '../../shared/aws/log.ts';
import type { NatAlarms } from '../../shared/aws/nat-alarms.ts';
import { shrunkenGateways } from '../../shared/aws/shrunken-gateways.ts';
import { answerStack, putToStack, readStackEvent } from '../../shared/aws/stack-event.ts';
import type { InventorySource } from '../../shared/ports.ts';

export type Services = {
  readonly source: InventorySource;
  readonly store: Pick<AwsInventoryStore, 'get' | 'replace'>;
  readonly alarms: NatAlarms;
  readonly requests: AnalysisRequests;
  readonly log: Log;
  readonly putToStack?: typeof putToStack;
};

/** The live configuration, whole: what is not described any more is gone. With the stack go the alarms it kept. */
export function createHandler(services: Services) {
  return async (event: unknown): Promise<void> => {
    const stackEvent = readStackEvent(event);
    if (stackEvent === null) return syncInventory(services);
    const removal = stackEvent.RequestType === 'Delete';
    const work = () => (removal ? services.alarms.removeAll() : syncInventory(services));
    await answerStack(stackEvent, services.putToStack ?? putToStack, work);
  };
}

async function syncInventory({ source, store, alarms, requests, log }: Services): Promise<void> {
  const before = await store.get();
  const inventory = await source.describe();
  const shrunken = shrunkenGateways(before, inventory);
  for (const { id, addressesBefore, addresses } of shrunken)
    log.warn('a NAT gateway has lost addresses', { natGateway: id, addressesBefore, addresses });
  // Asked for before it is written, as the next run would see no difference any more. Requests wait for a quarter minute.
  if (shrunken.length > 0) await requests.request('capacity-shrunk');
  await store.replace(inventory);
  const kept = await alarms.keep(inventory.natGateways.map(({ id }) => id));
  const { natGateways, interfaces } = inventory;
  log.info('inventory synced', { natGateways: natGateways.length, interfaces: interfaces.length, ...kept });
}
