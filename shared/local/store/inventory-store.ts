import type { DatabaseSync } from 'node:sqlite';
import { EMPTY_INVENTORY, mergeInventory, type InventoryFragment } from '../../core/model/inventory.ts';
import type { InventoryStore } from '../../ports.ts';
import { inTransaction } from './schema.ts';

const LISTS = Object.keys(EMPTY_INVENTORY) as (keyof InventoryFragment)[];

/** A later fragment replaces entries of the same id and leaves all others. */
export function inventoryStore(database: DatabaseSync): InventoryStore {
  const put = database.prepare('INSERT OR REPLACE INTO inventory (list, id, body) VALUES (?, ?, ?)');
  const all = database.prepare('SELECT list, body FROM inventory');
  return {
    async get() {
      const fragments = all.all().map((row): InventoryFragment => ({
        [String(row['list'])]: [JSON.parse(String(row['body']))],
      }));
      return mergeInventory(...fragments);
    },
    async put(fragment) {
      inTransaction(database, () => {
        for (const list of LISTS)
          for (const entry of fragment[list] ?? []) put.run(list, entry.id, JSON.stringify(entry));
      });
    },
  };
}
