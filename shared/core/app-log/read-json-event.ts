import type { NamedDestination } from '../model/destination.ts';
import { namedDestination } from './find-destination.ts';

/** What a structured log event says, as a text that the catalogue can read, and the parts that have fields of their own. */
export type JsonEvent = {
  readonly text: string;
  readonly service: string | null;
  /** Epoch milliseconds, or null. */
  readonly time: unknown;
  readonly destination: NamedDestination | null;
};

const DEPTH_LIMIT = 8;
const STRINGS_LIMIT = 256;

export type JsonObject = { readonly [key: string]: unknown };

export const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The object that `text` is, or null: text that only looks like JSON, or is cut off, is read as plain text. */
export function parseJsonObject(text: string): JsonObject | null {
  const start = text.charCodeAt(0) === 0x7b ? 0 : text.search(/\S/);
  if (start < 0 || text.charCodeAt(start) !== 0x7b) return null;
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : null;
  } catch {
    return null;
  }
}

export function readJsonEvent(record: JsonObject): JsonEvent {
  const found: Found = { lines: [], destinations: [] };
  collect(record, '', 0, found);
  return {
    text: found.lines.join('\n'),
    service: serviceOf(record),
    time: timeOf(record),
    destination: found.destinations.sort((a, b) => a.order - b.order)[0]?.destination ?? null,
  };
}

type Found = { lines: string[]; destinations: { order: number; destination: NamedDestination }[] };

function collect(value: unknown, key: string, depth: number, found: Found): void {
  if (depth > DEPTH_LIMIT || found.lines.length > STRINGS_LIMIT) return;
  if (typeof value === 'string') {
    const nested = depth < DEPTH_LIMIT && /^\s*\{/.test(value) ? parseJsonObject(value) : null;
    if (nested) return collect(nested, key, depth + 1, found);
    found.lines.push(MESSAGE_KEYS.has(key) ? value : `${key}: ${value}`);
  } else if (typeof value === 'number') {
    if (NUMBER_KEYS.has(key)) found.lines.push(`${key}: ${value}`);
  } else if (isListOfNames(value)) {
    found.lines.push(`${key}: ${value.join(', ')}`);
  } else if (Array.isArray(value)) {
    for (const element of value.slice(0, STRINGS_LIMIT)) collect(element, key, depth + 1, found);
  } else if (isJsonObject(value)) {
    collectObject(value, depth, found);
  }
}

/** A list of error names is one sentence: its members are no failures of their own. */
const isListOfNames = (value: unknown): value is readonly string[] =>
  Array.isArray(value) &&
  value.length > 1 &&
  value.length <= STRINGS_LIMIT &&
  value.every((name) => typeof name === 'string' && /^[A-Z][A-Z0-9_]{2,31}$/.test(name));

function collectObject(record: JsonObject, depth: number, found: Found): void {
  const call = failedCall(record);
  if (call !== null) found.lines.push(call);
  const destination = destinationIn(record);
  if (destination) found.destinations.push({ order: destination.order - depth / 16, destination: destination.at });
  const keys = Object.keys(record).slice(0, STRINGS_LIMIT);
  for (const key of keys.filter((name) => MESSAGE_KEYS.has(name))) collect(record[key], key, depth + 1, found);
  for (const key of keys.filter((name) => !MESSAGE_KEYS.has(name))) collect(record[key], key, depth + 1, found);
}

const MESSAGE_KEYS = new Set([
  'msg',
  'message',
  '@message',
  'log',
  'text',
  'event',
  'MESSAGE',
  '@m',
  'errorMessage',
  'stack',
]);
const NUMBER_KEYS = new Set(['errno', 'code', 'port', 'EventID', 'event_id', 'status']);

const textOf = (value: unknown): string | null =>
  typeof value === 'string' && value !== '' ? value : typeof value === 'number' ? String(value) : null;

/** A system error's fields as the sentence that Node prints from them, in case only the fields were logged. */
function failedCall(record: JsonObject): string | null {
  const code = textOf(record['code']) ?? textOf(record['errno']);
  const syscall = textOf(record['syscall']);
  if (code === null || syscall === null) return null;
  const address = textOf(record['address']);
  const port = textOf(record['port']);
  return `${syscall} ${code}${address === null ? '' : ` ${address}${port === null ? '' : `:${port}`}`}`;
}

const HOST_FIELDS = ['address', 'dst', 'dest', 'destination', 'upstream', 'upstream_host', 'peer', 'remote', 'target'];
const PAIRS: readonly (readonly [string, string])[] = [
  ['server.address', 'server.port'],
  ['destination.ip', 'destination.port'],
  ['destination.address', 'destination.port'],
  ['net.peer.ip', 'net.peer.port'],
  ['net.peer.name', 'net.peer.port'],
  ['network.peer.address', 'network.peer.port'],
  ['dst_ip', 'dst_port'],
  ['dest_ip', 'dest_port'],
];

/** Destinations by field, `order` ascending with how surely the field means one. */
function destinationIn(record: JsonObject): { order: number; at: NamedDestination } | null {
  const failing = 'syscall' in record || 'code' in record || 'errno' in record;
  const address = textOf(record['address']);
  const port = Number(record['port']);
  if (failing && address !== null && Number.isInteger(port)) {
    const at = namedDestination(address, port);
    if (at && record['syscall'] !== 'listen' && record['syscall'] !== 'bind') return { order: 1, at };
  }
  for (const [host, portKey] of PAIRS) {
    const named = textOf(field(record, host));
    const at = named === null ? null : namedDestination(named, Number(field(record, portKey)) || null);
    if (at) return { order: 3, at };
  }
  for (const key of HOST_FIELDS.slice(1)) {
    const match = /^(?:\w{2,12}:\/\/)?(.{1,253}?):(\d{1,5})(?:\/.{0,256})?$/s.exec(textOf(record[key]) ?? '');
    const at = match?.[1] === undefined ? null : namedDestination(match[1], Number(match[2]));
    if (at) return { order: 2, at };
  }
  return null;
}

/** A field by its dotted name, written flat or nested. */
function field(record: JsonObject, name: string): unknown {
  if (name in record) return record[name];
  const [head = '', ...rest] = name.split('.');
  const inner = record[head];
  return rest.length > 0 && isJsonObject(inner) ? field(inner, rest.join('.')) : undefined;
}

function serviceOf(record: JsonObject): string | null {
  for (const key of [
    'service',
    'service.name',
    'service_name',
    'serviceName',
    'app',
    'application',
    'app_name',
    'appName',
  ]) {
    const value = field(record, key);
    if (typeof value === 'string' && value !== '') return value;
    if (isJsonObject(value) && typeof value['name'] === 'string' && value['name'] !== '') return value['name'];
  }
  // Bunyan's own name is the service: it comes with a level and a format version.
  const { name } = record;
  return typeof name === 'string' && name !== '' && record['v'] === 0 ? name : null;
}

const TIME_KEYS = [
  'time',
  'timestamp',
  '@timestamp',
  'ts',
  't',
  '@t',
  'datetime',
  'date',
  'Timestamp',
  'asctime',
  'timeMillis',
  'eventTime',
  'start_time',
  'time_local',
  'time_iso8601',
  'StartUTC',
];

function timeOf(record: JsonObject): unknown {
  for (const key of TIME_KEYS) {
    const value = record[key];
    if (typeof value === 'string' || typeof value === 'number') return value;
  }
  const { instant } = record;
  return isJsonObject(instant) ? instant['epochSecond'] : null;
}
