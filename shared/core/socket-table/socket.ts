import type { Address } from '../model/address.ts';

/** TCP states that Freeport tells apart: the rest either hold a port (`other`) or wait for connections (`listen`). */
export type SocketState = 'listen' | 'time-wait' | 'established' | 'other' | 'closed' | 'unknown';

/** One line of a socket table. `remotePort` is 0 for a listening socket. */
export type Socket = {
  readonly state: SocketState;
  readonly localAddress: Address;
  readonly localPort: number;
  readonly remoteAddress: Address;
  readonly remotePort: number;
};

const STATES: Readonly<Record<string, SocketState>> = {
  LISTEN: 'listen',
  UNCONN: 'closed',
  CLOSED: 'closed',
  CLOSE: 'closed',
  'TIME-WAIT': 'time-wait',
  TIME_WAIT: 'time-wait',
  ESTAB: 'established',
  ESTABLISHED: 'established',
  'SYN-SENT': 'other',
  SYN_SENT: 'other',
  'SYN-RECV': 'other',
  SYN_RECV: 'other',
  'FIN-WAIT-1': 'other',
  FIN_WAIT1: 'other',
  'FIN-WAIT-2': 'other',
  FIN_WAIT2: 'other',
  'CLOSE-WAIT': 'other',
  CLOSE_WAIT: 'other',
  'LAST-ACK': 'other',
  LAST_ACK: 'other',
  CLOSING: 'other',
  'NEW-SYN-RECV': 'other',
};

/** The state as `ss` or `netstat` prints it, or null when the word is no TCP state. */
export const socketStateOf = (word: string): SocketState | null => STATES[word] ?? null;

/** True for a socket that holds its local port; TIME_WAIT does, for 60 s on Linux. */
export const holdsPort = ({ state, remotePort }: Socket): boolean =>
  state !== 'listen' && state !== 'closed' && remotePort !== 0;
