import { colonEndpointOf } from './endpoint.ts';
import { socketOf, socketStateOf } from './socket.ts';
import type { Socket } from './socket.ts';

/** Lines are split at white space and only this many words are looked at; process names come later and may hold anything. */
const WORDS_LIMIT = 8;

/**
 * A line of `ss -tan` (with or without the State column, a Netid column or a zone in the address) or of `netstat -tan`.
 * Null when the line holds no pair of endpoints.
 */
export function socketOfSsLine(line: string): Socket | null {
  const words = line.trim().split(/\s+/, WORDS_LIMIT);
  if (words[0]?.startsWith('udp')) return null;
  const state = words.map(socketStateOf).find((found) => found !== null) ?? 'unknown';
  const [local, remote] = words.map(colonEndpointOf).filter((endpoint) => endpoint !== null);
  return local && remote ? socketOf(state, local, remote) : null;
}

/** `State Recv-Q Send-Q Local Address:Port Peer Address:Port`, and netstat's two heading lines. */
export const isSsHeading = (line: string): boolean =>
  /\bRecv-Q\s+Send-Q\b/.test(line) || line.startsWith('Active Internet connections');
