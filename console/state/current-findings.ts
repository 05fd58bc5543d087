import type { Finding } from '../client/api-client.ts';
import { byUrgency } from '../logic/severity.ts';
import { client } from './client.ts';

const LIST_LIMIT = 100;
const OVER_LIMIT = 3;

export type Current = {
  readonly active: readonly Finding[];
  readonly quiet: readonly Finding[];
  readonly isMore: boolean;
  readonly over: readonly Finding[];
};

let before: { readonly pages: readonly unknown[]; readonly current: Current } | null = null;

/** Findings that are not over, and the last that are. The same four answers give the same object, so that nothing is drawn again. */
export async function currentFindings(): Promise<Current> {
  const pages = await Promise.all([
    client.listFindings({ status: 'open', limit: LIST_LIMIT }),
    client.listFindings({ status: 'acknowledged', limit: LIST_LIMIT }),
    client.listFindings({ status: 'suppressed', limit: LIST_LIMIT }),
    client.listFindings({ status: 'resolved', limit: OVER_LIMIT }),
  ]);
  if (before?.pages.every((page, index) => page === pages[index])) return before.current;
  const [open = [], acknowledged = [], suppressed = [], over = []] = pages.map(({ findings }) => findings);
  const current = {
    active: [...open, ...acknowledged].sort(byUrgency),
    quiet: [...suppressed].sort(byUrgency),
    over,
    isMore: pages.slice(0, 3).some(({ nextCursor }) => nextCursor !== null),
  };
  before = { pages, current };
  return current;
}
