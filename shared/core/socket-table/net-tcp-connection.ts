import { canonicalAddress } from '../model/address.ts';
import { socketOf, socketStateOf } from './socket.ts';
import type { Socket, SocketState } from './socket.ts';

/** The properties of a Get-NetTCPConnection row that are read; each may be a number or text. */
export const NET_TCP_FIELDS = ['LocalAddress', 'LocalPort', 'RemoteAddress', 'RemotePort'] as const;

/** MSFT_NetTCPConnection.State, as ConvertTo-Json writes it. */
const STATES: ReadonlyMap<number, SocketState> = new Map([
  [1, 'closed'],
  [2, 'listen'],
  [3, 'other'],
  [4, 'other'],
  [5, 'established'],
  [6, 'other'],
  [7, 'other'],
  [8, 'other'],
  [9, 'other'],
  [10, 'other'],
  [11, 'time-wait'],
  [12, 'other'],
  // Bound: holds a port, but towards nobody yet; its connection has a row of its own.
  [100, 'other'],
]);

/** Null when `row` holds no pair of endpoints. A missing State column makes the state `unknown`. */
export function socketOfNetTcpRow(row: Readonly<Record<string, unknown>>): Socket | null {
  const local = endpointOf(row['LocalAddress'], row['LocalPort']);
  const remote = endpointOf(row['RemoteAddress'], row['RemotePort']);
  return local && remote ? socketOf(stateOf(row['State']), local, remote) : null;
}

function endpointOf(addressText: unknown, portText: unknown): { address: string; port: number } | null {
  const address = typeof addressText === 'string' ? canonicalAddress(addressText) : null;
  const port = wholeNumberOf(portText);
  return address === null || port === null || port > 65_535 ? null : { address, port };
}

function stateOf(value: unknown): SocketState {
  const code = wholeNumberOf(value);
  if (code !== null) return STATES.get(code) ?? 'unknown';
  return (typeof value === 'string' ? socketStateOf(value) : null) ?? 'unknown';
}

function wholeNumberOf(value: unknown): number | null {
  if (typeof value === 'number') return Number.isInteger(value) && value >= 0 ? value : null;
  return typeof value === 'string' && /^\d{1,5}$/.test(value) ? Number(value) : null;
}
