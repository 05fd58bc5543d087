import type { ScopeId } from '../model/observation.ts';
import type { InputReader } from '../model/reading.ts';
import { DEFAULT_FORMAT, formatOf, isHeader, type FlowFormat } from './fields.ts';
import { addRecord, coverRecord, coverSilence, emptyFlowTable, observationsOf, type FlowTable } from './flow-table.ts';
import { legOf } from './legs.ts';
import { createLineReader, LINE_BYTES_LIMIT } from './lines.ts';
import { parseRecord, type ParsedRecord } from './record.ts';
import { wordsOf } from './words.ts';
import { countsOf, emptyTally, reject, warningsOf, type FlowTally } from './tally.ts';

export type FlowReaderOptions = {
  /** The input's name in rejected records. */
  readonly file: string;
  /** The fields of the rows when the text has no header; the default format otherwise. */
  readonly format?: readonly string[];
};

type ReaderState = {
  readonly options: FlowReaderOptions;
  readonly tally: FlowTally;
  readonly tables: Map<ScopeId, FlowTable>;
  readonly used: Set<string>;
  format: FlowFormat;
  line: number;
};

/**
 * The plain reader of flow log text: one line, one record, one step at a time. It is the meaning of a flow log in
 * Freeport, and what the fast engine is compared with to the last count.
 */
export function createFlowReader(options: FlowReaderOptions): InputReader {
  const state: ReaderState = {
    options,
    tally: emptyTally(),
    tables: new Map(),
    used: new Set(),
    format: formatOf(options.format ?? DEFAULT_FORMAT),
    line: 0,
  };
  const lines = createLineReader((line) => readLine(state, line));
  return {
    push: (chunk) => lines.push(chunk),
    finish() {
      lines.finish();
      return {
        source: 'flow-log',
        counts: countsOf(state.tally),
        fields: [...state.used].sort(),
        scopes: observationsOf(state.tables),
        inventory: null,
        warnings: warningsOf(state.tally),
      };
    },
  };
}

function readLine(state: ReaderState, line: string | null): void {
  state.line += 1;
  if (line === null) {
    rejectLine(state, `the line is longer than ${LINE_BYTES_LIMIT} bytes`);
    return;
  }
  const words = wordsOf(state.line === 1 ? line.replace(/^\ufeff/, '') : line);
  if (words.length === 0 || words[0]?.startsWith('#')) return;
  if (isHeader(words)) state.format = formatOf(words);
  else addParsed(state, parseRecord(state.format, words));
}

function rejectLine(state: ReaderState, reason: string): void {
  reject(state.tally, { file: state.options.file, line: state.line, reason });
}

function addParsed(state: ReaderState, record: ParsedRecord): void {
  const { tally } = state;
  if (record.kind === 'rejected') return rejectLine(state, record.reason);
  for (const field of state.format.used) state.used.add(field);
  if (record.kind === 'valueless') {
    tally.valueless += 1;
    return;
  }
  const table = tableFor(state, record.scope);
  if (record.kind !== 'flow') {
    if (record.kind === 'no-data') tally.noData += 1;
    else tally.skipData += 1;
    return coverSilence(table, record);
  }
  coverRecord(table, record.interfaceId, record.endSeconds);
  const leg = legOf(record);
  if (leg === null) {
    tally.unknownInitiator += 1;
    return;
  }
  tally.read += 1;
  addRecord(table, record, leg);
}

function tableFor(state: ReaderState, scope: ScopeId): FlowTable {
  const known = state.tables.get(scope);
  if (known) return known;
  const table = emptyFlowTable();
  state.tables.set(scope, table);
  return table;
}
