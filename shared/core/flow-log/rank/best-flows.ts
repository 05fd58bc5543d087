import { lastOf, type Last } from './by-bound.ts';
import { mergeRankings, sortValue, type RankedFlow, type RankOptions } from './ranking.ts';

/** The best flows so far. They are put in order when enough have come, as each time costs as much as there are. */
export type BestFlows = {
  add(flows: readonly RankedFlow[]): void;
  /** The last of a full ranking, as it was when the flows were last put in order: later ones stand before it. */
  last(): Last;
  list(): readonly RankedFlow[];
};

/** So many new flows are put in order at least; more where the best are many. */
const TOGETHER = 8;

export function createBestFlows(options: RankOptions): BestFlows {
  let best: readonly RankedFlow[] = [];
  let last = lastOf(best, options);
  let added: RankedFlow[] = [];
  const together = Math.max(TOGETHER, options.top >>> 2);
  const order = (): void => {
    if (added.length === 0) return;
    best = mergeRankings([best, added], options);
    last = lastOf(best, options);
    added = [];
  };
  return {
    add(flows) {
      for (const flow of flows) if (sortValue(flow, options.sort) >= last.floor) added.push(flow);
      if (added.length >= together) order();
    },
    last: () => last,
    list() {
      order();
      return best;
    },
  };
}
