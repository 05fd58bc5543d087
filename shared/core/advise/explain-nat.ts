import type { NatDestination, NatSeries } from '../detect/nat-series.ts';
import type { Minute } from '../model/time.ts';
import { ceilingOfDestination, ceilingOfGateway, unansweredAtCeiling } from './ceiling.ts';
import { type Load, type Nowcast, nowcast } from './nowcast.ts';

type Window = { readonly startMinute: Minute; readonly endMinute: Minute };

/** One destination's load by flow records, with the hold that the data shows. */
export function loadsOfDestination(destination: NatDestination | undefined, series: NatSeries): Map<Minute, Load> {
  return new Map(
    [...(destination?.uses ?? [])].map(([minute, use]) => [
      minute,
      {
        ports: use.portsEstimate,
        open: use.portsLow,
        opens: use.opens,
        failed: use.failures?.low ?? 0,
        unanswered: use.unansweredNat ?? 0,
        closed: use.closed,
        youngClosed: use.youngClosed,
        capacityPorts: destination?.capacityAt(minute) ?? series.capacityAt(minute),
      },
    ]),
  );
}

/** The cause by the top destination's records; where they cannot tell, by the whole gateway's metrics. */
export function explainNat(
  series: NatSeries,
  loads: ReadonlyMap<Minute, Load>,
  { startMinute, endMinute }: Window,
  capacityPorts: number,
): Nowcast {
  const ceiling = ceilingOfDestination(loads, startMinute, endMinute, capacityPorts);
  const byFlows = nowcast(loads, startMinute, endMinute, 0, ceiling);
  const silent = unansweredAtCeiling(loads, startMinute, endMinute, capacityPorts);
  if (silent !== null && !OF_OPENS.has(byFlows.cause)) return { ...byFlows, cause: 'hold', reason: ofSilence(silent) };
  if (byFlows.cause !== 'unknown') return byFlows;
  const gateway = loadsOfGateway(series);
  const byMetrics = nowcast(gateway, startMinute, endMinute, 0, ceilingOfGateway(gateway, startMinute, endMinute));
  return byMetrics.cause === 'unknown'
    ? byFlows
    : { ...byMetrics, reason: `over all destinations, by metrics: ${byMetrics.reason}` };
}

/** More connections than before fill the ports whether they are answered or not. */
const OF_OPENS: ReadonlySet<Nowcast['cause']> = new Set(['churn', 'growth', 'capacity']);

const ofSilence = (attempts: number): string =>
  `the destination does not answer: ${attempts} attempts of the minutes before left the gateway unanswered, and each keeps its port until it is given up`;

/**
 * closes(m) = established(m) − (active(m) − active(m − 1)): what opened and did not stay. A dropped SYN is an attempt
 * each time that it is sent again, so while allocations fail only what was established tells how many opened.
 */
function loadsOfGateway(series: NatSeries): Map<Minute, Load> {
  const loads = new Map<Minute, Load>();
  for (const [minute, at] of series.metrics) {
    const {
      ActiveConnectionCount: active,
      ConnectionAttemptCount: attempts,
      ConnectionEstablishedCount: established,
    } = at;
    if (active === undefined || attempts === undefined || established === undefined) continue;
    const before = series.metrics.get(minute - 1)?.ActiveConnectionCount ?? active;
    const someFailed = (at.ErrorPortAllocation ?? 0) > series.errorTrickle;
    loads.set(minute, {
      ports: active,
      opens: someFailed ? established : attempts,
      failed: someFailed ? 0 : Math.max(0, attempts - established),
      someFailed,
      closed: Math.max(0, established - (active - before)),
      youngClosed: null,
      capacityPorts: series.capacityAt(minute),
    });
  }
  return loads;
}
