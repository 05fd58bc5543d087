import { readTimeField, readTimeInText } from '../app-log/read-time.ts';
import { createLineReader, LINE_BYTES_LIMIT } from '../flow-log/lines.ts';
import type { InputReader, Reading } from '../model/reading.ts';
import { minuteOf } from '../model/time.ts';
import { createRecordCounter } from '../recognise/counts.ts';
import type { RecordCounter } from '../recognise/counts.ts';
import { socketMinutesOfHostLine } from './host-line.ts';
import { NET_TCP_FIELDS } from './net-tcp-connection.ts';
import { createNetTcpDocuments } from './net-tcp-documents.ts';
import { createSocketHold } from './socket-hold.ts';
import type { SocketHold } from './socket-hold.ts';
import { createSocketRows, rowsOfTable } from './socket-rows.ts';
import type { SocketRows } from './socket-rows.ts';
import { createTableLines } from './table-lines.ts';

/** So many first bytes tell rows of JSON from lines, although a row may begin with its CIM class. */
const PEEK_BYTES = 16_384;

/**
 * Reads `ss -tan`, /proc/net/tcp and tcp6, `netstat -an` of Linux, macOS and Windows, Get-NetTCPConnection as CSV, JSON
 * or shown, and lines of `freeport host --watch`. A record is one socket, or one destination of a watched line. A table
 * counts for the minute of the time above it (`date; ss -tan`), without any for that of `takenAtMs`.
 */
export function createSocketReader(options: { readonly file: string; readonly takenAtMs: number }): InputReader {
  const counter = createRecordCounter(options.file);
  const rows = createSocketRows();
  const sockets = createSocketHold(counter, ({ sockets: own, range, atMs }) => {
    for (const row of rowsOfTable(own, range, minuteOf(atMs ?? options.takenAtMs))) rows.add(row);
  });
  const held: Uint8Array[] = [];
  let heldBytes = 0;
  let stage: { push(chunk: Uint8Array): void; finish(): void } | null = null;

  const begin = (): { push(chunk: Uint8Array): void; finish(): void } => {
    const begun = isJsonTable(held)
      ? createNetTcpDocuments({
          socket: (socket, line) => sockets.add('windows', socket, line),
          rejected: (line, reason) => counter.rejected(line, reason),
        })
      : createTableReader(counter, rows, sockets, options.takenAtMs);
    for (const chunk of held) begun.push(chunk);
    held.length = 0;
    return begun;
  };
  return {
    push(chunk) {
      if (stage) return stage.push(chunk);
      held.push(chunk.slice());
      heldBytes += chunk.length;
      if (heldBytes >= PEEK_BYTES) stage = begin();
    },
    finish(): Reading {
      (stage ?? begin()).finish();
      sockets.finish();
      const counts = counter.counts();
      return {
        source: 'socket-table',
        counts,
        fields: [],
        scopes: rows.byHost(),
        inventory: null,
        warnings: sockets.warnings(),
      };
    },
  };
}

/** `{` and `[` begin JSON; a watched line is JSON too, but is read by the line, so that a torn one costs only itself. */
function isJsonTable(held: readonly Uint8Array[]): boolean {
  const decoder = new TextDecoder();
  const text = held.map((chunk) => decoder.decode(chunk, { stream: true })).join('');
  return /^\s*[[{]/.test(text) && NET_TCP_FIELDS.some((field) => text.includes(`"${field}"`));
}

function createTableReader(
  counter: RecordCounter,
  rows: SocketRows,
  sockets: SocketHold,
  takenAtMs: number,
): { push(chunk: Uint8Array): void; finish(): void } {
  const readHostLine = (line: string, lineNumber: number): void => {
    const read = socketMinutesOfHostLine(parsed(line));
    if (read === null) return counter.rejected(lineNumber, 'not a line of `freeport host --watch`');
    counter.read(read.rows.length);
    if (read.unreadable > 0) counter.rejected(lineNumber, `${read.unreadable} destinations without readable addresses`);
    for (const row of read.rows) rows.add(row);
  };
  const tableLine = createTableLines();
  const readTableLine = (line: string, lineNumber: number): void => {
    const read = tableLine(line);
    if (read.kind === 'rejected') {
      const atMs = timeAbove(line, takenAtMs);
      if (atMs === null) counter.rejected(lineNumber, read.reason);
      else sockets.time(atMs);
    } else if (read.kind === 'heading') sockets.heading();
    else if (read.kind === 'skipped') counter.skipped();
    else if (read.kind === 'socket') sockets.add(read.platform, read.socket, lineNumber);
  };
  let lineNumber = 0;
  return createLineReader((raw) => {
    lineNumber += 1;
    if (raw === null) return counter.rejected(lineNumber, `the line is longer than ${LINE_BYTES_LIMIT} bytes`);
    // Export-Csv -Encoding UTF8 begins with a byte order mark.
    const line = lineNumber === 1 ? raw.replace(/^\uFEFF/, '') : raw;
    if (line.startsWith('{')) readHostLine(line, lineNumber);
    else if (line.trim() !== '') readTableLine(line, lineNumber);
  });
}

const EPOCH = /^\D{0,40}(\d{10}|\d{13})\D{0,40}$/;
const TIME_LINE_LENGTH = 120;

/** What `date`, or a script, printed above a table: its time. A year that is left out is that of the file's last change. */
function timeAbove(line: string, takenAtMs: number): number | null {
  if (line.length > TIME_LINE_LENGTH) return null;
  const epoch = EPOCH.exec(line)?.[1];
  if (epoch !== undefined) return readTimeField(epoch)?.ms ?? null;
  return readTimeInText(line, new Date(takenAtMs).getUTCFullYear())?.ms ?? null;
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
