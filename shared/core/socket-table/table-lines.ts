import { socketOfBsdLine } from './bsd-line.ts';
import { isNetTcpOrnament, netTcpColumnsOf } from './net-tcp-columns.ts';
import type { NetTcpColumns } from './net-tcp-columns.ts';
import { isProcHeading, socketOfProcLine } from './proc-line.ts';
import type { Socket } from './socket.ts';
import { isSsHeading, socketOfSsLine } from './ss-line.ts';
import { isWindowsHeading, socketOfWindowsLine } from './windows-line.ts';

/** The system that wrote a table, known by the shape of its rows. */
export type TablePlatform = 'linux' | 'macos' | 'windows';

export type TableLine =
  | { readonly kind: 'socket'; readonly platform: TablePlatform; readonly socket: Socket }
  /** The names of the columns: a table begins, or another part of one. */
  | { readonly kind: 'heading' }
  /** Ornaments, and what goes on about the socket above. */
  | { readonly kind: 'aside' }
  /** Sockets of other protocols: they hold no TCP port. */
  | { readonly kind: 'skipped' }
  | { readonly kind: 'rejected'; readonly reason: string };

const ASIDE: TableLine = { kind: 'aside' };
const HEADING: TableLine = { kind: 'heading' };
const SKIPPED: TableLine = { kind: 'skipped' };
const NO_ENDPOINTS = 'no pair of socket endpoints';
const CUT = 'an IPv6 address that netstat may have cut: take the table with';

/** Netid and Proto words of what is not TCP, in `ss -an` and in `netstat -an` of every system. */
const OTHER_PROTOCOL =
  /^\s*(?:udp\w*|raw6?|icmp\w*|icm[46]|div[46]|sctp|dccp|mptcp|unix|u_\w+|nl|p_\w+|tipc|xdp|v_\w+|kctl|kevt)\s/i;

/** Netstat names its sections; those after the internet's hold sockets without ports. */
const SECTION = /^\s*(?:Active|Registered|Aktive|Connexions|Conexiones|Connessioni)\s/;
const INTERNET_SECTION = /^\s*(?:Active (?:Internet c|C)onnections|Aktive (?:Internetv|V)erbindungen|Conn?e\w+\s)/;

/**
 * Windows and net-tools translate headings and the names of sections: whatever the words, no number stands in them, and
 * a heading has columns.
 */
function translated(line: string): TableLine | null {
  if (line.length > HEADING_LENGTH || /\d/.test(line)) return null;
  if (line.trim().split(/ {2,}/).length >= HEADING_COLUMNS) return HEADING;
  // oxlint-disable-next-line no-control-regex -- ASCII begins with them
  return /[^\0-\x7f]/.test(line) ? ASIDE : null;
}

const HEADING_LENGTH = 240;
const HEADING_COLUMNS = 3;

/** `ss -i`, `ss -m` and Windows `netstat -b` go on about a socket on lines of their own; Windows and /proc indent rows too. */
const isContinuation = (line: string): boolean => /^\s+(?!TCP\s)[^\s\d]/.test(line);

/**
 * Reads a table's lines in order: `ss`, /proc/net/tcp and tcp6, `netstat` of Linux, macOS, the BSDs and Windows, and
 * Get-NetTCPConnection as CSV or as shown. Headings say how what follows is read, so one reader is for one table.
 */
export function createTableLines(): (line: string) => TableLine {
  let columns: NetTcpColumns | null = null;
  let isInternet = true;
  let hasSocket = false;

  return (line) => {
    if (SECTION.test(line)) {
      isInternet = INTERNET_SECTION.test(line);
      return ASIDE;
    }
    if (!isInternet) return SKIPPED;
    if (isProcHeading(line) || isSsHeading(line) || isWindowsHeading(line)) {
      columns = null;
      return HEADING;
    }
    if (isNetTcpOrnament(line)) return ASIDE;
    const heading = netTcpColumnsOf(line);
    if (heading !== null) {
      columns = heading;
      return HEADING;
    }
    const read = columns === null ? rowOf(line) : fromColumns(columns(line));
    if (read.kind === 'rejected' && columns === null && hasSocket && isContinuation(line)) return ASIDE;
    hasSocket ||= read.kind === 'socket';
    return read;
  };
}

const fromColumns = (socket: Socket | null): TableLine =>
  socket === null ? { kind: 'rejected', reason: NO_ENDPOINTS } : { kind: 'socket', platform: 'windows', socket };

function rowOf(line: string): TableLine {
  const windows = socketOfWindowsLine(line);
  if (windows !== null) return { kind: 'socket', platform: 'windows', socket: windows };
  const bsd = socketOfBsdLine(line);
  if (bsd === 'cut') return { kind: 'rejected', reason: `${CUT} netstat -anl` };
  if (bsd !== null) return { kind: 'socket', platform: 'macos', socket: bsd };
  if (OTHER_PROTOCOL.test(line)) return SKIPPED;
  const linux = socketOfProcLine(line) ?? socketOfSsLine(line);
  if (linux !== null) return { kind: 'socket', platform: 'linux', socket: linux };
  const words = translated(line);
  if (words !== null) return words;
  return { kind: 'rejected', reason: line.startsWith('tcp6') ? `${CUT} netstat -tanW` : NO_ENDPOINTS };
}
