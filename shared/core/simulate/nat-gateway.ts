import { createDelayQueue, enqueue, releaseDue, type DelayQueue } from './delay-queue.ts';
import { createPortBitmap, findFree, release, take, type PortBitmap } from './port-bitmap.ts';
import type { Random } from './random.ts';
import type { SimGateway } from './world.ts';

const NAT_PORTS = { low: 1024, high: 65_535 } as const;

/** The gateway's ports towards one destination from one of its addresses: the scarce unit. */
export type NatPool = {
  /** The pools that stand in for each other: those of one zone towards one destination. */
  readonly group: string;
  readonly taken: PortBitmap;
  readonly held: DelayQueue<{ readonly port: number; readonly source: number }>;
  /** Ports in use per source, held ones included. */
  readonly bySource: Map<number, number>;
  used: number;
  next: number;
};

export type NatPorts = { readonly gateway: SimGateway; readonly pools: Map<string, NatPool> };

export type NatAllocation = { readonly addressIndex: number; readonly port: number };

export const createNatPorts = (gateway: SimGateway): NatPorts => ({ gateway, pools: new Map() });

/** Indices of the addresses that serve `zone`: all of a zonal gateway's, of a regional one's those in that zone. */
export const addressesServing = ({ gateway }: NatPorts, zone: string): number[] =>
  gateway.addresses.flatMap((address, index) => (gateway.zone !== null || address.zone === zone ? [index] : []));

/** The zones whose addresses cannot stand in for each other. */
export const zonesOf = ({ zone, addresses }: SimGateway): string[] =>
  zone === null ? [...new Set(addresses.map((address) => address.zone))] : [zone];

/**
 * A port for a new connection, or null when every address in use is full towards the destination: the SYN is then
 * dropped without a word. A connection begins at one address by chance and goes on to the next when that is full.
 */
export function takeNatPort(
  nat: NatPorts,
  destination: number,
  source: number,
  candidates: readonly number[],
  nowMs: number,
  random: Random,
): NatAllocation | null {
  const first = random.integer(0, candidates.length - 1);
  for (let offset = 0; offset < candidates.length; offset += 1) {
    const addressIndex = candidates[(first + offset) % candidates.length] as number;
    const pool = poolOf(nat, addressIndex, destination, random);
    releaseHeld(pool, nowMs);
    if (pool.used >= nat.gateway.portsPerAddress) continue;
    const start = nat.gateway.selection === 'random' ? random.integer(NAT_PORTS.low, NAT_PORTS.high) : pool.next;
    const port = findFree(pool.taken, null, NAT_PORTS, start, 'any');
    if (port < 0) continue;
    pool.next = port === NAT_PORTS.high ? NAT_PORTS.low : port + 1;
    take(pool.taken, port);
    pool.used += 1;
    pool.bySource.set(source, (pool.bySource.get(source) ?? 0) + 1);
    return { addressIndex, port };
  }
  return null;
}

/** Gives a port back at `freeMs`, after the gateway's hold; for one pool the hold never changes. */
export function giveBackNatPort(
  nat: NatPorts,
  destination: number,
  source: number,
  { addressIndex, port }: NatAllocation,
  freeMs: number,
): void {
  const pool = nat.pools.get(poolKey(addressIndex, destination));
  if (pool) enqueue(pool.held, freeMs, { port, source });
}

/** Gives a port back at once: the gateway has forgotten an idle connection. */
export function releaseNatPortNow(
  nat: NatPorts,
  destination: number,
  source: number,
  { addressIndex, port }: NatAllocation,
): void {
  const pool = nat.pools.get(poolKey(addressIndex, destination));
  if (pool) free(pool, port, source);
}

/** Ports in use towards `destination` over these addresses, and by which sources. */
export function natPortsInUse(
  nat: NatPorts,
  destination: number,
  addresses: readonly number[],
  nowMs: number,
): { used: number; bySource: Map<number, number> } {
  const bySource = new Map<number, number>();
  let used = 0;
  for (const address of addresses) {
    const pool = nat.pools.get(poolKey(address, destination));
    if (!pool) continue;
    releaseHeld(pool, nowMs);
    used += pool.used;
    for (const [source, ports] of pool.bySource) bySource.set(source, (bySource.get(source) ?? 0) + ports);
  }
  return { used, bySource };
}

/** Ports in use towards `destination`: of one address, and of these together. */
export function natUse(
  nat: NatPorts,
  destination: number,
  addressIndex: number,
  addresses: readonly number[],
  nowMs: number,
): { own: number; all: number } {
  let all = 0;
  let own = 0;
  for (const address of addresses) {
    const pool = nat.pools.get(poolKey(address, destination));
    if (!pool) continue;
    releaseHeld(pool, nowMs);
    all += pool.used;
    if (address === addressIndex) own = pool.used;
  }
  return { own, all };
}

/** Most ports in use towards one destination: of one address, and of all that stand in for each other. */
export function highestNatUse(nat: NatPorts, nowMs: number): { ofAddress: number; ofGroup: number } {
  const byGroup = new Map<string, number>();
  let ofAddress = 0;
  for (const pool of nat.pools.values()) {
    releaseHeld(pool, nowMs);
    ofAddress = Math.max(ofAddress, pool.used);
    byGroup.set(pool.group, (byGroup.get(pool.group) ?? 0) + pool.used);
  }
  let ofGroup = 0;
  for (const used of byGroup.values()) ofGroup = Math.max(ofGroup, used);
  return { ofAddress, ofGroup };
}

/** Ports held after close, over all destinations. */
export function heldNatPorts(nat: NatPorts): number {
  let held = 0;
  for (const pool of nat.pools.values()) held += pool.held.entries.length - pool.held.head;
  return held;
}

const poolKey = (addressIndex: number, destination: number): string => `${addressIndex}/${destination}`;

function poolOf(nat: NatPorts, addressIndex: number, destination: number, random: Random): NatPool {
  const key = poolKey(addressIndex, destination);
  const known = nat.pools.get(key);
  if (known) return known;
  const created: NatPool = {
    group: `${nat.gateway.zone ?? nat.gateway.addresses[addressIndex]?.zone}/${destination}`,
    taken: createPortBitmap(),
    held: createDelayQueue(),
    bySource: new Map(),
    used: 0,
    next: random.integer(NAT_PORTS.low, NAT_PORTS.high),
  };
  nat.pools.set(key, created);
  return created;
}

function releaseHeld(pool: NatPool, nowMs: number): void {
  releaseDue(pool.held, nowMs, ({ port, source }) => free(pool, port, source));
}

function free(pool: NatPool, port: number, source: number): void {
  release(pool.taken, port);
  pool.used -= 1;
  pool.bySource.set(source, (pool.bySource.get(source) ?? 1) - 1);
}
