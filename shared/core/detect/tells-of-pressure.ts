import type { Observation } from '../model/observation.ts';

/** Distinct ports from one address to one destination in a minute: a seventh of a NAT address, a quarter of a host. */
export const URGENT_PORTS = 8_000;

/**
 * Whether observations are worth looking at at once: some address used so many ports towards one destination that it may
 * be running out. Cheap, and wrong only towards looking: the analysis decides.
 */
export const tellsOfPressure = (observations: readonly Observation[], urgentPorts = URGENT_PORTS): boolean =>
  observations.some((row) => row.kind === 'flow' && row.ports.size >= urgentPorts);
