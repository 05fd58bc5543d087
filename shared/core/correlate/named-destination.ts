import { type Address, canonicalAddress } from '../model/address.ts';
import { type Destination, type NamedDestination, TCP } from '../model/destination.ts';
import type { ConnectErrorMinute } from '../model/observation.ts';
import type { ClientIndex } from './client-index.ts';

const NAMES_LIMIT = 20;

/** What a log event names, as a destination of TCP; a name that stands for several addresses is the first of them. */
export function destinationOf({ host, port }: NamedDestination, clients: Pick<ClientIndex, 'resolve'>): Destination {
  const [address = host] = clients.resolve(host);
  return { address, port: port ?? 0, protocol: TCP };
}

/** A host as it was written, and every address that it stands for. */
export const allNames = (
  { host }: NamedDestination,
  clients: Pick<ClientIndex, 'resolve'>,
): readonly (string | Address)[] => [host, ...clients.resolve(host)];

/** Whether a log event names a destination, by its address or a name of it; an event may leave the port open. */
export const isTowards = (
  named: NamedDestination | null,
  { address, port }: Destination,
  clients: Pick<ClientIndex, 'resolve'>,
): named is NamedDestination =>
  named !== null && (named.port === null || named.port === port) && allNames(named, clients).includes(address);

/** Those of some hosts that are names, ascending, each once, and not more of them than people read. */
export const hostNamesAmong = (hosts: Iterable<string>): string[] =>
  [...new Set(hosts)]
    .filter((host) => canonicalAddress(host) === null)
    .sort()
    .slice(0, NAMES_LIMIT);

/** Where a log event wanted to connect to, as it says itself. */
export const destinationText = ({ destination }: Pick<ConnectErrorMinute, 'destination'>): string =>
  `${destination?.host}:${destination?.port ?? '?'}`;
