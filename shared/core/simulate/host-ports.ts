import { createDelayQueue, dequeue, enqueue, releaseDue, type DelayQueue } from './delay-queue.ts';
import { createPortBitmap, findFree, isTaken, release, take, type Parity, type PortBitmap } from './port-bitmap.ts';
import type { Random } from './random.ts';
import type { SimHost } from './world.ts';

/** The ports of one host as its kernel keeps them; TIME_WAIT holds a port although no program does. */
export type HostPorts = {
  readonly host: SimHost;
  /** Ports that no other socket may share: bound before connecting, or any port where ports are machine-wide. */
  readonly bound: PortBitmap;
  /** Sockets per port over all destinations. */
  readonly holders: Uint16Array;
  readonly towards: Map<number, TowardsDestination>;
  inUse: number;
  /** Some socket here was bound before it connected, so destinations are no longer independent. */
  sharesPorts: boolean;
};

/** What one destination sees of a host: the 4-tuple is taken once per local port. */
export type TowardsDestination = {
  readonly taken: PortBitmap;
  readonly timeWait: DelayQueue<{ readonly port: number; readonly bound: boolean }>;
  used: number;
  next: number;
};

const REUSE_AFTER_MS = 1000;

export const createHostPorts = (host: SimHost): HostPorts => ({
  host,
  bound: createPortBitmap(),
  holders: new Uint16Array(65_536),
  towards: new Map(),
  inUse: 0,
  sharesPorts: false,
});

/**
 * The port that `connect()` is given, or -1 for EADDRNOTAVAIL; with `bindsFirst` the port of `bind(addr, 0)`, or -1
 * for EADDRINUSE. Linux searches the even ports of its range before the odd ones for `connect`, the odd ones first for
 * `bind`, from a start that moves with every call (net/ipv4/inet_hashtables.c, inet_connection_sock.c).
 */
export function takeHostPort(
  ports: HostPorts,
  destination: number,
  bindsFirst: boolean,
  nowMs: number,
  random: Random,
): number {
  const exclusive = bindsFirst || ports.host.system === 'windows';
  const towards = towardsOf(ports, destination, random);
  ports.sharesPorts ||= exclusive;
  if (ports.sharesPorts) releaseTimeWaits(ports, nowMs);
  else releaseTimeWait(ports, towards, nowMs);
  const port = exclusive ? findUnshared(ports, towards) : findForTuple(ports, towards);
  const taken = port >= 0 ? port : takeOverTimeWait(ports, towards, exclusive, nowMs);
  if (taken < 0) return -1;
  towards.next = taken + 2 * random.integer(1, 8);
  hold(ports, towards, taken, exclusive);
  return taken;
}

export type ReleasedPort = { readonly destination: number; readonly port: number; readonly bound: boolean };

/** Gives a port back at once, or after TIME_WAIT when this side closed first. */
export function giveBackHostPort(ports: HostPorts, released: ReleasedPort, timeWait: boolean, nowMs: number): void {
  const towards = ports.towards.get(released.destination);
  if (!towards) return;
  const bound = released.bound || ports.host.system === 'windows';
  if (timeWait) enqueue(towards.timeWait, nowMs + ports.host.timeWaitSeconds * 1000, { port: released.port, bound });
  else free(ports, towards, released.port, bound);
}

/** Ports that block a new connection to `destination`; where ports are machine-wide, all in use. */
export function hostPortsInUse(ports: HostPorts, destination: number | null, nowMs: number): number {
  releaseTimeWaits(ports, nowMs);
  return destination === null ? ports.inUse : (ports.towards.get(destination)?.used ?? 0);
}

/** Part of the range that stands in the way of one more connection to `destination`, as of the last port taken. */
export function hostUse(ports: HostPorts, destination: number): number {
  const { low, high } = ports.host.range;
  const used = ports.sharesPorts ? ports.inUse : (ports.towards.get(destination)?.used ?? 0);
  return used / (high - low + 1);
}

