import type { Inventory, NetworkInterface } from '../../core/model/inventory.ts';

/** Since when an interface is gone, by its id: beside the inventory, in which it stays for a while. */
export type GoneSince = Readonly<Record<string, number>>;

export type Remembered = { readonly interfaces: readonly NetworkInterface[]; readonly goneSince: GoneSince };

/** Observations of a task that was replaced are evaluated for hours after its interface is gone. */
const REMEMBER_MS = 24 * 3_600_000;
const REMEMBERED_LIMIT = 5_000;

/**
 * The present interfaces, and those that went within the last day unless a present one has one of their addresses: an
 * address means whoever has it now.
 */
export function rememberGone(before: Remembered, now: Inventory, nowMs: number): Remembered {
  const present = new Set(now.interfaces.map(({ id }) => id));
  const taken = new Set(now.interfaces.flatMap(({ addresses }) => addresses));
  const gone = before.interfaces
    .filter(({ id, addresses }) => !present.has(id) && !addresses.some((address) => taken.has(address)))
    .map((one) => [one, before.goneSince[one.id] ?? nowMs] as const)
    .filter(([, sinceMs]) => sinceMs > nowMs - REMEMBER_MS)
    .sort(([, a], [, b]) => b - a)
    .slice(0, REMEMBERED_LIMIT);
  const interfaces = [...now.interfaces, ...gone.map(([one]) => one)].sort((a, b) => (a.id < b.id ? -1 : 1));
  return { interfaces, goneSince: Object.fromEntries(gone.map(([{ id }, sinceMs]) => [id, sinceMs])) };
}
