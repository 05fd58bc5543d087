import type { DatabaseSync } from 'node:sqlite';
import type { Part } from '../../core/model/part.ts';
import type { PartStore } from '../../ports.ts';
import { packPart, unpackPart } from './part-bytes.ts';

export function partStore(database: DatabaseSync): PartStore {
  const put = database.prepare('INSERT OR REPLACE INTO parts (id, from_minute, to_minute, body) VALUES (?, ?, ?, ?)');
  const load = database.prepare('SELECT body FROM parts WHERE from_minute <= ? AND to_minute >= ? ORDER BY id');
  const extent = database.prepare('SELECT min(from_minute) AS first, max(to_minute) AS last FROM parts');
  return {
    async put(part) {
      const { from, to } = minutesOf(part);
      put.run(part.id, from, to, packPart(part));
    },
    async load({ from, to }) {
      const parts = load.all(to, from).map((row) => unpackPart(row['body'] as Uint8Array));
      return parts.filter((part) => part.observations.some(({ minute }) => minute >= from && minute <= to));
    },
    async extent() {
      const row = extent.get();
      if (row === undefined || row['first'] === null) return null;
      return { from: Number(row['first']), to: Number(row['last']) };
    },
  };
}

/** Null for a part without observations, which no range finds. */
function minutesOf(part: Part): { readonly from: number | null; readonly to: number | null } {
  let from = Infinity;
  let to = -Infinity;
  for (const { minute } of part.observations) {
    if (minute < from) from = minute;
    if (minute > to) to = minute;
  }
  return from === Infinity ? { from: null, to: null } : { from, to };
}