/** The largest part of the range that is in use towards one destination, or at all where ports are shared. */
export function highestHostUtilisation(ports: HostPorts, nowMs: number): number {
  releaseTimeWaits(ports, nowMs);
  const { low, high } = ports.host.range;
  let highest = ports.sharesPorts ? ports.inUse : 0;
  for (const { used } of ports.towards.values()) highest = Math.max(highest, used);
  return highest / (high - low + 1);
}

function releaseTimeWaits(ports: HostPorts, nowMs: number): void {
  for (const towards of ports.towards.values()) releaseTimeWait(ports, towards, nowMs);
}

const releaseTimeWait = (ports: HostPorts, towards: TowardsDestination, nowMs: number): void =>
  releaseDue(towards.timeWait, nowMs, ({ port, bound }) => free(ports, towards, port, bound));

function towardsOf(ports: HostPorts, destination: number, random: Random): TowardsDestination {
  const known = ports.towards.get(destination);
  if (known) return known;
  const { low, high } = ports.host.range;
  const created = {
    taken: createPortBitmap(),
    timeWait: createDelayQueue<never>(),
    used: 0,
    next: random.integer(low, high),
  };
  ports.towards.set(destination, created);
  return created;
}

function findForTuple(ports: HostPorts, towards: TowardsDestination): number {
  const first = search(ports, towards.taken, ports.bound, towards.next, 'even');
  return first >= 0 ? first : search(ports, towards.taken, ports.bound, towards.next, 'odd');
}

/** `bind` knows no destination yet, so it needs a port that no socket holds, whatever it is connected to. */
function findUnshared(ports: HostPorts, towards: TowardsDestination): number {
  if (ports.inUse >= ports.host.range.high - ports.host.range.low + 1) return -1;
  const anyUse = anyUseOf(ports);
  const first = search(ports, anyUse, null, towards.next, 'odd');
  return first >= 0 ? first : search(ports, anyUse, null, towards.next, 'even');
}

function anyUseOf(ports: HostPorts): PortBitmap {
  const anyUse = ports.bound.slice();
  for (const { taken } of ports.towards.values())
    for (let word = 0; word < anyUse.length; word += 1)
      anyUse[word] = (anyUse[word] as number) | (taken[word] as number);
  return anyUse;
}

function search(ports: HostPorts, taken: PortBitmap, also: PortBitmap | null, from: number, parity: Parity): number {
  const { low, high } = ports.host.range;
  const size = high - low + 1;
  return findFree(taken, also, ports.host.range, low + ((from - low) % size), parity);
}

function takeOverTimeWait(ports: HostPorts, towards: TowardsDestination, exclusive: boolean, nowMs: number): number {
  const { reusesTimeWait, timeWaitSeconds } = ports.host;
  const oldestDueMs = towards.timeWait.dueMs[towards.timeWait.head];
  if (!reusesTimeWait || exclusive || oldestDueMs === undefined) return -1;
  if (nowMs < oldestDueMs - timeWaitSeconds * 1000 + REUSE_AFTER_MS) return -1;
  const oldest = dequeue(towards.timeWait);
  if (!oldest) return -1;
  free(ports, towards, oldest.port, oldest.bound);
  return oldest.port;
}

function hold(ports: HostPorts, towards: TowardsDestination, port: number, exclusive: boolean): void {
  take(towards.taken, port);
  towards.used += 1;
  if (exclusive) take(ports.bound, port);
  if (ports.holders[port] === 0) ports.inUse += 1;
  ports.holders[port] = (ports.holders[port] as number) + 1;
}

function free(ports: HostPorts, towards: TowardsDestination, port: number, bound: boolean): void {
  if (!isTaken(towards.taken, port)) return;
  release(towards.taken, port);
  towards.used -= 1;
  if (bound) release(ports.bound, port);
  ports.holders[port] = Math.max(0, (ports.holders[port] as number) - 1);
  if (ports.holders[port] === 0) ports.inUse -= 1;
}
