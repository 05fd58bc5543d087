import { hostname } from 'node:os';
import type { PortRange } from '../../shared/core/model/observation.ts';
import type { Socket } from '../../shared/core/socket-table/socket.ts';
import { createTableLines } from '../../shared/core/socket-table/table-lines.ts';
import { usageOf } from '../../shared/core/socket-table/usage.ts';
import type { DestinationUsage } from '../../shared/core/socket-table/usage.ts';
import { NoSocketTables } from './host-access.ts';
import type { ReadHostTable } from './host-access.ts';

/** What this machine's own tables say right now. */
export type HostSnapshot = {
  readonly atMs: number;
  readonly host: string;
  readonly localRange: PortRange;
  readonly usage: readonly DestinationUsage[];
  /** Lines of the table that could not be read: their ports are missing from `usage`. */
  readonly unreadableRows: number;
};

/** Throws `NoSocketTables` also for a table of which no line could be read: that is not a machine without sockets. */
export async function readHost(nowMs: () => number, readTable: ReadHostTable): Promise<HostSnapshot> {
  const { rows, range } = await readTable();
  const { sockets, rejected, reason } = socketsOf(rows);
  if (sockets.length === 0 && rejected.length > 0) {
    throw new NoSocketTables(`no line of this machine's socket table could be read: ${reason}`);
  }
  // Words without a digit are a heading in another language.
  const unreadableRows = rejected.filter((line) => /\d/.test(line)).length;
  return { atMs: nowMs(), host: hostname(), localRange: range, usage: usageOf(sockets), unreadableRows };
}

type TableRead = { readonly sockets: readonly Socket[]; readonly rejected: readonly string[]; readonly reason: string };

/** `reason` is why the first rejected line was. */
function socketsOf(text: string): TableRead {
  const read = createTableLines();
  const sockets: Socket[] = [];
  const rejected: string[] = [];
  let reason = '';
  for (const line of text.split(/\r?\n/)) {
    if (line.trim() === '') continue;
    const row = read(line);
    if (row.kind === 'socket') sockets.push(row.socket);
    if (row.kind !== 'rejected') continue;
    rejected.push(line);
    if (reason === '') reason = row.reason;
  }
  return { sockets, rejected, reason };
}
