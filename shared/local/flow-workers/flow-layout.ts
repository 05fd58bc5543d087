import { gunzipSync } from 'node:zlib';
import { DEFAULT_FORMAT, formatOf, isHeader } from '../../core/flow-log/fields.ts';
import { parseRecord } from '../../core/flow-log/record.ts';
import { wordsOf } from '../../core/flow-log/words.ts';
import { guessFlowFormat } from '../../core/recognise/flow-format.ts';
import { recognise } from '../../core/recognise/recognise.ts';
import type { Recognition } from '../../core/recognise/recognition.ts';
import { isGzip } from '../files/decompress.ts';
import { guessWarning } from '../../core/enclosed/flow-lines.ts';
import { gunzipReadable } from '../files/readable-gzip.ts';
import { recodedFirst } from '../files/recode-text.ts';

/** How flow records lie in a file that does not begin with them, or with their header. */
export type FlowLayout =
  /** Lines of these fields; `undefined` where the text itself says which. */
  | { readonly kind: 'lines'; readonly format: readonly string[] | undefined; readonly warnings: readonly string[] }
  /** Inside something else. */
  | { readonly kind: 'wrapped' }
  | { readonly kind: 'none'; readonly reason: string };

const GZIP_BYTES = 16 * 1024;
const LINES_LIMIT = 100;

/** Says what the first bytes of a file of `size` bytes are. */
export function flowLayoutOf(first: Uint8Array, size: number): FlowLayout {
  const isPacked = isGzip(first);
  const text = isPacked ? gunzipReadable(first.subarray(0, GZIP_BYTES)) : first;
  const { bytes, isRecoded } = recodedFirst(text);
  const isWhole = size <= (isPacked ? GZIP_BYTES : first.length);
  const recognition = recognise(bytes, isWhole);
  if (recognition.kind === 'flow-log' && !isRecoded) return linesOf(bytes, isWhole);
  if (mayHoldFlows(recognition)) return { kind: 'wrapped' };
  const damage = isPacked && isWhole && isDamaged(first) ? 'truncated or damaged gzip, ' : '';
  return { kind: 'none', reason: `${damage}not a flow log: ${reasonOf(recognition)}` };
}

/** Records behind many comments, or records whose header is missing. */
function linesOf(bytes: Uint8Array, isWhole: boolean): FlowLayout {
  const text = new TextDecoder().decode(bytes).replace(/^\ufeff/, '');
  const all = text.split('\n', LINES_LIMIT + 1);
  const lines = isWhole || all.length > LINES_LIMIT ? all : all.slice(0, -1);
  const format = guessFlowFormat(lines);
  if (format !== null) return { kind: 'lines', format, warnings: [guessWarning(format)] };
  return lines.some(explainsItself) ? { kind: 'lines', format: undefined, warnings: [] } : UNKNOWN_LAYOUT;
}

function explainsItself(line: string): boolean {
  const words = wordsOf(line);
  return isHeader(words) || parseRecord(DEFAULT_ROW, words).kind !== 'rejected';
}

const DEFAULT_ROW = formatOf(DEFAULT_FORMAT);
const UNKNOWN_LAYOUT: FlowLayout = {
  kind: 'none',
  reason: 'flow records without a header, of no usual format: name their fields with --fields',
};

/** What is compressed twice or encoded tells only when it is unpacked. */
function mayHoldFlows(recognition: Recognition): boolean {
  switch (recognition.kind) {
    case 'flow-log':
    case 'flow-objects':
    case 'encoded-log-events':
    case 'compressed':
      return true;
    case 'enclosed':
      return recognition.content === 'flow-log';
    case 'csv':
      return (
        recognition.table.kind === 'flow-log' ||
        (recognition.table.kind === 'enclosed' && recognition.table.content === 'flow-log')
      );
    default:
      return false;
  }
}

/** What a recognised input is called. */
const NAMES: Readonly<Partial<Record<Recognition['kind'], string>>> = {
  'app-log': 'an application log',
  'event-list': 'an application log',
  metric: 'metrics',
  inventory: 'an inventory',
  'socket-table': 'a socket table',
  settings: 'settings',
  enclosed: 'a socket table',
  csv: 'a table of something else',
  'parquet-flow-log': 'Parquet inside another packing: unpack it first',
};

const reasonOf = (recognition: Recognition): string =>
  recognition.kind === 'unrecognised' ? recognition.reason : (NAMES[recognition.kind] ?? recognition.kind);

function isDamaged(gzip: Uint8Array): boolean {
  try {
    gunzipSync(gzip);
    return false;
  } catch {
    return true;
  }
}
