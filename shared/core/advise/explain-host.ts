import type { HostDestination } from '../detect/host-series.ts';
import { hostEstimate } from '../detect/host-port-utilisation.ts';
import { rangeAround } from '../detect/port-budget.ts';
import type { SharedUse } from '../detect/shared-range.ts';
import type { BuildContext } from '../finding/build-context.ts';
import type { FindingSource } from '../finding/schema.ts';
import { type Destination, destinationKey } from '../model/destination.ts';
import { type PortRange, rangeSize } from '../model/observation.ts';
import type { Minute } from '../model/time.ts';
import { explainBlurred } from './explain-blurred.ts';
import { explainSockets } from './explain-sockets.ts';
import { type Load, type Nowcast, nowcast } from './nowcast.ts';

/** Load towards one destination, summed over its sources. */
export function loadsOfHost(measured: readonly HostDestination[]): Map<Minute, Load> {
  const loads = new Map<Minute, Load>();
  for (const entry of measured) {
    for (const use of entry.uses.values()) {
      const load: Load = loads.get(use.minute) ?? {
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
        open: (load.open ?? 0) + use.portsLow,
        opens: load.opens + use.opens,
        closed: add(load.closed, use.closed),
        youngClosed: add(load.youngClosed, use.youngClosed),
      });
    }
  }
  return loads;
}

const add = (sum: number | null, more: number | null): number | null =>
  sum === null || more === null ? null : sum + more;

/**
 * The cause by Little's law, unless the ports tell of a range that was cut. Where flow records of the incident are
 * missing, those of another time may still show how the source uses ports.
 */
export function explainHost(
  measured: readonly HostDestination[],
  sources: readonly FindingSource[],
  destination: Destination | null,
  window: Window,
  context: BuildContext,
): Nowcast {
  const found = explainByLoad(measured, sources, destination, window, context);
  const small = found.cause === 'unknown' ? tinyRange(measured, SMALL_PORTS) : null;
  return small === null ? found : { ...found, cause: 'capacity', reason: small };
}

type Window = { readonly startMinute: Minute; readonly endMinute: Minute };

function explainByLoad(
  measured: readonly HostDestination[],
  sources: readonly FindingSource[],
  destination: Destination | null,
  { startMinute, endMinute }: Window,
  { settings, hosts }: BuildContext,
): Nowcast {
  const { hostTimeWaitSeconds } = settings.hold;
  const [source] = sources;
  const loads = loadsOfHost(measured);
  const blurred = explainBlurred(measured, startMinute, endMinute);
  const cut = tinyRange(measured) ?? cutRange(measured, startMinute, endMinute);
  if (cut !== null) {
    const law = nowcast(loads, startMinute, endMinute, hostTimeWaitSeconds);
    return { ...law, cause: 'capacity', reason: cut };
  }
  if (blurred !== null) return blurred;
  const bySockets = loads.size > 0 ? null : explainSockets(measured, { startMinute, endMinute }, hostTimeWaitSeconds);
  if (bySockets !== null) return bySockets;
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

/** The cause where a client binds first: by its load over all destinations, which share the range. */
export function explainShared(
  shared: ReadonlyMap<Minute, SharedUse>,
  capacityPorts: number,
  { startMinute, endMinute }: Window,
  { settings }: BuildContext,
): Nowcast {
  const loads = new Map(
    [...shared].map(([minute, { ports, opens, closed }]): [Minute, Load] => [
      minute,
      { ports, opens, failed: 0, closed, youngClosed: null, capacityPorts },
    ]),
  );
  const law = nowcast(loads, startMinute, endMinute, settings.hold.hostTimeWaitSeconds);
  return { ...law, reason: `over all destinations, which share one range: ${law.reason}` };
}

/** No system ships with a range near this small; two connections a second fill it within a TIME_WAIT. */
const TINY_PORTS = 128;
/** Nor with this: where nothing else is known to have changed, the range is what is unusual. */
const SMALL_PORTS = 256;

function tinyRange([entry]: readonly HostDestination[], below = TINY_PORTS): string | null {
  if (entry === undefined || entry.budget.capacityPorts >= below) return null;
  return `only ${entry.budget.capacityPorts} ports (${entry.budget.basis}): the range is abnormally small, the traffic is not abnormally high`;
}

/** Ports before the incident came from a range this many times wider than those during it. */
const CUT_FACTOR = 4;
const CALM_MINUTES = 120;

/** What says that the ephemeral range was made smaller; null where nothing does. */
function cutRange(measured: readonly HostDestination[], startMinute: Minute, endMinute: Minute): string | null {
  const before = rangeWithin(measured, startMinute - CALM_MINUTES, startMinute - 1);
  // The first minute may have begun before the cut.
  const during = rangeWithin(measured, startMinute + 1, endMinute);
  if (before === null || during === null || rangeSize(before) < CUT_FACTOR * rangeSize(during)) return null;
  return `ports came from ${before.low}–${before.high} before, and from ${during.low}–${during.high} since: the range was cut, not the traffic raised`;
}

const rangeWithin = (measured: readonly HostDestination[], from: Minute, to: Minute): PortRange | null =>
  rangeAround(
    measured.flatMap(({ uses }) => [...uses.values()].filter(({ minute }) => minute >= from && minute <= to)),
  );
