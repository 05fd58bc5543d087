import type { Observation } from '../../core/model/observation.ts';
import type { Part } from '../../core/model/part.ts';

/** Decoded parts by object and digest; the ones that were not asked for longest go first. */
export type PartCache = {
  get(key: string): Part | undefined;
  set(key: string, part: Part): void;
};

/** `limitBytes` is of decoded parts in memory, as `weigh` estimates them. */
export function createPartCache(limitBytes: number): PartCache {
  const parts = new Map<string, { readonly part: Part; readonly bytes: number }>();
  let total = 0;
  return {
    get(key) {
      const found = parts.get(key);
      if (found === undefined) return undefined;
      // A map keeps the order of insertion: what is put back is the last to go.
      parts.delete(key);
      parts.set(key, found);
      return found.part;
    },
    set(key, part) {
      const bytes = weigh(part);
      total += bytes - (parts.get(key)?.bytes ?? 0);
      parts.delete(key);
      parts.set(key, { part, bytes });
      for (const [oldest, entry] of parts) {
        if (total <= limitBytes) return;
        parts.delete(oldest);
        total -= entry.bytes;
      }
    },
  };
}

/** Measured: objects, texts and small arrays of a row, and of one event. Ports take two bytes each, wherever they stand. */
const ROW_BYTES = 1_000;
const EVENT_BYTES = 50;
const PORT_BYTES = 2;

/** About how much memory a decoded part takes. Sets that are equal are shared, so each counts once. */
export const weigh = ({ observations }: Pick<Part, 'observations'>): number =>
  observations.reduce((sum, row) => sum + ROW_BYTES + weighMore(row), 0);

function weighMore(row: Observation): number {
  if (row.kind === 'connect-error') return row.eventIds.length * EVENT_BYTES;
  if (row.kind !== 'flow') return 0;
  const sets = new Set([row.ports, row.opened, row.answered, row.closed]);
  return [...sets].reduce((sum, set) => sum + set.size * PORT_BYTES, 0);
}
