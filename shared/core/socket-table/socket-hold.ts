import type { RecordCounter } from '../recognise/counts.ts';
import type { Socket } from './socket.ts';
import type { TablePlatform } from './table-lines.ts';
import { rangeOfTable } from './table-range.ts';
import type { TableRange } from './table-range.ts';

/** A host has at most this many sockets before its table is cut; 65,536 ports on a few addresses fit several times. */
const SOCKETS_LIMIT = 1_000_000;

export type SocketHold = {
  /** One per system that wrote rows. */
  tables(): { readonly sockets: readonly Socket[]; readonly range: TableRange }[];
  add(platform: TablePlatform, socket: Socket, line: number): void;
  warnings(): string[];
};

/** Sockets wait for the end of their table, because only all of it tells which ports listen. */
export function createSocketHold(counter: RecordCounter): SocketHold {
  const byPlatform = new Map<TablePlatform, Socket[]>();
  let held = 0;
  let withoutState = 0;
  return {
    tables: () => [...byPlatform].map(([platform, own]) => ({ sockets: own, range: rangeOfTable(platform, own) })),
    add(platform, socket, line) {
      if (held >= SOCKETS_LIMIT) return counter.rejected(line, `more than ${SOCKETS_LIMIT} sockets`);
      held += 1;
      if (socket.state === 'unknown') withoutState += 1;
      counter.read();
      const own = byPlatform.get(platform);
      if (own) own.push(socket);
      else byPlatform.set(platform, [socket]);
    },
    warnings() {
      const found = [];
      if (held > 0) found.push('a socket table holds no time: taken to be of the file’s last change');
      if (withoutState === held && held > 0) {
        found.push('no State column: TIME_WAIT and established cannot be told apart');
      } else if (withoutState > 0) {
        found.push(`${withoutState} sockets without a known state: counted as ports in use only`);
      }
      for (const [platform, own] of byPlatform) {
        const range = rangeOfTable(platform, own);
        if (range !== null) found.push(rangeWarning(platform, range));
      }
      return found;
    },
  };
}

const SYSTEM_NAMES: Readonly<Record<TablePlatform, string>> = { linux: 'Linux', macos: 'macOS', windows: 'Windows' };

function rangeWarning(platform: TablePlatform, { range, basis }: NonNullable<TableRange>): string {
  const from = basis === 'default' ? `the default of ${SYSTEM_NAMES[platform]}` : 'down to the lowest port in use';
  return `the table does not say the local port range: ${range.low}–${range.high}, ${from}, is taken`;
}
