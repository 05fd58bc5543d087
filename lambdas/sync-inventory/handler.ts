import type { Log } from '../../shared/aws/log.ts';
import type { Inventory } from '../../shared/core/model/inventory.ts';
import type { InventorySource } from '../../shared/ports.ts';

export type Services = {
  readonly source: InventorySource;
  readonly store: { replace(inventory: Inventory): Promise<void> };
  readonly log: Log;
};

/** The live configuration, whole: what is not described any more is gone. */
export function createHandler({ source, store, log }: Services) {
  return async (): Promise<void> => {
    const inventory = await source.describe();
    await store.replace(inventory);
    log.info('inventory synced', {
      natGateways: inventory.natGateways.length,
      interfaces: inventory.interfaces.length,
      subnets: inventory.subnets.length,
      routeTables: inventory.routeTables.length,
    });
  };
}
