import type { SummaryStore } from '../../api/summary-store.ts';
import type { FindingStore, InventoryStore, PartStore } from '../../ports.ts';
import { findingStore } from './finding-store.ts';
import { inventoryStore } from './inventory-store.ts';
import { partStore } from './part-store.ts';
import { openDatabase } from './schema.ts';
import { summaryStore } from './summary-store.ts';

export type LocalStore = {
  readonly parts: PartStore;
  readonly findings: FindingStore;
  readonly inventory: InventoryStore;
  readonly summaries: SummaryStore;
  close(): void;
};

/** The embedded store: one SQLite file, or `:memory:`. Throws `UnusableStore` for a file that is none. */
export function openStore(path: string): LocalStore {
  const database = openDatabase(path);
  return {
    parts: partStore(database),
    findings: findingStore(database),
    inventory: inventoryStore(database),
    summaries: summaryStore(database),
    close: () => database.close(),
  };
}
