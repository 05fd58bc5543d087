import type { Observation } from '../model/observation.ts';

/** Distinct ports of one address in a minute: a seventh of what a NAT address has per destination, a quarter of a host's. */
export const URGENT_PORTS = 8_000;

/**
 * Whether observations are worth looking at at once: some address used so many ports towards one destination, or a host
 * over all of them, that it may be running out. A NAT gateway's ports are each destination's own, so its addresses (what
 * client legs enter at) are not added up. Cheap, and wrong only towards looking: the analysis decides.
 */
export function tellsOfPressure(observations: readonly Observation[], urgentPorts = URGENT_PORTS): boolean {
  const gates = new Set(observations.map((row) => (row.kind === 'flow' ? row.via : null)));
  const used = new Map<string, number>();
  for (const row of observations) {
    if (row.kind !== 'flow') continue;
    const place = `${row.minute} ${row.interfaceId} ${row.localAddress}`;
    const ports = (gates.has(row.localAddress) ? 0 : (used.get(place) ?? 0)) + row.ports.size;
    if (ports >= urgentPorts) return true;
    used.set(place, ports);
  }
  return false;
}
