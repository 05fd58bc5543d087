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
  const isCaller = callerTest(sockets, holding);
  const tallies = new Map<string, Tally>();
  for (const socket of holding) if (isCaller(socket)) count(tallies, socket);
  return [...tallies.values()].map(usageOfTally).sort(byPortsThenKey);
}

/**
 * Which side called is not in a socket table. A local port that also listens was called; what listens on this host was
 * called by it. Else the side with more ports against one port of the other called (a service's port may lie above or
 * within the ephemeral range); and where both have as many, the higher port belongs to the caller.
 */
function callerTest(sockets: readonly Socket[], holding: readonly Socket[]): (socket: Socket) => boolean {
  const listening = new Set(sockets.filter(({ state }) => state === 'listen').map(({ localPort }) => localPort));
  const own = new Set(holding.map(({ localAddress }) => localAddress));
  const localPorts = new Map<string, number>();
  const remotePorts = new Map<string, number>();
  for (const socket of holding) {
    addOne(localPorts, keyWithoutLocalPort(socket));
    addOne(remotePorts, keyWithoutRemotePort(socket));
  }
  return (socket) => {
    if (listening.has(socket.localPort)) return false;
    if (listening.has(socket.remotePort) && own.has(socket.remoteAddress)) return true;
    const local = localPorts.get(keyWithoutLocalPort(socket)) ?? 0;
    const remote = remotePorts.get(keyWithoutRemotePort(socket)) ?? 0;
    return local === remote ? socket.localPort >= socket.remotePort : local > remote;
  };
}

const keyWithoutLocalPort = (socket: Socket): string =>
  `${socket.localAddress} ${socket.remoteAddress} ${socket.remotePort}`;

const keyWithoutRemotePort = (socket: Socket): string =>
  `${socket.localAddress} ${socket.remoteAddress} ${socket.localPort}`;

const addOne = (counts: Map<string, number>, key: string): void => void counts.set(key, (counts.get(key) ?? 0) + 1);

function count(tallies: Map<string, Tally>, socket: Socket): void {
  const { localAddress } = socket;
  const destination = { address: socket.remoteAddress, port: socket.remotePort, protocol: TCP };
  const key = `${localAddress} ${destinationKey(destination)}`;
  let tally = tallies.get(key);
  if (!tally) {
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
