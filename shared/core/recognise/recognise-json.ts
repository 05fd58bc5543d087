import { isJsonObject, readJsonEvent } from '../app-log/read-json-event.ts';
import { readTimeField } from '../app-log/read-time.ts';
import { settingsSchema } from '../model/settings.ts';
import { NET_TCP_FIELDS } from '../socket-table/net-tcp-connection.ts';
import { createJsonDocuments } from './json-documents.ts';
import { flowColumnsOf } from './flow-columns.ts';
import { contentOfLines } from './line-content.ts';
import { unrecognised } from './recognition.ts';
import type { Recognition } from './recognition.ts';
import { firstLevelKeys, firstMessages } from './text-outline.ts';

const INVENTORY_KEYS = ['NatGateways', 'NetworkInterfaces', 'Subnets', 'RouteTables', 'Reservations'];
const SHOWN_KEYS = 6;

/** Fields that log libraries put their text into. */
const LOG_FIELDS = ['message', 'msg', 'log', 'text', 'body', 'error', 'err', 'exception', 'stack', 'event', 'MESSAGE'];
const LOG_FIELDS_LOWER: ReadonlySet<string> = new Set(
  [...LOG_FIELDS, '@message', 'stack_trace', 'textPayload', 'short_message', 'RenderedMessage', '@m', '@mt', '@x'].map(
    (field) => field.toLowerCase(),
  ),
);

/** Recognises text that begins with `{` or `[`; it may break off anywhere. */
export function recogniseJson(text: string): Recognition {
  if (/^\[\s*"/.test(text)) return { kind: 'event-list' };
  const keys = firstLevelKeys(text);
  const has = (...names: readonly string[]): boolean => names.every((name) => keys.includes(name));
  if (has('freeport')) return { kind: 'socket-table' };
  if (INVENTORY_KEYS.some((key) => keys.includes(key))) return { kind: 'inventory' };
  if (has('MetricDataResults') || has('Datapoints') || has('Timestamps', 'Values')) return { kind: 'metric' };
  if (has('namespace', 'metric_name', 'value')) return { kind: 'metric' };
  if (has('awslogs') || isStreamBatch(text, keys)) return { kind: 'encoded-log-events' };
  if (flowColumnsOf(keys) !== null || flowColumnsOf(fieldsAsked(text, keys)) !== null) return { kind: 'flow-objects' };
  if (isLogEnvelope(text, keys)) return recogniseLogEvents(text, keys);
  if (isNetTcp(keys) || isWrappedNetTcp(text, keys)) return { kind: 'socket-table' };
  return recogniseOtherJson(text, keys);
}

/** Records of a Kinesis or Firehose batch: their bytes are base64 of compressed log events. */
const isStreamBatch = (text: string, keys: readonly string[]): boolean =>
  (keys.includes('Records') && /"kinesis"\s*:/.test(text)) || (keys.includes('records') && /"recordId"\s*:/.test(text));

/** Rows of Get-NetTCPConnection; an application's log that names both ends of a connection has a text too. */
const isNetTcp = (keys: readonly string[]): boolean =>
  NET_TCP_FIELDS.every((field) => keys.includes(field)) && !keys.some((key) => LOG_FIELDS_LOWER.has(key.toLowerCase()));

/** Windows PowerShell 5.1 wraps some lists: `{"value": [rows], "Count": 2}`. */
const isWrappedNetTcp = (text: string, keys: readonly string[]): boolean =>
  keys[0] === 'value' && NET_TCP_FIELDS.every((field) => text.includes(`"${field}"`));

const isLogEnvelope = (text: string, keys: readonly string[]): boolean =>
  keys.includes('logEvents') ||
  keys.includes('searchedLogStreams') ||
  keys.includes('nextForwardToken') ||
  keys.includes('events') ||
  isQueryAnswer(text, keys) ||
  keys.includes('message') ||
  keys.includes('@message');

/** `aws logs get-query-results`; what follows the rows may lie far behind the first bytes. */
const isQueryAnswer = (text: string, keys: readonly string[]): boolean =>
  keys.includes('results') && (keys.includes('statistics') || /"results"\s*:\s*\[\s*\[\s*\{\s*"field"\s*:/.test(text));

/** The fields of a query's first row, where it asked for fields and for no message. */
function fieldsAsked(text: string, keys: readonly string[]): string[] {
  if (!isQueryAnswer(text, keys)) return [];
  const row = text.slice(0, text.indexOf(']'));
  return [...row.matchAll(/"field"\s*:\s*"([^"]{1,64})"/g)].map(([, field = '']) => field);
}

function recogniseLogEvents(text: string, keys: readonly string[]): Recognition {
  const content = contentOfLines(firstMessages(text));
  if (content !== null) return { kind: 'enclosed', envelope: 'log-events', content };
  return text.startsWith('[') || isQueryAnswer(text, keys) ? { kind: 'event-list' } : { kind: 'app-log' };
}

function recogniseOtherJson(text: string, keys: readonly string[]): Recognition {
  const documents = wholeDocuments(text);
  const first = documents[0];
  if (documents.length === 1 && first !== undefined && isSettings(first, keys)) return { kind: 'settings' };
  const isLines = text.trimStart().startsWith('{') && !/^\{\s*\n/.test(text.trimStart());
  if (isLines && keys.some((key) => LOG_FIELDS_LOWER.has(key.toLowerCase()))) return { kind: 'app-log' };
  if (isLines && (documents.some(hasLogField) || isTimed(documents))) return { kind: 'app-log' };
  if (keys.length === 0) return unrecognised(first === undefined ? 'not JSON' : 'JSON without fields');
  const shown = keys.slice(0, SHOWN_KEYS).join(', ');
  const more = keys.length > SHOWN_KEYS ? ', …' : '';
  if (documents.length > 1) return unrecognised(`JSON lines without a log message (fields: ${shown}${more})`);
  return unrecognised(`JSON of an unknown shape (fields: ${shown}${more})`);
}

function isSettings(document: unknown, keys: readonly string[]): boolean {
  return keys.length > 0 && settingsSchema.safeParse(document).success;
}

const hasLogField = (document: unknown): boolean =>
  typeof document === 'object' &&
  document !== null &&
  Object.keys(document).some((key) => LOG_FIELDS_LOWER.has(key.toLowerCase()));

/** Access logs may have no text of their own, only fields beside a time. */
const isTimed = (documents: readonly unknown[]): boolean =>
  documents.length > 1 &&
  documents.every((document) => isJsonObject(document) && readTimeField(readJsonEvent(document).time) !== null);

const DOCUMENTS_LIMIT = 200;

function wholeDocuments(text: string): unknown[] {
  const documents: unknown[] = [];
  const splitter = createJsonDocuments({
    document: (document) => void (documents.length < DOCUMENTS_LIMIT && documents.push(document)),
    malformed: () => {},
  });
  splitter.push(new TextEncoder().encode(text));
  return documents;
}
