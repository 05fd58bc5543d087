import type { NatSeries, NatUse } from '../detect/nat-series.ts';
import { type Address, canonicalAddress } from '../model/address.ts';
import { countEvents, totalEvents } from '../model/event-count.ts';
import type { Destination } from '../model/destination.ts';
import type { ConnectErrorMinute } from '../model/observation.ts';
import type { Minute } from '../model/time.ts';
import type { ClientFailures } from './blame-clients.ts';
import type { ClientIndex, HostNames } from './client-index.ts';
import { TIMEOUT_LAG_MINUTES } from './timeout-lag.ts';

/** The part of a name's events in whose minutes one and the same address was in trouble, for the name to be its. */
const MOST_EVENTS = 0.5;
const FEWEST_FAILURES = 3;
const SILENT_SHARE = 0.5;

/** Addresses whose connections failed, or found no port, on a port number in a minute. */
export type TroubledAt = (port: number, minute: Minute) => Iterable<Address>;

/**
 * What host names stand for where no setting says so. Flow records carry addresses and log events often names; a name
 * whose connections fail on a port number, in the minutes in which an address is in trouble on that very port number,
 * is taken for that address's. A name may have several. Events that mostly lie elsewhere teach nothing, nor do those that
 * fit better to an address that simply does not answer (`silentAt`).
 */
export function learnNames(
  rows: readonly ConnectErrorMinute[],
  clients: ClientIndex,
  troubledAt: TroubledAt,
  silentAt: TroubledAt = () => [],
): HostNames {
  const unknown = rows.filter(
    ({ destination }) =>
      destination !== null &&
      canonicalAddress(destination.host) === null &&
      clients.resolve(destination.host).length === 0,
  );
  const learnt = new Map<string, readonly Address[]>();
  for (const [name, own] of Map.groupBy(unknown, (row) => (row.destination?.host ?? '').toLowerCase())) {
    const told = countToldBy(own, troubledAt);
    const silent = Math.max(0, ...countToldBy(own, silentAt).values());
    const events = totalEvents(own);
    const addresses = [...told]
      .filter(([, count]) => count >= MOST_EVENTS * events && count >= silent)
      .map(([address]) => address);
    if (addresses.length > 0) learnt.set(name, addresses.sort());
  }
  return learnt;
}

/** Events by the addresses that were in trouble in their minutes. */
function countToldBy(rows: readonly ConnectErrorMinute[], at: TroubledAt): Map<Address, number> {
  const told = new Map<Address, number>();
  for (const row of rows)
    if (row.destination !== null && row.destination.port !== null)
      for (const address of new Set(at(row.destination.port, row.minute)))
        told.set(address, (told.get(address) ?? 0) + countEvents(row));
  return told;
}

/** Destinations that NAT gateways failed shortly before a minute, in which their clients give up and write timeouts. */
export function failedByNats(nats: readonly NatSeries[], unseen: readonly ClientFailures[]): TroubledAt {
  const failed = eachUse(nats).filter(({ use }) => (use.failures?.low ?? 0) >= FEWEST_FAILURES);
  return shortlyAfter([
    ...failed.map(({ destination, use }) => ({ destination, minute: use.minute })),
    ...unseen.flatMap(({ destination, minutes }) => [...minutes].map((minute) => ({ destination, minute }))),
  ]);
}

/** Destinations that let most opens which reached them go without an answer. */
export function silentBehindNats(nats: readonly NatSeries[]): TroubledAt {
  const silent = eachUse(nats).filter(
    ({ use: { unansweredNat, opens } }) =>
      (unansweredNat ?? 0) >= FEWEST_FAILURES && (unansweredNat ?? 0) >= SILENT_SHARE * opens,
  );
  return shortlyAfter(silent.map(({ destination, use }) => ({ destination, minute: use.minute })));
}

const eachUse = (nats: readonly NatSeries[]): { readonly destination: Destination; readonly use: NatUse }[] =>
  nats.flatMap(({ destinations }) =>
    destinations.flatMap(({ destination, uses }) => [...uses.values()].map((use) => ({ destination, use }))),
  );

function shortlyAfter(times: readonly { readonly destination: Destination; readonly minute: Minute }[]): TroubledAt {
  const known = new Map<string, Set<Address>>();
  for (const { destination, minute } of times)
    for (let m = minute; m <= minute + TIMEOUT_LAG_MINUTES; m += 1) {
      const key = `${destination.port} ${m}`;
      known.set(key, (known.get(key) ?? new Set()).add(destination.address));
    }
  return (port, minute) => known.get(`${port} ${minute}`) ?? [];
}
