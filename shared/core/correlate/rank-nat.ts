import type { BuildContext } from '../finding/build-context.ts';
import type { FindingSource, RankedDestination } from '../finding/schema.ts';
import type { NatDestination, NatSeries } from '../detect/nat-series.ts';
import { countOpens } from '../detect/count-opens.ts';
import { groupRows, NO_ROWS } from '../flow-rows/flow-rows.ts';
import type { FlowRows } from '../flow-rows/flow-rows.ts';
import type { Destination } from '../model/destination.ts';
import { mostOf } from '../detect/statistics.ts';
import { countEvents } from '../model/event-count.ts';
import type { Minute } from '../model/time.ts';
import { hostNamesAmong, isTowards } from './named-destination.ts';
import { followsTrouble } from './timeout-lag.ts';

type Window = {
  readonly startMinute: Minute;
  readonly endMinute: Minute;
  /** Where only some minutes of the window are meant. */
  readonly troubled?: ReadonlySet<Minute>;
};

const isWithin = (minute: Minute, { startMinute, endMinute, troubled }: Window): boolean =>
  minute >= startMinute && minute <= endMinute && (troubled === undefined || troubled.has(minute));

type NamingContext = Pick<BuildContext, 'timeouts' | 'clients'>;

const RANKED_LIMIT = 10;
const FEWEST_FAILURES = 3;
const SOURCES_LIMIT = 50;

/**
 * Destinations of an incident: those with clearly failed allocations first, then by the most ports in use. Never by
 * bytes or records: a bulk download holds one port. Truncated after the merge, by (failures, ports, address).
 */
export function rankNatDestinations(series: NatSeries, window: Window, context: NamingContext): RankedDestination[] {
  const measured = series.destinations.flatMap((entry) => {
    const uses = [...entry.uses.values()].filter((use) => isWithin(use.minute, window));
    if (uses.length === 0) return [];
    const failures = uses.reduce(
      (sum, use) => ({ low: sum.low + (use.failures?.low ?? 0), high: sum.high + (use.failures?.high ?? 0) }),
      { low: 0, high: 0 },
    );
    return [
      {
        entry,
        failures,
        peakPorts: mostOf(uses.map((use) => use.portsEstimate)),
        opens: uses.reduce((sum, use) => sum + use.opens, 0),
      },
    ];
  });
  const mostFailures = Math.max(0, ...measured.map(({ failures }) => failures.low));
  const significant = (failures: number): number => (failures >= 5 && failures >= 0.1 * mostFailures ? failures : 0);
  const totalFailures = measured.reduce((sum, { failures }) => sum + significant(failures.low), 0);
  const totalPorts = measured.reduce((sum, { peakPorts }) => sum + peakPorts, 0);
  return measured
    .sort(
      (a, b) =>
        significant(b.failures.low) - significant(a.failures.low) ||
        b.peakPorts - a.peakPorts ||
        (a.entry.destination.address < b.entry.destination.address ? -1 : 1),
    )
    .slice(0, RANKED_LIMIT)
    .map(({ entry, failures, peakPorts, opens }) => ({
      ...entry.destination,
      hostNames: namesOf(entry.destination, context),
      share: totalFailures > 0 ? significant(failures.low) / totalFailures : peakPorts / Math.max(1, totalPorts),
      peakPorts,
      opens,
      failures: withTimeouts(failures, timeoutsWhileFailing(series, entry, window, context)),
    }));
}

/**
 * Clients that take a port again within seconds show fewer failed opens than there were, or none: the timeouts that they
 * wrote meanwhile may be nearer the truth, or count some twice. Where records show no failure at all they are what is known.
 */
function withTimeouts({ low, high }: RankedDestination['failures'], written: number): RankedDestination['failures'] {
  return { low: high === 0 ? written : low, high: Math.max(high, written) };
}

/** Timeouts towards a destination in, or shortly after, minutes in which allocations failed. */
export function timeoutsWhileFailing(
  series: NatSeries,
  { destination, uses }: Pick<NatDestination, 'destination' | 'uses'>,
  window: Window,
  { timeouts, clients }: NamingContext,
): number {
  const failsAt = (minute: Minute): boolean =>
    isWithin(minute, window) &&
    ((series.metrics.get(minute)?.ErrorPortAllocation ?? 0) > series.errorTrickle ||
      (uses.get(minute)?.failures?.low ?? 0) >= FEWEST_FAILURES);
  let written = 0;
  for (const row of timeouts) {
    if (!followsTrouble(row.minute, failsAt) || !isTowards(row.destination, destination, clients)) continue;
    // A name that several addresses share tells only that one of them was meant.
    written += countEvents(row) / clients.resolve(row.destination.host).length;
  }
  return Math.round(written);
}

/** The host names that connect timeouts use for a destination, ascending. */
export function namesOf(destination: Destination, { timeouts, clients }: NamingContext): string[] {
  return hostNamesAmong(
    timeouts.flatMap((row) => (isTowards(row.destination, destination, clients) ? row.destination.host : [])),
  );
}

/** Sources behind a destination, by port-minutes: how many ports each held for how long, failed attempts included. */
export function rankNatSources(
  top: Pick<NatDestination, 'destination' | 'clientRows'>,
  window: Window,
  context: BuildContext,
): Omit<FindingSource, 'owner' | 'logSource'>[] {
  const rows = groupRows(top.clientRows, (row) => row.localAddress);
  return rankByPortMinutes(top, window, context, SOURCES_LIMIT).map((source) => ({
    ...source,
    opens: opensIn(rows.get(source.address) ?? NO_ROWS, window),
    joinedBy: 'flow' as const,
  }));
}

type SourceShare = Pick<FindingSource, 'interfaceId' | 'share'> & { readonly address: string };

/** The same without their opens, which take more counting than all else: at most `limit` sources. */
export function rankByPortMinutes(
  top: Pick<NatDestination, 'destination' | 'clientRows'>,
  window: Window,
  { clients, inventory }: BuildContext,
  limit: number,
): SourceShare[] {
  const held = new Map<string, { interfaceId: string | null; portMinutes: number }>();
  for (const row of top.clientRows) {
    if (!isWithin(row.minute, window)) continue;
    const source = held.get(row.localAddress);
    if (source) source.portMinutes += row.ports.size;
    else
      held.set(row.localAddress, {
        interfaceId: row.via === null ? row.interfaceId : null,
        portMinutes: row.ports.size,
      });
  }
  const total = [...held.values()].reduce((sum, source) => sum + source.portMinutes, 0);
  const ranked = [...held].sort(([a, x], [b, y]) => y.portMinutes - x.portMinutes || (a < b ? -1 : 1)).slice(0, limit);
  // Asked only for clients whose interface neither a row nor the inventory names: it looks at every row of the place.
  let seenAt: ReadonlyMap<string, string | null> | null = null;
  const lastSeenAt = (address: string): string | null => {
    const { address: host, port } = top.destination;
    seenAt ??= new Map(clients.ever({ host, port }).map((client) => [client.address, client.interfaceId]));
    return seenAt.get(address) ?? null;
  };
  const interfaceOf = (address: string): string | null =>
    inventory.interfaces.find((face) => face.addresses.includes(address))?.id ?? lastSeenAt(address);
  return ranked.map(([address, { interfaceId, portMinutes }]) => ({
    address,
    interfaceId: interfaceId ?? interfaceOf(address),
    share: portMinutes / Math.max(1, total),
  }));
}

function opensIn(rows: FlowRows, window: Window): number {
  let opens = 0;
  for (const [minute, counts] of countOpens(rows)) if (isWithin(minute, window)) opens += counts.opens;
  return opens;
}
