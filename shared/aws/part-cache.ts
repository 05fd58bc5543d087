import type { Part } from '../core/model/part.ts';

/** Decoded parts by object and digest; the ones that were not asked for longest go first. */
export type PartCache = {
  get(key: string): Part | undefined;
  /** `bytes` is the packed size, by which the cache is bounded: decoded parts take a known multiple of it. */
  set(key: string, part: Part, bytes: number): void;
};

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
    set(key, part, bytes) {
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
