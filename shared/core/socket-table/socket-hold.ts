import type { RecordCounter } from '../recognise/counts.ts';
import type { Socket } from './socket.ts';
import type { TablePlatform } from './table-lines.ts';
import { rangeOfTable } from './table-range.ts';
import type { TableRange } from './table-range.ts';

/** A host has at most this many sockets before its table is cut; 65,536 ports on a few addresses fit several times. */
const SOCKETS_LIMIT = 1_000_000;

export type SocketTable = {
  readonly sockets: readonly Socket[];
  readonly range: TableRange;
  /** Epoch milliseconds, null when nothing beside the table says. */
  readonly atMs: number | null;
};

export type SocketHold = {
  add(platform: TablePlatform, socket: Socket, line: number): void;
  /** A heading: another part of the same table, or the same table again, later. */
  heading(): void;
  /** A time above a table: what follows is of then. */
  time(atMs: number): void;
  /** The last table is over; those before were handed on as they ended. */
  finish(): void;
  warnings(): string[];
};

/** Sockets wait for the end of their table, because only all of it tells which ports listen. One table per system. */
export function createSocketHold(counter: RecordCounter, take: (table: SocketTable) => void): SocketHold {
  const ranges = new Map<TablePlatform, NonNullable<TableRange>>();
  const repetition = createRepetition();
  let byPlatform = new Map<TablePlatform, Socket[]>();
  let atMs: number | null = null;
  let held = 0;
  let total = 0;
  let withoutState = 0;
  let withoutTime = false;

  const close = (): void => {
    for (const [platform, sockets] of byPlatform) {
      const range = rangeOfTable(platform, sockets);
      if (range !== null) ranges.set(platform, range);
      take({ sockets, range, atMs });
    }
    if (held > 0 && atMs === null) withoutTime = true;
    byPlatform = new Map();
    held = 0;
    repetition.forget();
  };
  return {
    add(platform, socket, line) {
      if (held >= SOCKETS_LIMIT) return counter.rejected(line, `more than ${SOCKETS_LIMIT} sockets`);
      if (repetition.isAgain(socket)) close();
      held += 1;
      total += 1;
      if (socket.state === 'unknown') withoutState += 1;
      counter.read();
      const own = byPlatform.get(platform);
      if (own) own.push(socket);
      else byPlatform.set(platform, [socket]);
    },
    heading: () => repetition.heading(),
    time(ms) {
      close();
      atMs = ms;
    },
    finish: close,
    warnings() {
      const found = [];
      if (withoutTime) found.push('a socket table holds no time: taken to be of the file’s last change');
      if (withoutState === total && total > 0) {
        found.push('no State column: TIME_WAIT and established cannot be told apart');
      } else if (withoutState > 0) {
        found.push(`${withoutState} sockets without a known state: counted as ports in use only`);
      }
      for (const [platform, range] of ranges) found.push(rangeWarning(platform, range));
      return found;
    },
  };
}

/** Enough sockets of a table's beginning that one of them is still there when the table is printed again. */
const REMEMBERED = 4_096;

/**
 * Tells a table that is printed again, below its heading, from another part of the same table (/proc/net/tcp6 after
 * /proc/net/tcp): no other part holds the same socket.
 */
function createRepetition(): { heading(): void; isAgain(socket: Socket): boolean; forget(): void } {
  let above = new Set<string>();
  let below = new Set<string>();
  const keyOf = ({ localAddress, localPort, remoteAddress, remotePort }: Socket): string =>
    `${localAddress} ${localPort} ${remoteAddress} ${remotePort}`;
  const forget = (): void => {
    above = new Set();
    below = new Set();
  };
  return {
    heading() {
      above = above.union(below);
      below = new Set();
    },
    isAgain(socket) {
      const isRemembering = above.size + below.size < REMEMBERED;
      if (above.size === 0 && !isRemembering) return false;
      const key = keyOf(socket);
      if (above.has(key)) return true;
      if (isRemembering) below.add(key);
      return false;
    },
    forget,
  };
}

const SYSTEM_NAMES: Readonly<Record<TablePlatform, string>> = { linux: 'Linux', macos: 'macOS', windows: 'Windows' };

function rangeWarning(platform: TablePlatform, { range, basis }: NonNullable<TableRange>): string {
  const from = basis === 'default' ? `the default of ${SYSTEM_NAMES[platform]}` : 'down to the lowest port in use';
  return `the table does not say the local port range: ${range.low}–${range.high}, ${from}, is taken`;
}
