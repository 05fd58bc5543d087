import { afterEach, beforeEach, describe } from 'vitest';
import type { FindingStore, InventoryStore, PartStore } from '../../shared/ports.ts';
import { findingStoreContract } from './finding-store-contract.ts';
import { inventoryStoreContract } from './inventory-store-contract.ts';
import { partStoreContract } from './part-store-contract.ts';

export type Stores = {
  readonly parts: PartStore;
  readonly findings: FindingStore;
  readonly inventory: InventoryStore;
  close(): void | Promise<void>;
};

/** What every store must do, wherever it keeps things. `open` gives empty stores each time it is called. */
export function storeContract(name: string, open: () => Stores | Promise<Stores>): void {
  describe(`${name} keeps the store contract`, () => {
    let stores: Stores;
    beforeEach(async () => {
      stores = await open();
    });
    afterEach(async () => {
      await stores.close();
    });
    describe('parts', () => partStoreContract(() => stores.parts));
    describe('findings', () => findingStoreContract(() => stores.findings));
    describe('inventory', () => inventoryStoreContract(() => stores.inventory));
  });
}
