import { type CarriedLine, recogniseShape } from '../app-log/line-shapes.ts';
import { parseJsonObject, readJsonEvent } from '../app-log/read-json-event.ts';
import { readTimeField, readTimeInText } from '../app-log/read-time.ts';
import { csvContentOf } from './csv-content.ts';
import { contentOfLines } from './line-content.ts';
import { reasonForNoLog } from './no-log.ts';
import { recogniseJson } from './recognise-json.ts';
import { unrecognised } from './recognition.ts';
import type { Recognition } from './recognition.ts';

/** How much of an input, from its start, decides what it is. */
export const RECOGNITION_BYTES = 64 * 1024;

/**
 * Says what an input is from its first bytes, decompressed, and never from its name. `isWhole` tells that nothing
 * follows them, so that the last line is whole too.
 */
export function recognise(firstBytes: Uint8Array, isWhole: boolean): Recognition {
  const magic = recogniseMagic(firstBytes);
  if (magic !== null) return magic;
  const text = new TextDecoder().decode(firstBytes.subarray(0, RECOGNITION_BYTES));
  if (text.trim() === '') return unrecognised('empty');
  if (text.includes('\0') && text.includes('amazonaws.com/AWS/')) return unrecognised(PROTOBUF);
  if (isBinary(text)) return unrecognised(text.includes('amazonaws.com/AWS/') ? PROTOBUF : 'binary');
  const start = text.trimStart()[0];
  if (start === '{' || (start === '[' && isJsonList(text))) return recogniseJson(text.trimStart());
  return recogniseLines(isWhole ? text : withoutLastLine(text));
}

const MAGIC: readonly (readonly [readonly number[], Recognition])[] = [
  [[0x1f, 0x8b], { kind: 'compressed' }],
  [[0x50, 0x41, 0x52, 0x31], { kind: 'parquet-flow-log' }],
  [[0x50, 0x4b, 0x03, 0x04], unrecognised('a zip archive: unpack it first')],
  [[0x28, 0xb5, 0x2f, 0xfd], unrecognised('zstd-compressed: unpack it first')],
  [[0x42, 0x5a, 0x68], unrecognised('bzip2-compressed: unpack it first')],
  [[0xfd, 0x37, 0x7a, 0x58, 0x5a], unrecognised('xz-compressed: unpack it first')],
];

/** Where a tar archive says `ustar`. */
const TAR_MARK_AT = 257;
const latin1 = new TextDecoder('latin1');

function recogniseMagic(bytes: Uint8Array): Recognition | null {
  if (latin1.decode(bytes.subarray(TAR_MARK_AT, TAR_MARK_AT + 5)) === 'ustar')
    return unrecognised('a tar archive: unpack it first');
  return MAGIC.find(([magic]) => magic.every((byte, at) => bytes[at] === byte))?.[1] ?? null;
}

const PROTOBUF = 'a metric stream in OpenTelemetry protobuf: let the stream write JSON';

/**
 * Text has hardly any control or undecodable character; a few come with colours, cut-off chunks and damage, and a file
 * that was not written to its end is filled up with NULs.
 */
function isBinary(text: string): boolean {
  let end = text.length;
  while (end > 0 && text.codePointAt(end - 1) === 0) end -= 1;
  // eslint-disable-next-line no-control-regex -- these are what tells bytes from text
  const strange = text.slice(0, end).match(/[\u0000-\u0008\u000e-\u001a\u001c-\u001f\ufffd]/g)?.length ?? 0;
  return end === 0 || strange * 20 > end;
}

const isJsonList = (text: string): boolean => /^\s*\[\s*(?:[{["\]]|$)/.test(text);

const withoutLastLine = (text: string): string => text.slice(0, text.lastIndexOf('\n') + 1) || text;

/** `ss -s` and /proc/net/sockstat. */
const SOCKET_TOTALS = /^TCP:\s+(?:\d+ \(estab \d+|inuse \d+ orphan \d+)/;
const NO_DESTINATION = 'totals of sockets name no destination: take ss -tan, or freeport host';

const LINES_LIMIT = 400;
/** The time that a CloudWatch Logs export to S3 puts before each event. */
const EXPORT_PREFIX = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?Z /;
const BASE64 = /^[A-Za-z0-9+/_-]{40,}={0,2}$/;
/** The first bytes of gzip and of zlib, in base64. */
const COMPRESSED_BASE64 = /^(?:H4sI|eJ|eN|eA|eF)/;

function recogniseLines(text: string): Recognition {
  const lines = text.split(/\r?\n/, LINES_LIMIT).filter((line) => line.trim() !== '');
  const first = lines[0]?.trim() ?? '';
  if (EXPORT_PREFIX.test(first)) return recogniseExport(lines);
  // Before the lines: a message in a row may look like a line of its own.
  const table = csvContentOf(text);
  if (table !== null) return { kind: 'csv', table };
  const tail = recogniseTail(lines);
  if (tail !== null) return tail;
  const content = contentOfLines(lines);
  if (content !== null) return { kind: content };
  if (BASE64.test(first) && COMPRESSED_BASE64.test(first)) return { kind: 'encoded-log-events' };
  if (isTimed(lines)) return { kind: 'app-log' };
  const isTotals = lines.some((line) => SOCKET_TOTALS.test(line));
  return unrecognised(isTotals ? NO_DESTINATION : reasonForNoLog(text));
}

function recogniseExport(lines: readonly string[]): Recognition {
  const content = contentOfLines(lines.map((line) => line.replace(EXPORT_PREFIX, '')));
  return content === null
    ? { kind: 'app-log' }
    : { kind: 'enclosed', envelope: 'prefixed-lines', prefix: EXPORT_PREFIX, content };
}

/** What `aws logs tail` puts before each event: the time, and the stream unless it is asked for `--format short`. */
const TAIL_PREFIXES = [
  /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2} /,
  /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?\+\d{2}:\d{2} \S+ /,
];

/** Flow records behind one of these: a line that begins with a time looks like a record of none of the usual formats. */
function recogniseTail(lines: readonly string[]): Recognition | null {
  const prefix = TAIL_PREFIXES.find((each) => each.test(lines[0] ?? ''));
  if (prefix === undefined) return null;
  const records = lines.map((line) => line.replace(prefix, ''));
  const content = contentOfLines(records);
  return content === 'flow-log' ? { kind: 'enclosed', envelope: 'prefixed-lines', prefix, content } : null;
}

/**
 * One line in ten that is not a trace's continuation has a time near its beginning, or in a field of the JSON behind its
 * carrier's prefix: less is prose that mentions a date. Logs without a year are as good as those with one here.
 */
function isTimed(lines: readonly string[]): boolean {
  const starts = lines.filter((line) => /^\S/.test(line));
  const shape = recogniseShape(starts.join('\n'));
  const timed = starts.filter((line) => readTimeInText(line, 2000) !== null || isTimedLine(shape(line)));
  return timed.length * 10 >= Math.max(starts.length, 1);
}

function isTimedLine({ text, ms }: CarriedLine): boolean {
  const record = ms === null ? parseJsonObject(text) : null;
  return ms !== null || (record !== null && readTimeField(readJsonEvent(record).time) !== null);
}
