import type { NatSeries } from '../detect/nat-series.ts';
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

/** Addresses whose connections failed, or found no port, on a port number in a minute. */
export type TroubledAt = (port: number, minute: Minute) => Iterable<Address>;

/**
 * What host names stand for where no setting says so. Flow records carry addresses and log events often names; a name
 * whose connections fail on a port number, in the minutes in which an address is in trouble on that very port number,
 * is taken for that address's. A name may have several. Events that mostly lie elsewhere teach nothing.
 */
export function learnNames(
  rows: readonly ConnectErrorMinute[],
  clients: ClientIndex,
  troubledAt: TroubledAt,
): HostNames {
  const unknown = rows.filter(
    ({ destination }) =>
      destination !== null &&
      canonicalAddress(destination.host) === null &&
      clients.resolve(destination.host).length === 0,
  );
  const learnt = new Map<string, readonly Address[]>();
  for (const [name, own] of Map.groupBy(unknown, (row) => (row.destination?.host ?? '').toLowerCase())) {
    const told = new Map<Address, number>();
    for (const row of own)
      if (row.destination !== null && row.destination.port !== null)
        for (const address of new Set(troubledAt(row.destination.port, row.minute)))
          told.set(address, (told.get(address) ?? 0) + countEvents(row));
    const events = totalEvents(own);
    const addresses = [...told].filter(([, count]) => count >= MOST_EVENTS * events).map(([address]) => address);
    if (addresses.length > 0) learnt.set(name, addresses.sort());
  }
  return learnt;
}

/** Destinations that NAT gateways failed shortly before a minute, in which their clients give up and write timeouts. */
export function failedByNats(nats: readonly NatSeries[], unseen: readonly ClientFailures[]): TroubledAt {
  const failed = new Map<string, Set<Address>>();
  const note = ({ address, port }: Destination, minute: Minute): void => {
    for (let m = minute; m <= minute + TIMEOUT_LAG_MINUTES; m += 1) {
      const key = `${port} ${m}`;
      failed.set(key, (failed.get(key) ?? new Set()).add(address));
    }
  };
  for (const { destinations } of nats)
    for (const { destination, uses } of destinations)
      for (const { minute, failures } of uses.values())
        if ((failures?.low ?? 0) >= FEWEST_FAILURES) note(destination, minute);
  for (const { destination, minutes } of unseen) for (const minute of minutes) note(destination, minute);
  return (port, minute) => failed.get(`${port} ${minute}`) ?? [];
}
