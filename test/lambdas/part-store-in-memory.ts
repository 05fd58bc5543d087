import type { Part } from '../../shared/core/model/part.ts';
import type { PartStore } from '../../shared/ports.ts';

/** A store that shows what was put into it. */
export function partStoreInMemory(): PartStore & { parts(): Part[] } {
  const parts = new Map<string, Part>();
  return {
    put: async (part) => void parts.set(part.id, part),
    load: async () => [...parts.values()],
    extent: async () => null,
    parts: () => [...parts.values()],
  };
}
