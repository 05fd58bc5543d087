import type { Address } from '../model/address.ts';
import { isPrivateAddress } from '../model/address.ts';
import { destinationKey } from '../model/destination.ts';
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
  readonly clientLegs: readonly FlowMinute[];
  /** Client legs without `pkt-*`: the NAT address they entered at stands where the destination should. */
  readonly blindLegs: readonly FlowMinute[];
  /** NAT → destination; `localAddress` is a NAT address, so its ports are the allocated NAT ports. */
  readonly natLegs: readonly FlowMinute[];
};

export type FlowLayout = {
  readonly nats: readonly NatFlows[];
  /** Rows of initiators that are hosts, one row per (source, destination, minute). */
  readonly hosts: readonly FlowMinute[];
};

/**
 * Tells NAT legs from host rows. An interface is a NAT gateway's when the inventory says so, when its id is a gateway
 * (regional: `resource-id`), or when it forwards: rows whose packets it accepted at `via` for another destination,
 * while `via` itself opens connections to that destination. Pure, and independent of the order of rows.
 */
export function layOutFlows(rows: readonly FlowMinute[], inventory: Inventory, settings: Settings): FlowLayout {
  const byInterface = Map.groupBy(rows, (row) => row.interfaceId);
  const nats = new Map<string, FlowMinute[]>();
  const hostRows: FlowMinute[] = [];
  for (const [interfaceId, own] of byInterface) {
    const natId = natIdOf(interfaceId, own, inventory);
    if (natId === null) for (const row of own) hostRows.push(row);
    else nats.set(natId, [...(nats.get(natId) ?? []), ...own]);
  }
  const renamed = nameTheOnlyNat(nats, inventory, settings);
  const laidOut = [...renamed]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([natId, own]) => splitLegs(natId, own, inventory));
  return {
    nats: addClientLegs(laidOut, hostRows),
    hosts: mergeViews(hostRows, laidOut, isOurs(hostRows, inventory)),
  };
}

function natIdOf(interfaceId: string, rows: readonly FlowMinute[], inventory: Inventory): string | null {
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

function forwards(rows: readonly FlowMinute[]): boolean {
  const gates = new Set(rows.map((row) => row.via));
  const own = new Set(
    rows
      .filter((row) => row.via === null && gates.has(row.localAddress))
      .map((row) => `${row.localAddress} ${destinationKey(row.destination)}`),
  );
  return (
    own.size > 0 && rows.some((row) => row.via !== null && own.has(`${row.via} ${destinationKey(row.destination)}`))
  );
}

/**
 * Without `pkt-*` fields a NAT shows as one address that several clients connect to and that itself connects, on the
 * very same ports, to public addresses. A forward proxy listens on another port than it dials, so it is not one.
 */
function forwardsWithoutPacketAddresses(rows: readonly FlowMinute[]): boolean {
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
  nats: ReadonlyMap<string, FlowMinute[]>,
  inventory: Inventory,
  settings: Settings,
): ReadonlyMap<string, FlowMinute[]> {
  const unnamed = [...nats.keys()].filter((id) => !id.startsWith('nat-'));
  const [only] = unnamed;
  if (only === undefined || unnamed.length > 1) return nats;
  const name = settings.natGateway ?? (inventory.natGateways.length === 1 ? inventory.natGateways[0]?.id : undefined);
  if (name === undefined || nats.has(name)) return nats;
  return new Map([...nats].map(([id, rows]) => [id === only ? name : id, rows]));
}

const dialsOut = ({ localAddress, destination }: FlowMinute): boolean =>
  isPrivateAddress(localAddress) && !isPrivateAddress(destination.address);

function splitLegs(natId: string, rows: readonly FlowMinute[], inventory: Inventory): NatFlows {
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
    interfaceIds: [...new Set(rows.map((row) => row.interfaceId))].sort(),
    addresses: [...new Set(natLegs.map((row) => row.localAddress))].sort(),
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
function addClientLegs(nats: readonly NatFlows[], hostRows: readonly FlowMinute[]): NatFlows[] {
  const dialledBy = onlyDiallers(nats);
  const seen = new Map<NatFlows, FlowMinute[]>();
  for (const row of hostRows) {
    const nat = dialledBy.get(row.destination.address)?.get(serviceOf(row));
    if (!nat || nat.clientLegs.length > 0 || !isPrivateAddress(row.localAddress)) continue;
    const rows = seen.get(nat);
    if (rows) rows.push(row);
    else seen.set(nat, [row]);
  }
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
function mergeViews(
  hostRows: readonly FlowMinute[],
  nats: readonly NatFlows[],
  isOwn: (row: FlowMinute) => boolean,
): readonly FlowMinute[] {
  const views = [...hostRows, ...nats.flatMap((nat) => nat.clientLegs.filter((row) => row.via !== null))].filter(isOwn);
  const compared = seenTwice(views);
  const best: FlowMinute[] = [];
  const places = new Map<string, number>();
  for (const row of views) {
    if (!compared.has(row.localAddress)) {
      best.push(row);
      continue;
    }
    const key = `${row.localAddress} ${destinationKey(row.destination)} ${row.minute}`;
    const place = places.get(key);
    if (place === undefined) places.set(key, best.push(row) - 1);
    else if (isBetterView(row, best[place] as FlowMinute)) best[place] = row;
  }
  return best;
}

/** Sources that are seen from more than one place: only their rows can be about the same connections. */
function seenTwice(views: readonly FlowMinute[]): ReadonlySet<Address> {
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
