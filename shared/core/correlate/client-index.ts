import { type Address, canonicalAddress } from '../model/address.ts';
import { type FlowRows, groupRows, listRows, NO_ROWS } from '../flow-rows/flow-rows.ts';
import type { NamedDestination } from '../model/destination.ts';
import type { FlowMinute } from '../model/observation.ts';
import type { Settings } from '../model/settings.ts';
import type { Minute } from '../model/time.ts';

export type WeightedClient = {
  readonly address: Address;
  readonly interfaceId: string | null;
  readonly weight: number;
};

/** Addresses by host name, in lower case. */
export type HostNames = ReadonlyMap<string, readonly Address[]>;

/** Who talked to a destination, by the flow logs; host names resolve through the settings, and by what was learnt. */
export type ClientIndex = {
  /** Clients in the minute or the ones beside it, weighted by distinct ports, most first. */
  at(destination: NamedDestination, minute: Minute): readonly WeightedClient[];
  ever(destination: NamedDestination): readonly WeightedClient[];
  /** The addresses that `host` stands for: itself, or what the settings say. */
  resolve(host: string): readonly Address[];
  /** The same index, which knows these names too; what the settings say of a name stands. */
  knowing(learnt: HostNames): ClientIndex;
};

export function indexClients(rows: FlowRows, settings: Settings): ClientIndex {
  // Nobody asks where no log names a destination, and the index of a long log is large.
  let index: ReadonlyMap<string, FlowRows> | null = null;
  const byDestination = (): ReadonlyMap<string, FlowRows> =>
    (index ??= groupRows(rows, (row) => `${row.destination.address} ${row.destination.port}`));
  const told = new Map(
    Object.entries(settings.hostNames).map(([name, addresses]) => [
      name.toLowerCase(),
      addresses.flatMap((text) => canonicalAddress(text) ?? []),
    ]),
  );
  return indexByNames(byDestination, told);
}

function indexByNames(byDestination: () => ReadonlyMap<string, FlowRows>, names: HostNames): ClientIndex {
  const resolve = (host: string): readonly Address[] => {
    const address = canonicalAddress(host);
    return address === null ? (names.get(host.toLowerCase()) ?? []) : [address];
  };
  const rowsTo = ({ host, port }: NamedDestination): readonly FlowMinute[] =>
    port === null
      ? []
      : resolve(host).flatMap((address) => listRows(byDestination().get(`${address} ${port}`) ?? NO_ROWS));
  const self: ClientIndex = {
    at: (destination, minute) => weigh(rowsTo(destination).filter((row) => Math.abs(row.minute - minute) <= 1)),
    ever: (destination) => weigh(rowsTo(destination)),
    resolve,
    knowing: (learnt) => (learnt.size === 0 ? self : indexByNames(byDestination, new Map([...learnt, ...names]))),
  };
  return self;
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
