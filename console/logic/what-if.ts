import type { Finding } from '../client/api-client.ts';

/**
 * What a change would have made of a recorded incident, by Little's law: ports in use are the rate of new connections
 * times how long each holds its port, so fewer new connections or shorter holding lower the curve in proportion, and
 * more capacity raises the ceiling. Connections that failed would have held a port too, so they count as demand.
 */

export type Change = {
  /** Part (0–1) of connections that reuse an existing one instead of opening their own. */
  readonly reuse: number;
  /** How many times the present capacity: NAT addresses, a wider range, more source addresses. */
  readonly capacityFactor: number;
};

export const NO_CHANGE: Change = { reuse: 0, capacityFactor: 1 };

type Minute = Finding['timeline'][number];
export type Demand = { readonly low: number; readonly high: number };
export type WhatIfMinute = {
  readonly at: string;
  readonly demand: Demand | null;
  readonly capacityPorts: number | null;
};

export function applyChange(minutes: readonly Minute[], { reuse, capacityFactor }: Change): WhatIfMinute[] {
  return minutes.map(({ at, portsInUse, failures, capacityPorts }) => ({
    at,
    demand: portsInUse && {
      low: (portsInUse.low + (failures?.low ?? 0)) * (1 - reuse),
      high: (portsInUse.high + (failures?.high ?? 0)) * (1 - reuse),
    },
    capacityPorts: capacityPorts === null ? null : capacityPorts * capacityFactor,
  }));
}

export type WhatIfOutcome = {
  /** Demand over capacity at its worst minute; null where no minute has both. */
  readonly peak: Demand | null;
  /** Minutes in which even the low estimate, and in which the high one, passes the ceiling. */
  readonly certainlyFull: number;
  readonly possiblyFull: number;
};

export function outcomeOf(minutes: readonly WhatIfMinute[]): WhatIfOutcome {
  const ratios = minutes.flatMap(({ demand, capacityPorts }) =>
    demand && capacityPorts ? [{ low: demand.low / capacityPorts, high: demand.high / capacityPorts }] : [],
  );
  const largest = (of: (ratio: Demand) => number): number => Math.max(...ratios.map(of));
  return {
    peak: ratios.length === 0 ? null : { low: largest(({ low }) => low), high: largest(({ high }) => high) },
    certainlyFull: ratios.filter(({ low }) => low >= 1).length,
    possiblyFull: ratios.filter(({ high }) => high >= 1).length,
  };
}
