import { type Address, canonicalAddress } from '../model/address.ts';
import type { NamedDestination } from '../model/destination.ts';
import type { FlowMinute } from '../model/observation.ts';
import type { Settings } from '../model/settings.ts';
import type { Minute } from '../model/time.ts';

export type WeightedClient = {
  readonly address: Address;
  readonly interfaceId: string | null;
  readonly weight: number;
};

/** Who talked to a destination, by the flow logs; host names resolve through the settings. */
export type ClientIndex = {
  /** Clients in the minute or the ones beside it, weighted by distinct ports, most first. */
  at(destination: NamedDestination, minute: Minute): readonly WeightedClient[];
  ever(destination: NamedDestination): readonly WeightedClient[];
  /** The addresses that `host` stands for: itself, or what the settings say. */
  resolve(host: string): readonly Address[];
};

export function indexClients(rows: readonly FlowMinute[], settings: Settings): ClientIndex {
  const byDestination = Map.groupBy(rows, (row) => `${row.destination.address} ${row.destination.port}`);
  const names = new Map(
    Object.entries(settings.hostNames).map(([name, addresses]) => [
      name.toLowerCase(),
      addresses.flatMap((text) => canonicalAddress(text) ?? []),
    ]),
  );
  const resolve = (host: string): readonly Address[] => {
    const address = canonicalAddress(host);
    return address === null ? (names.get(host.toLowerCase()) ?? []) : [address];
  };
  const rowsTo = ({ host, port }: NamedDestination): readonly FlowMinute[] =>
    port === null ? [] : resolve(host).flatMap((address) => byDestination.get(`${address} ${port}`) ?? []);
  return {
    at: (destination, minute) => weigh(rowsTo(destination).filter((row) => Math.abs(row.minute - minute) <= 1)),
    ever: (destination) => weigh(rowsTo(destination)),
    resolve,
  };
}

function weigh(rows: readonly FlowMinute[]): WeightedClient[] {
  const ports = new Map<Address, { interfaceId: string | null; ports: number }>();
  for (const row of rows) {
    // On a forwarding leg the interface is the NAT gateway's, not the client's.
    const client = ports.get(row.localAddress) ?? { interfaceId: null, ports: 0 };
    client.interfaceId ??= row.via === null ? row.interfaceId : null;
    client.ports += row.ports.size;
    ports.set(row.localAddress, client);
  }
  const total = [...ports.values()].reduce((sum, client) => sum + client.ports, 0);
  return [...ports]
    .map(([address, client]) => ({
      address,
      interfaceId: client.interfaceId,
      weight: client.ports / Math.max(1, total),
    }))
    .sort((a, b) => b.weight - a.weight || (a.address < b.address ? -1 : 1));
}
