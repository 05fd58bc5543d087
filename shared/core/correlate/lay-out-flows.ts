import type { Address } from '../model/address.ts';
import { isPrivateAddress } from '../model/address.ts';
import { destinationKey } from '../model/destination.ts';
import { type FlowRows, groupRows, joinRows, NO_ROWS, pickRows, valuesOf } from '../flow-rows/flow-rows.ts';
import type { Inventory, NatGateway } from '../model/inventory.ts';
import type { FlowMinute } from '../model/observation.ts';
import type { Settings } from '../model/settings.ts';
import { isOurs } from './home-networks.ts';

/** A NAT gateway as the flow logs show it: the rows of its interfaces, told apart by leg. */
export type NatFlows = {
  readonly natId: string;
  readonly gateway: NatGateway | null;
  readonly interfaceIds: readonly string[];
  /** NAT private addresses that initiated connections, ascending. */
  readonly addresses: readonly Address[];
  /** client → destination, seen where the client's packets enter; `localAddress` is the client. */
  readonly clientLegs: FlowRows;
  /** Client legs without `pkt-*`: the NAT address they entered at stands where the destination should. */
  readonly blindLegs: FlowRows;
  /** NAT → destination; `localAddress` is a NAT address, so its ports are the allocated NAT ports. */
  readonly natLegs: FlowRows;
};

export type FlowLayout = {
  readonly nats: readonly NatFlows[];
  /** Rows of initiators that are hosts, one row per (source, destination, minute). */
  readonly hosts: FlowRows;
};

/**
 * Tells NAT legs from host rows. An interface is a NAT gateway's when the inventory says so, when its id is a gateway
 * (regional: `resource-id`), or when it forwards: rows whose packets it accepted at `via` for another destination,
 * while `via` itself opens connections to that destination. Pure, and independent of the order of rows.
 */
export function layOutFlows(rows: FlowRows, inventory: Inventory, settings: Settings): FlowLayout {
  const byInterface = groupRows(rows, (row) => row.interfaceId);
  const nats = new Map<string, FlowRows>();
  const hostLists: FlowRows[] = [];
  for (const [interfaceId, own] of byInterface) {
    const natId = natIdOf(interfaceId, own, inventory);
    if (natId === null) hostLists.push(own);
    else nats.set(natId, joinRows(nats.get(natId) ?? NO_ROWS, own));
  }
  const hostRows = joinRows(...hostLists);
  const renamed = nameTheOnlyNat(nats, inventory, settings);
  const laidOut = [...renamed]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([natId, own]) => splitLegs(natId, own, inventory));
  return {
    nats: addClientLegs(laidOut, hostRows),
    hosts: mergeViews(hostRows, laidOut, isOurs(hostRows, inventory)),
  };
}

function natIdOf(interfaceId: string, rows: FlowRows, inventory: Inventory): string | null {
  if (interfaceId.startsWith('nat-')) return interfaceId;
  const known = inventory.natGateways.find((nat) =>
    nat.addresses.some((address) => address.interfaceId === interfaceId),
  );
  if (known) return known.id;
  const face = inventory.interfaces.find((candidate) => candidate.id === interfaceId);
  if (face?.interfaceType === 'nat_gateway') return /nat-[0-9a-f]+/.exec(face.description)?.[0] ?? interfaceId;
  if (face) return null;
  return forwards(rows) || forwardsWithoutPacketAddresses(rows) ? interfaceId : null;
}

function forwards(rows: FlowRows): boolean {
  const gates = new Set<Address>();
  for (const { via } of rows) if (via !== null) gates.add(via);
  if (gates.size === 0) return false;
  const own = new Set<string>();
  for (const row of rows)
    if (row.via === null && gates.has(row.localAddress))
      own.add(`${row.localAddress} ${destinationKey(row.destination)}`);
  return (
    own.size > 0 && rows.some((row) => row.via !== null && own.has(`${row.via} ${destinationKey(row.destination)}`))
  );
}

