import type { BuildContext } from '../finding/build-context.ts';
import type { FindingSource, RankedDestination } from '../finding/schema.ts';
import type { NatSeries } from '../detect/nat-series.ts';
import { canonicalAddress } from '../model/address.ts';
import { type Destination, destinationKey, TCP } from '../model/destination.ts';
import type { ConnectErrorMinute } from '../model/observation.ts';
import type { Minute } from '../model/time.ts';
import { logSourceId } from './log-source-id.ts';

/** Whom application logs name where no flow record does. */
export type Blamed = { readonly destinations: RankedDestination[]; readonly sources: FindingSource[] };

/** A client gives up seconds to minutes after its SYN was dropped. */
const TIMEOUT_LAG_MINUTES = 3;
const RANKED_LIMIT = 10;
const SOURCES_LIMIT = 50;
const NAMES_LIMIT = 20;

/**
 * Destinations by the connect timeouts in the minutes in which a NAT gateway reported failed allocations: the metric
 * names no destination, and the programs whose packets it dropped do. Sources are whatever wrote them. Null when no
 * timeout names a destination.
 */
export function blameTimeouts(series: NatSeries, { timeouts, clients }: BuildContext): Blamed | null {
  const during = timeouts.filter((row) => row.destination !== null && failedShortlyBefore(series, row.minute));
  if (during.length === 0) return null;
  const destinationOf = ({ destination }: ConnectErrorMinute): Destination => {
    const { host, port } = destination as NonNullable<typeof destination>;
    const [address = host] = clients.resolve(host);
    return { address, port: port ?? 0, protocol: TCP };
  };
  const events = countEvents(during);
  const byDestination = Map.groupBy(during, (row) => destinationKey(destinationOf(row)));
  const byWriter = Map.groupBy(during, (row) => `${logSourceId(row.logSource)} ${row.localAddress ?? ''}`);
  return {
    destinations: mostEvents(byDestination, RANKED_LIMIT).map((rows) => ({
      ...destinationOf(rows[0] as ConnectErrorMinute),
      hostNames: namesOf(rows),
      share: countEvents(rows) / events,
      peakPorts: 0,
      opens: 0,
      failures: { low: countEvents(rows), high: countEvents(rows) },
    })),
    sources: mostEvents(byWriter, SOURCES_LIMIT).map((rows) => {
      const { localAddress, logSource } = rows[0] as ConnectErrorMinute;
      return {
        address: localAddress,
        interfaceId: null,
        owner: logSource.service,
        share: countEvents(rows) / events,
        opens: 0,
        joinedBy: localAddress === null ? ('destination-and-minute' as const) : ('local-address' as const),
        logSource: logSourceId(logSource),
      };
    }),
  };
}

function failedShortlyBefore({ metrics, errorTrickle }: NatSeries, minute: Minute): boolean {
  for (let m = minute - TIMEOUT_LAG_MINUTES; m <= minute; m += 1)
    if ((metrics.get(m)?.ErrorPortAllocation ?? 0) > errorTrickle) return true;
  return false;
}

const countEvents = (rows: readonly ConnectErrorMinute[]): number =>
  rows.reduce((sum, row) => sum + row.eventIds.length, 0);

const mostEvents = (groups: ReadonlyMap<string, readonly ConnectErrorMinute[]>, limit: number) =>
  [...groups]
    .sort(([a, one], [b, other]) => countEvents(other) - countEvents(one) || (a < b ? -1 : 1))
    .slice(0, limit)
    .map(([, rows]) => rows);

const namesOf = (rows: readonly ConnectErrorMinute[]): string[] =>
  [...new Set(rows.flatMap(({ destination }) => destination?.host ?? []))]
    .filter((host) => canonicalAddress(host) === null)
    .sort()
    .slice(0, NAMES_LIMIT);
