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

/**
 * Outgoing connections per destination, the most ports first. Which side called is not in a socket table: a local port
 * that also listens was called; else the higher port of the two belongs to the caller.
 */
export function usageOf(sockets: readonly Socket[]): DestinationUsage[] {
  const listening = new Set(sockets.filter(({ state }) => state === 'listen').map(({ localPort }) => localPort));
  const tallies = new Map<string, Tally>();
  for (const socket of sockets) {
    const isCaller = !listening.has(socket.localPort) && socket.localPort >= socket.remotePort;
    if (holdsPort(socket) && isCaller) count(tallies, socket);
  }
  return [...tallies.values()].map(usageOfTally).sort(byPortsThenKey);
}

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
