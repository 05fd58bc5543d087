import type { Address } from '../model/address.ts';
import { destinationKey, TCP } from '../model/destination.ts';
import type { Destination } from '../model/destination.ts';
import { addPort, emptyPortSet } from '../model/port-set.ts';
import type { PortSet } from '../model/port-set.ts';
import { holdsPort } from './socket.ts';
import type { Socket } from './socket.ts';

/** One host's sockets from one local address to one destination at one instant. */
export type DestinationUsage = {
  readonly localAddress: Address;
  readonly destination: Destination;
  readonly timeWait: number;
  readonly established: number;
  readonly portsInUse: number;
};

type Tally = { localAddress: Address; destination: Destination; timeWait: number; established: number; ports: PortSet };

/** Outgoing connections per destination, the most ports first. */
export function usageOf(sockets: readonly Socket[]): DestinationUsage[] {
  const holding = sockets.filter(holdsPort);
  const pairs = pairsOf(holding);
  const isCaller = callerTest(sockets, holding, pairs);
  const tallies = new Map<number, Tally>();
  for (const [at, socket] of holding.entries()) {
    if (isCaller(socket, at)) count(tallies, socket, keyOf(pairs, at, socket.remotePort));
  }
  return [...tallies.values()].map(usageOfTally).sort(byPortsThenKey);
}

/**
 * Which side called is not in a socket table. A local port that also listens was called; what listens on this host was
 * called by it. Else the side with more ports against one port of the other called (a service's port may lie above or
 * within the ephemeral range); and where both have as many, the higher port belongs to the caller.
 */
function callerTest(
  sockets: readonly Socket[],
  holding: readonly Socket[],
  pairs: Uint32Array,
): (socket: Socket, at: number) => boolean {
  const listening = new Set(sockets.filter(({ state }) => state === 'listen').map(({ localPort }) => localPort));
  const own = new Set(holding.map(({ localAddress }) => localAddress));
  const localPorts = new Map<number, number>();
  const remotePorts = new Map<number, number>();
  for (const [at, socket] of holding.entries()) {
    addOne(localPorts, keyOf(pairs, at, socket.remotePort));
    addOne(remotePorts, keyOf(pairs, at, socket.localPort));
  }
  return (socket, at) => {
    if (listening.has(socket.localPort)) return false;
    if (listening.has(socket.remotePort) && own.has(socket.remoteAddress)) return true;
    const local = localPorts.get(keyOf(pairs, at, socket.remotePort)) ?? 0;
    const remote = remotePorts.get(keyOf(pairs, at, socket.localPort)) ?? 0;
    return local === remote ? socket.localPort >= socket.remotePort : local > remote;
  };
}

/** A number per pair of addresses, so that no text is joined for each of a million sockets. */
function pairsOf(holding: readonly Socket[]): Uint32Array {
  const numbers = new Map<Address, Map<Address, number>>();
  const pairs = new Uint32Array(holding.length);
  let next = 0;
  for (const [at, { localAddress, remoteAddress }] of holding.entries()) {
    let remotes = numbers.get(localAddress);
    if (!remotes) numbers.set(localAddress, (remotes = new Map()));
    let pair = remotes.get(remoteAddress);
    if (pair === undefined) remotes.set(remoteAddress, (pair = next++));
    pairs[at] = pair;
  }
  return pairs;
}

const PORTS = 65_536;

const keyOf = (pairs: Uint32Array, at: number, port: number): number => (pairs[at] ?? 0) * PORTS + port;

const addOne = (counts: Map<number, number>, key: number): void => void counts.set(key, (counts.get(key) ?? 0) + 1);

function count(tallies: Map<number, Tally>, socket: Socket, key: number): void {
  const { localAddress, remoteAddress, remotePort } = socket;
  let tally = tallies.get(key);
  if (!tally) {
    const destination = { address: remoteAddress, port: remotePort, protocol: TCP };
    tally = { localAddress, destination, timeWait: 0, established: 0, ports: emptyPortSet() };
    tallies.set(key, tally);
  }
  if (socket.state === 'time-wait') tally.timeWait += 1;
  if (socket.state === 'established') tally.established += 1;
  addPort(tally.ports, socket.localPort);
}

const usageOfTally = ({ ports, ...tally }: Tally): DestinationUsage => ({ ...tally, portsInUse: ports.size });

export function byPortsThenKey(a: DestinationUsage, b: DestinationUsage): number {
  if (a.portsInUse !== b.portsInUse) return b.portsInUse - a.portsInUse;
  const keyA = `${a.localAddress} ${destinationKey(a.destination)}`;
  return keyA < `${b.localAddress} ${destinationKey(b.destination)}` ? -1 : 1;
}
