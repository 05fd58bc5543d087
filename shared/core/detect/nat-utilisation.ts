import type { Minute } from '../model/time.ts';
import type { NatDestination, NatSeries } from './nat-series.ts';
import { FEWEST_ERRORS } from './statistics.ts';

/** How full a NAT gateway is towards its fullest destination. */
export type NatUtilisation = {
  readonly destination: NatDestination;
  readonly ports: number;
  readonly capacityPorts: number;
  /** `metrics`: carried on from the last flow records by the gateway's metrics, which arrive minutes earlier. */
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
 * By metrics: ports(m) = ports(m₀) × gauge(m) / gauge(m₀), with m₀ the last minute that both flow records and the gauge
 * cover. The gauge is `ActiveConnectionCount`; where it counts fewer connections than the destination has ports, ports
 * are held that it does not count, and these follow `ConnectionEstablishedCount`, the mean of three minutes of it.
 * Assumes that the fullest destination keeps its share of the gateway's connections, which is worth assuming of a
 * quarter and more, and not where the gauge stood as high before while the destination had fewer ports: then others come
 * and go. Null without m₀.
 */
export function utilisationByMetrics(series: NatSeries, minute: Minute): NatUtilisation | null {
  if (!series.metrics.has(minute)) return null;
  for (let m = minute - 1; m >= minute - CARRY_MINUTES; m -= 1) {
    if (!series.flowMinutes.has(m) || isLastOfMany(series, m)) continue;
    const known = utilisationByFlows(series, m);
    if (known === null) return null;
    const gauge = gaugeOf(series, known, m);
    const [now, then] = [gauge?.at(minute) ?? null, gauge?.at(m) ?? null];
    if (gauge === null || now === null || then === null || then < 10) return null;
    // Connections that stand do not multiply with new ones; the ports that these held do.
    const standing = gauge.grows === 'held' ? (known.destination.uses.get(m)?.portsLow ?? 0) : 0;
    const portsAt = (value: number): number => Math.round(standing + ((known.ports - standing) * value) / then);
    const ports = portsAt(now);
    const capacityPorts = known.destination.capacityAt(minute);
    // More ports than there are, while all but a few connections found one: others have grown, not this destination.
    const errors = series.metrics.get(minute)?.ErrorPortAllocation ?? Infinity;
    const isRefuted = portsAt(Math.max(now, gauge.newest(minute))) > capacityPorts && errors < FEWEST_ERRORS;
    return isRefuted || wereOthers(known, gauge, m, now) ? null : { ...known, ports, capacityPorts, source: 'metrics' };
  }
  return null;
}

/** The newest of the records seldom are a whole minute. */
const isLastOfMany = ({ flowMinutes }: NatSeries, minute: Minute): boolean =>
  !flowMinutes.has(minute + 1) && flowMinutes.has(minute - 1);

/** What all of a destination's ports, or those held after close, grow with; `newest` is that minute's alone. */
type Gauge = {
  readonly grows: 'all' | 'held';
  readonly at: (minute: Minute) => number | null;
  readonly newest: (minute: Minute) => number;
};

const MEAN_MINUTES = 3;

function gaugeOf(series: NatSeries, { destination, ports }: NatUtilisation, minute: Minute): Gauge | null {
  const active = (m: Minute): number | null => series.metrics.get(m)?.ActiveConnectionCount ?? null;
  const connections = active(minute);
  if (connections !== null && connections >= ports)
    return ports < LEAST_SHARE * connections ? null : { grows: 'all', at: active, newest: (m) => active(m) ?? 0 };
  const established = meanOf(series, minute);
  const opens = destination.uses.get(minute)?.opens ?? 0;
  if (established === null || opens < LEAST_SHARE * established) return null;
  const newest = (m: Minute): number => series.metrics.get(m)?.ConnectionEstablishedCount ?? 0;
  return { grows: 'held', at: (m) => meanOf(series, m), newest };
}

function meanOf({ metrics }: NatSeries, minute: Minute): number | null {
  let sum = 0;
  for (let m = minute; m > minute - MEAN_MINUTES; m -= 1) {
    const value = metrics.get(m)?.ConnectionEstablishedCount;
    if (value === undefined) return null;
    sum += value;
  }
  return sum / MEAN_MINUTES;
}

export const utilisationAt = (series: NatSeries, minute: Minute): NatUtilisation | null =>
  utilisationByFlows(series, minute) ?? utilisationByMetrics(series, minute);

const HISTORY_MINUTES = 120;
/** Nearly as active as now. */
const AS_ACTIVE_SHARE = 0.8;
/** Of the minutes that were, those that were most; one alone is noise. */
const MOST_ACTIVE = 3;
/** Clearly fewer ports than carrying on would have said. */
const FEWER_SHARE = 0.9;

/**
 * Whether the destination had fewer ports per connection in the minutes before that were most active, if they were as
 * active as `now`, than in the `last` one, which is carried on.
 */
function wereOthers({ destination, ports }: NatUtilisation, gauge: Gauge, last: Minute, now: number): boolean {
  const before: { readonly gauge: number; readonly share: number }[] = [];
  for (let m = last - 1; m > last - HISTORY_MINUTES; m -= 1) {
    const [then, own] = [gauge.at(m), destination.uses.get(m)];
    if (then !== null && own !== undefined && then >= AS_ACTIVE_SHARE * now)
      before.push({ gauge: then, share: own.portsEstimate / then });
  }
  const most = before.sort((a, b) => b.gauge - a.gauge).slice(0, MOST_ACTIVE);
  const share = most.reduce((sum, each) => sum + each.share, 0) / Math.max(1, most.length);
  return most.length > 0 && share < (FEWER_SHARE * ports) / (gauge.at(last) ?? Infinity);
}
