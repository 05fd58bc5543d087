import type { Minute } from '../model/time.ts';
import type { NatDestination, NatSeries } from './nat-series.ts';

/** How full a NAT gateway is towards its fullest destination. */
export type NatUtilisation = {
  readonly destination: NatDestination;
  readonly ports: number;
  readonly capacityPorts: number;
  /** `metrics`: carried on from the last flow records by ActiveConnectionCount, which arrives minutes earlier. */
  readonly source: 'flows' | 'metrics';
};

/** How long records are carried on by metrics, at most. */
export const CARRY_MINUTES = 60;
/** Of a smaller share of the connections nobody can say that it grew with them. */
const LEAST_SHARE = 0.25;

const shareOf = (use: NatUtilisation | null): number => (use === null ? -1 : use.ports / use.capacityPorts);

/** By flow records; null where none cover the minute. */
export function utilisationByFlows(series: NatSeries, minute: Minute): NatUtilisation | null {
  let fullest: NatUtilisation | null = null;
  for (const destination of series.destinations) {
    const use = destination.uses.get(minute);
    const capacityPorts = destination.capacityAt(minute);
    if (use === undefined || use.portsEstimate / capacityPorts <= shareOf(fullest)) continue;
    fullest = { destination, ports: use.portsEstimate, capacityPorts, source: 'flows' };
  }
  return fullest;
}

/**
 * By metrics: ports(m) = ports(m₀) × active(m) / active(m₀), with m₀ the last minute that both flow records and the
 * metric cover. Assumes that the fullest destination keeps its share of the gateway's connections, which is worth
 * assuming of a quarter and more, and not where as many connections were active before while it had fewer ports: then
 * others come and go. Null without m₀.
 */
export function utilisationByMetrics(series: NatSeries, minute: Minute): NatUtilisation | null {
  const active = series.metrics.get(minute)?.ActiveConnectionCount;
  if (active === undefined) return null;
  for (let m = minute - 1; m >= minute - CARRY_MINUTES; m -= 1) {
    if (!series.flowMinutes.has(m)) continue;
    const then = series.metrics.get(m)?.ActiveConnectionCount;
    const known = utilisationByFlows(series, m);
    if (known === null || then === undefined || then < 10 || known.ports < LEAST_SHARE * then) return null;
    const ports = Math.round((known.ports * active) / then);
    const capacityPorts = known.destination.capacityAt(minute);
    // More ports than there are, while every connection found one: others have grown, not this destination.
    const isRefuted = ports > capacityPorts && series.metrics.get(minute)?.ErrorPortAllocation === 0;
    return isRefuted || wereOthers(series, known.destination, m, active)
      ? null
      : { ...known, ports, capacityPorts, source: 'metrics' };
  }
  return null;
}

export const utilisationAt = (series: NatSeries, minute: Minute): NatUtilisation | null =>
  utilisationByFlows(series, minute) ?? utilisationByMetrics(series, minute);

const HISTORY_MINUTES = 120;
/** Nearly as active as now. */
const AS_ACTIVE_SHARE = 0.85;
/** Clearly fewer ports than carrying on would have said. */
const FEWER_SHARE = 0.8;

/** `active` now; `last` is the minute that is carried on from. */
function wereOthers({ metrics }: NatSeries, { uses }: NatDestination, last: Minute, active: number): boolean {
  const known = uses.get(last)?.portsEstimate ?? 0;
  const base = metrics.get(last)?.ActiveConnectionCount ?? Infinity;
  for (let m = last - 1; m > last - HISTORY_MINUTES; m -= 1) {
    const ports = uses.get(m)?.portsEstimate;
    const then = metrics.get(m)?.ActiveConnectionCount;
    if (ports === undefined || then === undefined) continue;
    if (then >= AS_ACTIVE_SHARE * active && ports < FEWER_SHARE * ((known * then) / base)) return true;
  }
  return false;
}
