import type { DatabaseSync } from 'node:sqlite';
import type { SummaryStore } from '../../api/summary-store.ts';
import type { Summary } from '../../core/finding/summary-schema.ts';

export function summaryStore(database: DatabaseSync): SummaryStore {
  const get = database.prepare('SELECT body FROM summary');
  const put = database.prepare('INSERT OR REPLACE INTO summary (only, body) VALUES (1, ?)');
  return {
    async get() {
      const row = get.get();
      return row === undefined ? null : (JSON.parse(String(row['body'])) as Summary);
    },
    async put(summary) {
      put.run(JSON.stringify(summary));
    },
  };
}