/**
 * Without `pkt-*` fields a NAT shows as one address that several clients connect to and that itself connects, on the
 * very same ports, to public addresses. A forward proxy listens on another port than it dials, so it is not one.
 */
function forwardsWithoutPacketAddresses(rows: FlowRows): boolean {
  if (rows.some((row) => row.via !== null)) return false;
  const dialled = new Map<Address, Set<number>>();
  for (const row of rows) {
    if (isPrivateAddress(row.destination.address) || !isPrivateAddress(row.localAddress)) continue;
    const ports = dialled.get(row.localAddress) ?? new Set();
    dialled.set(row.localAddress, ports.add(row.destination.port));
  }
  return rows.some(
    (row) =>
      isPrivateAddress(row.localAddress) && (dialled.get(row.destination.address)?.has(row.destination.port) ?? false),
  );
}

/** One unnamed NAT interface and one gateway named by the settings are the same; likewise by the inventory's only one. */
function nameTheOnlyNat(
  nats: ReadonlyMap<string, FlowRows>,
  inventory: Inventory,
  settings: Settings,
): ReadonlyMap<string, FlowRows> {
  const unnamed = [...nats.keys()].filter((id) => !id.startsWith('nat-'));
  const [only] = unnamed;
  if (only === undefined || unnamed.length > 1) return nats;
  const name = settings.natGateway ?? (inventory.natGateways.length === 1 ? inventory.natGateways[0]?.id : undefined);
  if (name === undefined || nats.has(name)) return nats;
  return new Map([...nats].map(([id, rows]) => [id === only ? name : id, rows]));
}

const dialsOut = ({ localAddress, destination }: FlowMinute): boolean =>
  isPrivateAddress(localAddress) && !isPrivateAddress(destination.address);

function splitLegs(natId: string, rows: FlowRows, inventory: Inventory): NatFlows {
  const gateway = inventory.natGateways.find((nat) => nat.id === natId) ?? null;
  const addresses = new Set<Address>(gateway?.addresses.map((address) => address.privateAddress));
  for (const row of rows) if (row.via !== null) addresses.add(row.via);
  // Clients enter at an address of the gateway, so who dials out here by itself is one, even one taken off since.
  for (const row of rows) if (row.via === null && dialsOut(row)) addresses.add(row.localAddress);
  const natLegs = rows.filter((row) => row.via === null && addresses.has(row.localAddress));
  const clientLegs = rows.filter((row) => !addresses.has(row.localAddress) && row.via !== null);
  const blindLegs = rows.filter(
    (row) => !addresses.has(row.localAddress) && row.via === null && addresses.has(row.destination.address),
  );
  return {
    natId,
    gateway,
    interfaceIds: [...valuesOf(rows, (row) => row.interfaceId)].sort(),
    addresses: [...valuesOf(natLegs, (row) => row.localAddress)].sort(),
    clientLegs,
    blindLegs,
    natLegs,
  };
}

/**
 * Where a NAT's own records do not carry the client's destination (no `pkt-*`), the clients' interfaces do: their rows
 * towards destinations that this NAT, and no other, dials are its client legs. Where several do, nothing says which
 * client went through which, and a neighbour's opens would look like this one's failures.
 */
function addClientLegs(nats: readonly NatFlows[], hostRows: FlowRows): NatFlows[] {
  if (nats.every(({ clientLegs }) => clientLegs.length > 0)) return [...nats];
  const dialledBy = onlyDiallers(nats);
  const seen = groupRows(hostRows, (row) => {
    const nat = dialledBy.get(row.destination.address)?.get(serviceOf(row));
    return nat && nat.clientLegs.length === 0 && isPrivateAddress(row.localAddress) ? nat : null;
  });
  return nats.map((nat) => {
    const clientLegs = seen.get(nat);
    return clientLegs === undefined ? nat : { ...nat, clientLegs };
  });
}

