import type { NatDestination, NatSeries } from '../detect/nat-series.ts';
import type { Minute } from '../model/time.ts';
import { type Load, type Nowcast, nowcast } from './nowcast.ts';

type Window = { readonly startMinute: Minute; readonly endMinute: Minute };

/** One destination's load by flow records, with the hold that the data shows. */
export function loadsOfDestination(destination: NatDestination | undefined, series: NatSeries): Map<Minute, Load> {
  return new Map(
    [...(destination?.uses ?? [])].map(([minute, use]) => [
      minute,
      {
        ports: use.portsEstimate,
        opens: use.opens,
        failed: use.failures?.low ?? 0,
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
): Nowcast {
  const byFlows = nowcast(loads, startMinute, endMinute, 0);
  if (byFlows.cause !== 'unknown') return byFlows;
  const byMetrics = nowcast(loadsOfGateway(series), startMinute, endMinute, 0);
  return byMetrics.cause === 'unknown'
    ? byFlows
    : { ...byMetrics, reason: `over all destinations, by metrics: ${byMetrics.reason}` };
}

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
