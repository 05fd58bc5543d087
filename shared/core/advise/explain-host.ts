import type { HostDestination } from '../detect/host-series.ts';
import { hostEstimate } from '../detect/host-port-utilisation.ts';
import type { BuildContext } from '../finding/build-context.ts';
import type { FindingSource } from '../finding/schema.ts';
import { type Destination, destinationKey } from '../model/destination.ts';
import type { Minute } from '../model/time.ts';
import { type Load, type Nowcast, nowcast } from './nowcast.ts';

/** Load towards one destination, summed over its sources. */
export function loadsOfHost(measured: readonly HostDestination[]): Map<Minute, Load> {
  const loads = new Map<Minute, Load>();
  for (const entry of measured) {
    for (const use of entry.uses.values()) {
      const load = loads.get(use.minute) ?? {
        ports: 0,
        opens: 0,
        failed: 0,
        closed: 0,
        youngClosed: 0,
        capacityPorts: entry.budget.capacityPorts,
      };
      loads.set(use.minute, {
        ...load,
        ports: load.ports + (hostEstimate(entry, use.minute) ?? 0),
        opens: load.opens + use.opens,
        closed: (load.closed ?? 0) + use.closed,
        youngClosed: (load.youngClosed ?? 0) + use.youngClosed,
      });
    }
  }
  return loads;
}

/** Where flow records of the incident are missing, those of another time may still show how the source uses ports. */
export function explainHost(
  loads: ReadonlyMap<Minute, Load>,
  sources: readonly FindingSource[],
  destination: Destination | null,
  { startMinute, endMinute }: { readonly startMinute: Minute; readonly endMinute: Minute },
  { settings, hosts }: BuildContext,
): Nowcast {
  const { hostTimeWaitSeconds } = settings.hold;
  const [source] = sources;
  if (loads.size > 0 || source?.joinedBy !== 'destination' || destination === null) {
    return nowcast(loads, startMinute, endMinute, hostTimeWaitSeconds);
  }
  const other = loadsOfHost(
    hosts
      .flatMap((series) => series.destinations)
      .filter(
        (entry) => entry.source === source.address && destinationKey(entry.destination) === destinationKey(destination),
      ),
  );
  const minutes = [...other.keys()];
  if (minutes.length === 0) return nowcast(other, startMinute, endMinute, hostTimeWaitSeconds);
  const then = nowcast(other, Math.min(...minutes), Math.max(...minutes), hostTimeWaitSeconds);
  return { ...then, reason: `by flow records of another time: ${then.reason}` };
}