/** The one NAT that dials a destination, by its address and then by port and protocol; null where several do. */
type OnlyDiallers = ReadonlyMap<Address, ReadonlyMap<number, NatFlows | null>>;

const serviceOf = ({ destination }: FlowMinute): number => destination.port * 256 + destination.protocol;

function onlyDiallers(nats: readonly NatFlows[]): OnlyDiallers {
  const diallers = new Map<Address, Map<number, NatFlows | null>>();
  for (const nat of nats) {
    for (const row of nat.natLegs) {
      const { address } = row.destination;
      const there = diallers.get(address) ?? new Map<number, NatFlows | null>();
      if (there.size === 0) diallers.set(address, there);
      const known = there.get(serviceOf(row));
      there.set(serviceOf(row), known === undefined || known === nat ? nat : null);
    }
  }
  return diallers;
}

/**
 * One connection can be seen at the client's interface, at the server's and on the NAT's client leg. Per (source,
 * destination, minute) the view with the most ports counts: at the source's own interface where that is logged.
 */
function mergeViews(hostRows: FlowRows, nats: readonly NatFlows[], isOwn: (row: FlowMinute) => boolean): FlowRows {
  const legs = nats.map((nat) => nat.clientLegs.filter((row) => row.via !== null));
  const views = joinRows(hostRows, ...legs).filter(isOwn);
  const compared = seenTwice(views);
  if (compared.size === 0) return views;
  const chosen = Uint32Array.from({ length: views.length }, (_, place) => place);
  const isLeftOut = new Uint8Array(views.length);
  for (const own of placesByAddress(views, compared)) {
    const firsts = new Map<string, number>();
    for (const place of own) {
      const row = views.at(place) as FlowMinute;
      const key = `${destinationKey(row.destination)} ${row.minute}`;
      const first = firsts.get(key);
      if (first === undefined) {
        firsts.set(key, place);
        continue;
      }
      isLeftOut[place] = 1;
      if (isBetterView(row, views.at(chosen[first] as number) as FlowMinute)) chosen[first] = place;
    }
  }
  return pickRows(
    views,
    chosen.filter((_, place) => isLeftOut[place] === 0),
  );
}

/** Where the rows of each of the addresses stand. */
function placesByAddress(rows: FlowRows, addresses: ReadonlySet<Address>): Iterable<readonly number[]> {
  const places = new Map<Address, number[]>();
  let place = 0;
  for (const { localAddress } of rows) {
    const own = places.get(localAddress);
    if (own) own.push(place);
    else if (addresses.has(localAddress)) places.set(localAddress, [place]);
    place += 1;
  }
  return places.values();
}

/** Sources that are seen from more than one place: only their rows can be about the same connections. */
function seenTwice(views: FlowRows): ReadonlySet<Address> {
  const last = new Map<Address, FlowMinute>();
  const twice = new Set<Address>();
  for (const row of views) {
    const known = last.get(row.localAddress);
    if (known !== undefined && (isElsewhere(known, row) || isSameUse(known, row))) twice.add(row.localAddress);
    last.set(row.localAddress, row);
  }
  return twice;
}

const isElsewhere = (a: FlowMinute, b: FlowMinute): boolean => a.interfaceId !== b.interfaceId || a.via !== b.via;

/** Rows of one place in the one order: two of the same use stand side by side. */
const isSameUse = (a: FlowMinute, b: FlowMinute): boolean =>
  a.minute === b.minute &&
  a.destination.address === b.destination.address &&
  a.destination.port === b.destination.port &&
  a.destination.protocol === b.destination.protocol;

function isBetterView(row: FlowMinute, other: FlowMinute): boolean {
  if ((row.via === null) !== (other.via === null)) return row.via === null;
  if (row.ports.size !== other.ports.size) return row.ports.size > other.ports.size;
  return row.interfaceId < other.interfaceId;
}
