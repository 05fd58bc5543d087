import type { PortRange } from '../../shared/core/model/observation.ts';
import type { RunCommand } from './run-command.ts';

/** A machine's TCP sockets as its own tools print them, and the ports that it gives to outgoing connections. */
export type HostTable = { readonly rows: string; readonly range: PortRange };

/** One per system; throws `NoSocketTables` with what to do about it. */
export type ReadHostTable = () => Promise<HostTable>;

/** What a machine's tables are read with. */
export type HostAccess = { readonly run: RunCommand; readonly readText: (path: string) => Promise<string> };

/** Thrown where the tables cannot be read: another system, a tool that fails, or a locked-down container. */
export class NoSocketTables extends Error {
  override readonly name = 'NoSocketTables';
}

/** Both ends included; null when these are no two ports in order. */
export function portRangeOf(low: number | undefined, high: number | undefined): PortRange | null {
  const isPort = (port: number | undefined): port is number => Number.isInteger(port) && Number(port) <= 65_535;
  return isPort(low) && isPort(high) && low >= 1 && low <= high ? { low, high } : null;
}
