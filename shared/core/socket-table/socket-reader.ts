import { createLineReader, LINE_BYTES_LIMIT } from '../flow-log/lines.ts';
import { destinationKey } from '../model/destination.ts';
import type { ScopeId, SocketMinute } from '../model/observation.ts';
import type { InputReader, Reading } from '../model/reading.ts';
import { minuteOf } from '../model/time.ts';
import { createRecordCounter } from '../recognise/counts.ts';
import { socketMinutesOfHostLine } from './host-line.ts';
import { isProcHeading, socketOfProcLine } from './proc-line.ts';
import { isSsHeading, socketOfSsLine } from './ss-line.ts';
import type { Socket } from './socket.ts';
import { usageOf } from './usage.ts';

/** A host has at most this many sockets before its table is cut; 65,536 ports on a few addresses fit several times. */
const SOCKETS_LIMIT = 1_000_000;

/**
 * Reads `ss -tan` output, /proc/net/tcp and tcp6, and lines of `freeport host --watch`. A record is one socket, or one
 * destination of a watched line. A table without a time of its own counts for the minute of `takenAtMs`.
 */
export function createSocketReader(options: { readonly file: string; readonly takenAtMs: number }): InputReader {
  const counter = createRecordCounter(options.file);
  const sockets: Socket[] = [];
  const rows = new Map<string, SocketMinute>();
  let withoutState = 0;

  const readHostLine = (line: string, lineNumber: number): void => {
    const read = socketMinutesOfHostLine(parsed(line));
    if (read === null) return counter.rejected(lineNumber, 'not a line of `freeport host --watch`');
    counter.read(read.rows.length);
    if (read.unreadable > 0) counter.rejected(lineNumber, `${read.unreadable} destinations without readable addresses`);
    for (const row of read.rows) addMaximum(rows, row);
  };
  const readSocket = (line: string, lineNumber: number): void => {
    if (isSsHeading(line) || isProcHeading(line) || isContinuation(line)) return;
    const socket = socketOfProcLine(line) ?? socketOfSsLine(line);
    if (socket === null) return counter.rejected(lineNumber, 'no pair of socket endpoints');
    if (sockets.length >= SOCKETS_LIMIT) return counter.rejected(lineNumber, `more than ${SOCKETS_LIMIT} sockets`);
    if (socket.state === 'unknown') withoutState += 1;
    counter.read();
    sockets.push(socket);
  };
  let lineNumber = 0;
  const lines = createLineReader((line) => {
    lineNumber += 1;
    if (line === null) counter.rejected(lineNumber, `the line is longer than ${LINE_BYTES_LIMIT} bytes`);
    else if (line.startsWith('{')) readHostLine(line, lineNumber);
    else if (line.trim() !== '') readSocket(line, lineNumber);
  });
  return {
    push: (chunk) => lines.push(chunk),
    finish(): Reading {
      lines.finish();
      for (const row of rowsOfTable(sockets, minuteOf(options.takenAtMs))) addMaximum(rows, row);
      const warnings = [];
      if (sockets.length > 0) warnings.push('a socket table holds no time: taken to be of the file’s last change');
      if (withoutState > 0) warnings.push('no State column: TIME_WAIT and established cannot be told apart');
      const scopes = byHost(rows);
      return { source: 'socket-table', counts: counter.counts(), fields: [], scopes, inventory: null, warnings };
    },
  };
}

/** `ss -i` and `-m` go on about a socket on indented lines; /proc indents its own lines, which begin with a number. */
const isContinuation = (line: string): boolean => /^\s+[^\s\d]/.test(line);

/** A bare table does not name its host: its own address stands for it. */
const rowsOfTable = (sockets: readonly Socket[], minute: number): SocketMinute[] =>
  usageOf(sockets).map((usage) => ({ kind: 'socket', minute, host: usage.localAddress, ...usage, localRange: null }));

function addMaximum(rows: Map<string, SocketMinute>, row: SocketMinute): void {
  const key = [row.minute, row.host, row.localAddress, destinationKey(row.destination)].join(' ');
  const known = rows.get(key);
  rows.set(key, known ? maximumOf(known, row) : row);
}

const maximumOf = (a: SocketMinute, b: SocketMinute): SocketMinute => ({
  ...a,
  timeWait: Math.max(a.timeWait, b.timeWait),
  established: Math.max(a.established, b.established),
  portsInUse: Math.max(a.portsInUse, b.portsInUse),
  localRange: b.localRange ?? a.localRange,
});

function byHost(rows: ReadonlyMap<string, SocketMinute>): Reading['scopes'] {
  const scopes = new Map<ScopeId, SocketMinute[]>();
  for (const row of rows.values()) {
    const scope = `host:${row.host}`;
    const observations = scopes.get(scope);
    if (observations) observations.push(row);
    else scopes.set(scope, [row]);
  }
  return [...scopes].map(([scope, observations]) => ({ scope, observations }));
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
