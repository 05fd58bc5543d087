import { createJsonDocuments } from '../recognise/json-documents.ts';
import { socketOfNetTcpRow } from './net-tcp-connection.ts';
import type { Socket } from './socket.ts';

/** What the rows come to; `line` is where a row starts, 1-based. */
export type NetTcpSink = { socket(socket: Socket, line: number): void; rejected(line: number, reason: string): void };

const NOT_A_ROW = 'not a row of Get-NetTCPConnection with both endpoints';

/**
 * `Get-NetTCPConnection | ConvertTo-Json`, in chunks of any size: one row, a list of rows, or the `value` list that
 * Windows PowerShell 5.1 wraps around some lists. Rows of a list are read one by one, because each carries its CIM
 * class and they may fill gigabytes.
 */
export function createNetTcpDocuments(sink: NetTcpSink): { push(chunk: Uint8Array): void; finish(): void } {
  const documents = createJsonDocuments({
    document: (document, line) => readRows(document, line, sink),
    malformed: (line, reason) => sink.rejected(line, reason),
  });
  const opened = openList((chunk) => documents.push(chunk));
  return {
    push: (chunk) => opened.push(chunk),
    finish() {
      opened.finish();
      documents.finish();
    },
  };
}

function readRows(document: unknown, line: number, sink: NetTcpSink): void {
  const wrapped = isRecord(document) && Array.isArray(document['value']) ? document['value'] : document;
  for (const row of Array.isArray(wrapped) ? wrapped : [wrapped]) {
    const socket = isRecord(row) ? socketOfNetTcpRow(row) : null;
    if (socket === null) sink.rejected(line, NOT_A_ROW);
    else sink.socket(socket, line);
  }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const SPACE = 0x20;
const BOM_FROM = 0xbb;
const OPEN = 0x5b;
const CLOSE = 0x5d;

const isBlank = (byte: number): boolean => byte <= SPACE || byte >= BOM_FROM;

/** Takes the outermost brackets off a list, so that its elements are documents of their own. */
function openList(pass: (chunk: Uint8Array) => void): { push(chunk: Uint8Array): void; finish(): void } {
  let begun = false;
  let isList = false;
  /** A closing bracket and blanks after it: the end of the list, unless more follows. */
  let tail: Uint8Array[] = [];

  const begin = (chunk: Uint8Array): Uint8Array => {
    const first = chunk.findIndex((byte) => !isBlank(byte));
    if (first === -1) return chunk;
    begun = true;
    isList = chunk[first] === OPEN;
    if (!isList) return chunk;
    const opened = chunk.slice();
    opened[first] = SPACE;
    return opened;
  };
  return {
    push(chunk) {
      const rest = begun ? chunk : begin(chunk);
      if (!isList) return pass(rest);
      const last = rest.findLastIndex((byte) => byte > SPACE);
      if (last === -1 && tail.length > 0) return void tail.push(rest.slice());
      for (const held of tail) pass(held);
      const end = last !== -1 && rest[last] === CLOSE ? last : rest.length;
      tail = end < rest.length ? [rest.slice(end)] : [];
      pass(rest.subarray(0, end));
    },
    finish() {
      for (const held of tail) pass(held.subarray(held[0] === CLOSE ? 1 : 0));
    },
  };
}
