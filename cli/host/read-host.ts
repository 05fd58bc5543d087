import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import type { PortRange } from '../../shared/core/model/observation.ts';
import { socketOfProcLine } from '../../shared/core/socket-table/proc-line.ts';
import { usageOf } from '../../shared/core/socket-table/usage.ts';
import type { DestinationUsage } from '../../shared/core/socket-table/usage.ts';

/** What this Linux machine's own tables say right now. */
export type HostSnapshot = {
  readonly atMs: number;
  readonly host: string;
  readonly localRange: PortRange;
  readonly usage: readonly DestinationUsage[];
};

/** Thrown where the tables cannot be read: another system, or a locked-down container. */
export class NoSocketTables extends Error {
  override readonly name = 'NoSocketTables';
}

/** `root` is where procfs is mounted; tables are of the network namespace that this process runs in. */
export async function readHost(nowMs: () => number, root = '/proc'): Promise<HostSnapshot> {
  const [tcp, tcp6, range] = await Promise.all([
    textOf(`${root}/net/tcp`),
    // Absent where IPv6 is switched off.
    textOf(`${root}/net/tcp6`).catch(() => ''),
    textOf(`${root}/sys/net/ipv4/ip_local_port_range`),
  ]);
  const sockets = `${tcp}\n${tcp6}`.split('\n').flatMap((line) => socketOfProcLine(line) ?? []);
  return { atMs: nowMs(), host: hostname(), localRange: rangeOf(range), usage: usageOf(sockets) };
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new NoSocketTables(`cannot read ${path}: this needs Linux with /proc`, { cause: error });
  }
}

function rangeOf(text: string): PortRange {
  const [low, high] = text.trim().split(/\s+/).map(Number);
  if (low === undefined || high === undefined || !(low <= high)) {
    throw new NoSocketTables('ip_local_port_range holds no range of ports');
  }
  return { low, high };
}
