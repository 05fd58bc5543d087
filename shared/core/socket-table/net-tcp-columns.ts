import { NET_TCP_FIELDS, socketOfNetTcpRow } from './net-tcp-connection.ts';
import type { Socket } from './socket.ts';

/** A row beneath a heading of Get-NetTCPConnection's property names; null when it is none. */
export type NetTcpColumns = (line: string) => Socket | null;

const READ_FIELDS = [...NET_TCP_FIELDS, 'State'];
const COLUMNS_LIMIT = 200;

/**
 * Get-NetTCPConnection as Export-Csv or ConvertTo-Csv writes it, quoted or not, with a comma, a semicolon (-UseCulture)
 * or a tab between; or as the table that PowerShell shows. Columns may stand in any order. Null when `line` is no such heading.
 */
export function netTcpColumnsOf(line: string): NetTcpColumns | null {
  if (!NET_TCP_FIELDS.every((field) => line.includes(field))) return null;
  const delimiter = [',', ';', '\t'].find((each) => line.includes(each));
  const split = (text: string): string[] =>
    delimiter === undefined ? text.trim().split(/\s+/, COLUMNS_LIMIT) : splitQuoted(text, delimiter);
  const names = split(line);
  const places = READ_FIELDS.map((field) => [field, names.indexOf(field)] as const).filter(([, at]) => at >= 0);
  if (places.length < NET_TCP_FIELDS.length) return null;
  return (text) => {
    const cells = split(text);
    return socketOfNetTcpRow(Object.fromEntries(places.map(([field, at]) => [field, cells[at]])));
  };
}

/** What belongs to such a table and is no row: `#TYPE …` above its heading, the rule below it. */
export const isNetTcpOrnament = (line: string): boolean =>
  /^#TYPE\s/.test(line) || /^\s*-{5,}(?:\s+-{5,})*\s*$/.test(line);

/** A quote inside quotes is written twice. Cells after the limit are not looked at. */
function splitQuoted(line: string, delimiter: string): string[] {
  const cells: string[] = [];
  for (let at = 0; at <= line.length && cells.length < COLUMNS_LIMIT; at += 1) {
    const end = line[at] === '"' ? endOfQuoted(line, at) : at;
    const next = line.indexOf(delimiter, end);
    const stop = next === -1 ? line.length : next;
    cells.push(line[at] === '"' ? line.slice(at + 1, end - 1).replaceAll('""', '"') : line.slice(at, stop).trim());
    at = stop;
  }
  return cells;
}

/** Just past the closing quote; the end of the line when it never closes. */
function endOfQuoted(line: string, start: number): number {
  for (let at = line.indexOf('"', start + 1); at !== -1; at = line.indexOf('"', at + 2)) {
    if (line[at + 1] !== '"') return at + 1;
  }
  return line.length;
}
