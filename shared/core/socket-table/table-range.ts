import type { PortRange } from '../model/observation.ts';
import { holdsPort } from './socket.ts';
import type { Socket } from './socket.ts';
import type { TablePlatform } from './table-lines.ts';

/** The range a table's connections had to draw from, and how that is known; null when nothing tells. */
export type TableRange = { readonly range: PortRange; readonly basis: 'default' | 'seen' } | null;

/**
 * The ephemeral range each system comes with: net.inet.ip.portrange.first and .last on macOS; on Windows
 * `netsh int ipv4 show dynamicport tcp`, since Vista and Server 2008. Linux hosts change theirs often, and a table's
 * reader has settings for them: none is assumed here.
 */
const DEFAULT_RANGES: Readonly<Record<TablePlatform, PortRange | null>> = {
  linux: null,
  macos: { low: 49_152, high: 65_535 },
  windows: { low: 49_152, high: 65_535 },
};

/** Fewer ports below the default range are services, or clients that chose their ports. */
const SEEN_PORTS = 16;

/** The default of the table's system; from a lower port on where the ports in use show that somebody widened it. */
export function rangeOfTable(platform: TablePlatform, sockets: readonly Socket[]): TableRange {
  const range = DEFAULT_RANGES[platform];
  if (range === null) return null;
  const listening = new Set(sockets.filter(({ state }) => state === 'listen').map(({ localPort }) => localPort));
  const below = new Set<number>();
  for (const socket of sockets) {
    if (socket.localPort < range.low && holdsPort(socket) && !listening.has(socket.localPort)) {
      below.add(socket.localPort);
    }
  }
  return below.size < SEEN_PORTS
    ? { range, basis: 'default' }
    : { range: { low: Math.min(...below), high: range.high }, basis: 'seen' };
}
