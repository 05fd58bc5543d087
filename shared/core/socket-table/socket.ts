import type { Address } from '../model/address.ts';
import type { Endpoint } from './endpoint.ts';

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

/**
 * The words of `ss`, of every system's `netstat`, and of Get-NetTCPConnection. German Windows translates some of its
 * words; what other languages write is unknown: such a socket still holds its port.
 */
const WORDS: readonly (readonly [SocketState, string])[] = [
  ['listen', 'LISTEN LISTENING Listen ABHÖREN'],
  ['closed', 'UNCONN CLOSED CLOSE Closed'],
  ['time-wait', 'TIME-WAIT TIME_WAIT TimeWait WARTEND'],
  ['established', 'ESTAB ESTABLISHED Established HERGESTELLT VERBUNDEN'],
  ['other', 'SYN-SENT SYN_SENT SynSent SYN_GESENDET'],
  ['other', 'SYN-RECV SYN_RECV SYN_RCVD SYN_RECEIVED SynReceived SYN_EMPFANGEN NEW-SYN-RECV'],
  ['other', 'FIN-WAIT-1 FIN_WAIT1 FIN_WAIT_1 FinWait1 FIN_WARTEN_1'],
  ['other', 'FIN-WAIT-2 FIN_WAIT2 FIN_WAIT_2 FinWait2 FIN_WARTEN_2'],
  ['other', 'CLOSE-WAIT CLOSE_WAIT CloseWait SCHLIESSEN_WARTEN'],
  ['other', 'LAST-ACK LAST_ACK LastAck CLOSING Closing DELETE_TCB DeleteTCB BOUND Bound'],
];

const STATES: ReadonlyMap<string, SocketState> = new Map(
  WORDS.flatMap(([state, words]) => words.split(' ').map((word) => [word, state])),
);

/** The state as `ss`, `netstat` or Get-NetTCPConnection prints it, or null when the word is no TCP state. */
export const socketStateOf = (word: string): SocketState | null => STATES.get(word) ?? null;

export const socketOf = (state: SocketState, local: Endpoint, remote: Endpoint): Socket => ({
  state,
  localAddress: local.address,
  localPort: local.port,
  remoteAddress: remote.address,
  remotePort: remote.port,
});

/** True for a socket that holds its local port; TIME_WAIT does, for 60 s on Linux. */
export const holdsPort = ({ state, remotePort }: Socket): boolean =>
  state !== 'listen' && state !== 'closed' && remotePort !== 0;
