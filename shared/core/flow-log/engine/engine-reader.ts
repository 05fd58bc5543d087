import type { ScopeId } from '../../model/observation.ts';
import type { InputReader, Reading } from '../../model/reading.ts';
import { coverageKey, emptyFlowRow, flowRowKey, type FlowRow } from '../flow-row.ts';
import { emptyFlowTable, observationsOf, type FlowTable } from '../flow-table.ts';
import { countsOf, warningsOf } from '../tally.ts';
import type { FlowReaderOptions } from '../flow-reader.ts';
import type { Place } from './dictionary.ts';
import type { EngineInput, EngineOptions, FlowEngine } from './engine.ts';
import {
  addRunPorts,
  createRunCursor,
  localText,
  nextRecord,
  openRun,
  remoteText,
  viaText,
  type RunCursor,
} from './run-reader.ts';

/** The reader of one input on top of an engine: it says exactly what `createFlowReader` says, only sooner. */
export function createEngineReader(
  createEngine: (options: EngineOptions) => FlowEngine,
  options: FlowReaderOptions & Pick<EngineOptions, 'tupleLimit'>,
): InputReader {
  const runs: Uint8Array[] = [];
  const engine = createEngine({ ...options, sink: (_, run) => void runs.push(run.slice()) });
  engine.beginInput(options);
  return {
    push: (chunk) => engine.push(chunk),
    finish() {
      const input = engine.endInput();
      engine.close();
      return readingOf(input, engine.places, runs);
    },
  };
}

export function readingOf(input: EngineInput, places: readonly Place[], runs: readonly Uint8Array[]): Reading {
  const tables = new Map<ScopeId, FlowTable>();
  const cursor = createRunCursor();
  for (const run of runs) {
    openRun(cursor, run);
    while (nextRecord(cursor)) addRunRecord(tables, cursor, places[cursor.place] as Place);
  }
  return {
    source: 'flow-log',
    counts: countsOf(input.tally),
    fields: input.fields,
    scopes: observationsOf(tables),
    inventory: null,
    warnings: warningsOf(input.tally),
  };
}

function addRunRecord(tables: Map<ScopeId, FlowTable>, cursor: RunCursor, { scope, interfaceId }: Place): void {
  const table = tables.get(scope) ?? emptyFlowTable();
  tables.set(scope, table);
  if (cursor.isCoverage) addRunCoverage(table, cursor, interfaceId);
  else addRunRow(runRow(table, cursor, interfaceId), cursor);
}

function addRunCoverage({ coverage }: FlowTable, cursor: RunCursor, interfaceId: string): void {
  const { minute, records, noData, skipData } = cursor;
  const key = coverageKey({ minute, interfaceId });
  const row = coverage.get(key) ?? { kind: 'flow-coverage', minute, interfaceId, records: 0, noData: 0, skipData: 0 };
  row.records += records;
  row.noData += noData;
  row.skipData += skipData;
  coverage.set(key, row);
}

function runRow({ flows }: FlowTable, cursor: RunCursor, interfaceId: string): FlowRow {
  const { minute, port, protocol } = cursor;
  const destination = { address: remoteText(cursor), port, protocol };
  const key = { minute, interfaceId, localAddress: localText(cursor), destination, via: viaText(cursor) };
  const text = flowRowKey(key);
  const known = flows.get(text);
  if (known) return known;
  const row = emptyFlowRow(key);
  flows.set(text, row);
  return row;
}

export function addRunRow(row: FlowRow, cursor: RunCursor): void {
  addRunPorts(cursor, row);
  addRunCounts(row, cursor);
}

export function addRunCounts(row: FlowRow, cursor: RunCursor): void {
  row.opensInferred ||= cursor.opensInferred;
  row.bytes += cursor.totalBytes;
  row.packets += cursor.packets;
  row.records += cursor.records;
  row.rejected += cursor.rejected;
  for (const [i, count] of cursor.overlap.entries()) row.overlap[i] = (row.overlap[i] ?? 0) + count;
  for (const [i, count] of cursor.lifetimes.entries()) row.lifetimes[i] = (row.lifetimes[i] ?? 0) + count;
}
