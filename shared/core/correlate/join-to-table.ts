import type { JoinedLogRow } from '../detect/host-series.ts';
import type { Address } from '../model/address.ts';
import type { ConnectErrorMinute, SocketMinute } from '../model/observation.ts';
import type { ClientIndex } from './client-index.ts';

/** A table is one instant of its minute, or of the one beside it. */
const BESIDE_MINUTES = 1;

/**
 * Events of one log source that neither themselves nor flow records say the sender of: the only host whose socket table
 * shows the destination in the minute of the event or beside it. Rows stay as they are where several hosts do.
 */
export function joinToTable(
  rows: readonly JoinedLogRow[],
  sockets: readonly SocketMinute[],
  clients: ClientIndex,
): readonly JoinedLogRow[] {
  if (sockets.length === 0 || rows.some(({ sources }) => sources.length > 0)) return rows;
  return rows.map((joined) => {
    const [only, ...others] = hostsTowards(joined.row, sockets, clients);
    if (only === undefined || others.length > 0) return joined;
    return {
      ...joined,
      sources: [{ address: only, interfaceId: null, joinedBy: 'destination-and-minute', weight: 1 }],
    };
  });
}

function hostsTowards(
  { destination: named, minute }: ConnectErrorMinute,
  sockets: readonly SocketMinute[],
  clients: ClientIndex,
): Address[] {
  if (named === null || named.port === null) return [];
  const addresses = clients.resolve(named.host);
  const own = sockets.filter(
    ({ destination, ...table }) =>
      destination.port === named.port &&
      Math.abs(table.minute - minute) <= BESIDE_MINUTES &&
      addresses.includes(destination.address),
  );
  return [...new Set(own.map(({ localAddress }) => localAddress))];
}
