import { DEFAULT_FORMAT, formatOf, isHeader } from '../flow-log/fields.ts';
import { parseRecord } from '../flow-log/record.ts';
import { socketOfBsdLine } from '../socket-table/bsd-line.ts';
import { netTcpColumnsOf } from '../socket-table/net-tcp-columns.ts';
import { isProcHeading, socketOfProcLine } from '../socket-table/proc-line.ts';
import { isSsHeading, socketOfSsLine } from '../socket-table/ss-line.ts';
import { isWindowsHeading, socketOfWindowsLine } from '../socket-table/windows-line.ts';
import type { LineContent } from './recognition.ts';

const DEFAULT_ROW = formatOf(DEFAULT_FORMAT);
const LINE_LIMIT = 16_384;

const wordsOf = (line: string): string[] => line.trim().split(/\s+/);

/** A record of the default format, a header, or a row of a format that only its header could explain. */
function isFlowLine(line: string): boolean {
  const words = wordsOf(line);
  if (isHeader(words) && words.length > 2) return true;
  return parseRecord(DEFAULT_ROW, words).kind !== 'rejected' || looksLikeFlowRow(words);
}

/** Enough of a flow record to be nothing else; without its header it will be counted as rejected, with the reason. */
function looksLikeFlowRow(words: readonly string[]): boolean {
  const has = (pattern: RegExp): boolean => words.some((word) => pattern.test(word));
  return words.length >= 8 && has(/^(?:eni|tgw)-[0-9a-z]+$/) && has(/^(?:OK|NODATA|SKIPDATA)$/) && has(/^\d{9,13}$/);
}

const isHostLine = (line: string): boolean => /^\s*\{\s*"freeport"\s*:\s*"host"/.test(line);

const isTableHeading = (line: string): boolean =>
  isSsHeading(line) || isProcHeading(line) || isWindowsHeading(line) || netTcpColumnsOf(line) !== null;

/** Where headings are translated only rows tell, and half of Windows' rows may be these. */
const WINDOWS_UDP = /^\s*UDP\s+\S+:\d+\s+\*:\*/;

function isSocketLine(line: string): boolean {
  if (isHostLine(line) || isTableHeading(line)) return true;
  if (socketOfWindowsLine(line) !== null || socketOfBsdLine(line) !== null || WINDOWS_UDP.test(line)) return true;
  const socket = socketOfProcLine(line) ?? socketOfSsLine(line);
  return socket !== null && (socket.state !== 'unknown' || /^\s*\d+\s+\d+\s+\S+\s+\S+\s*$/.test(line));
}

/** What most of these lines are, or null. Comments and blank lines do not vote, and a header decides alone. */
export function contentOfLines(lines: readonly string[]): LineContent | null {
  const voters = lines.filter((line) => line.trim() !== '' && !line.startsWith('#') && line.length <= LINE_LIMIT);
  const first = voters[0];
  if (first === undefined) return null;
  const headed = voters.slice(0, 5);
  if (headed.some((line) => isHeader(wordsOf(line)) && wordsOf(line).length > 2)) return 'flow-log';
  if (headed.some(isTableHeading)) return 'socket-table';
  const most = (is: (line: string) => boolean): boolean => voters.filter(is).length * 2 > voters.length;
  if (most(isFlowLine)) return 'flow-log';
  return most(isSocketLine) ? 'socket-table' : null;
}
