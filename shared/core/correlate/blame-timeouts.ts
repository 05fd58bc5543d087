import type { BuildContext } from '../finding/build-context.ts';
import type { FindingSource, RankedDestination } from '../finding/schema.ts';
import type { NatSeries } from '../detect/nat-series.ts';
import type { Address } from '../model/address.ts';
import { destinationKey, type NamedDestination } from '../model/destination.ts';
import { countEvents, totalEvents } from '../model/event-count.ts';
import type { ConnectErrorMinute } from '../model/observation.ts';
import type { Minute } from '../model/time.ts';
import { describeOwner } from './describe-owner.ts';
import { logSourceId } from './log-source-id.ts';
import { destinationOf, hostNamesAmong } from './named-destination.ts';
import { followsTrouble } from './timeout-lag.ts';

/** Whom application logs name where no flow record does. */
export type Blamed = { readonly destinations: RankedDestination[]; readonly sources: FindingSource[] };

const RANKED_LIMIT = 10;
const SOURCES_LIMIT = 50;

/**
 * Destinations by the connect timeouts in the minutes in which a NAT gateway reported failed allocations: the metric
 * names no destination, and the programs whose packets it dropped do. Sources are the clients that flow records of their
 * own interfaces show towards the first of them in these minutes, and else whatever wrote the timeouts. Null when no
 * timeout names a destination.
 */
export function blameTimeouts(series: NatSeries, context: BuildContext): Blamed | null {
  const { timeouts, clients } = context;
  const failsAt = (minute: Minute): boolean =>
    (series.metrics.get(minute)?.ErrorPortAllocation ?? 0) > series.errorTrickle;
  const during = timeouts.filter((row) => row.destination !== null && followsTrouble(row.minute, failsAt));
  if (during.length === 0) return null;
  const towards = ({ destination }: ConnectErrorMinute) => destinationOf(destination as NamedDestination, clients);
  const events = totalEvents(during);
  const byDestination = Map.groupBy(during, (row) => destinationKey(towards(row)));
  const byWriter = Map.groupBy(during, (row) => `${logSourceId(row.logSource)} ${row.localAddress ?? ''}`);
  const seen = clientsTowards(mostEvents(byDestination, 1)[0] ?? [], context);
  return {
    destinations: mostEvents(byDestination, RANKED_LIMIT).map((rows) => ({
      ...towards(rows[0] as ConnectErrorMinute),
      hostNames: hostNamesAmong(rows.flatMap(({ destination }) => destination?.host ?? [])),
      share: totalEvents(rows) / events,
      peakPorts: 0,
      opens: 0,
      failures: { low: totalEvents(rows), high: totalEvents(rows) },
    })),
    sources: seen.length > 0 ? seen : writersOf(byWriter, events),
  };
}

const writersOf = (byWriter: ReadonlyMap<string, readonly ConnectErrorMinute[]>, events: number): FindingSource[] =>
  mostEvents(byWriter, SOURCES_LIMIT).map((rows) => {
    const { localAddress, logSource } = rows[0] as ConnectErrorMinute;
    return {
      address: localAddress,
      interfaceId: null,
      owner: logSource.service,
      share: totalEvents(rows) / events,
      opens: 0,
      joinedBy: localAddress === null ? ('destination-and-minute' as const) : ('local-address' as const),
      logSource: logSourceId(logSource),
    };
  });

/** Clients by their ports towards what the rows name, each minute weighing as much as it has timeouts. */
function clientsTowards(rows: readonly ConnectErrorMinute[], { clients, inventory }: BuildContext): FindingSource[] {
  const weights = new Map<Address, { interfaceId: string | null; weight: number }>();
  for (const row of rows) {
    for (const { address, interfaceId, weight } of clients.at(row.destination as NamedDestination, row.minute)) {
      const sum = weights.get(address) ?? { interfaceId, weight: 0 };
      weights.set(address, {
        interfaceId: sum.interfaceId ?? interfaceId,
        weight: sum.weight + weight * countEvents(row),
      });
    }
  }
  const total = [...weights.values()].reduce((sum, { weight }) => sum + weight, 0);
  return [...weights]
    .sort(([a, one], [b, other]) => other.weight - one.weight || (a < b ? -1 : 1))
    .slice(0, SOURCES_LIMIT)
    .map(([address, { interfaceId, weight }]) => ({
      address,
      interfaceId,
      owner: describeOwner(address, interfaceId, inventory),
      share: weight / total,
      opens: 0,
      joinedBy: 'flow' as const,
      logSource: null,
    }));
}

const mostEvents = (groups: ReadonlyMap<string, readonly ConnectErrorMinute[]>, limit: number) =>
  [...groups]
    .sort(([a, one], [b, other]) => totalEvents(other) - totalEvents(one) || (a < b ? -1 : 1))
    .slice(0, limit)
    .map(([, rows]) => rows);
