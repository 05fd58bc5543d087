import type { Address } from '../../model/address.ts';
import type { FlowMinute, ScopeId } from '../../model/observation.ts';
import { addFlowRow, compareCoverage, coverageKey, emptyFlowRow, type CoverageRow, type FlowRow } from '../flow-row.ts';
import type { ScopeObservations } from '../flow-table.ts';
import { ipv4Text, type Place } from './dictionary.ts';
import { TAG_LOCAL_TEXT, TAG_REMOTE_TEXT, TAG_VIA_TEXT } from './run-format.ts';
import { addRunPorts } from './run-ports.ts';
import { addressText, createRunCursor, nextRecord, openRun, readU32, type RunCursor } from './run-reader.ts';

/** Rows of one scope on their way to observations: the texts of each row's key, as places in the scope's list of texts. */
type ScopeRows = {
  readonly texts: Map<string, number>;
  readonly rows: FlowRow[];
  /** `KEY_WORDS` numbers for each row. */
  keys: Int32Array<ArrayBuffer>;
  readonly coverage: Map<string, CoverageRow>;
};

/**
 * Runs as observations, scope by scope, in the one order of rows. A row may lie in pieces: they come to stand side by
 * side when sorted, and are added up then, so that no row needs a text as its key.
 */
export function observationsOfRuns(runs: readonly Uint8Array[], places: readonly Place[]): ScopeObservations[] {
  const scopes = new Map<ScopeId, ScopeRows>();
  const cursor = createRunCursor();
  const addressOf = createAddressReader();
  for (const run of runs) {
    openRun(cursor, run);
    while (nextRecord(cursor)) {
      const { scope, interfaceId } = places[cursor.place] as Place;
      const known = scopes.get(scope) ?? {
        texts: new Map(),
        rows: [],
        keys: new Int32Array(KEY_WORDS * 256),
        coverage: new Map(),
      };
      scopes.set(scope, known);
      if (cursor.isCoverage) addCoverage(known.coverage, cursor, interfaceId);
      else addRow(known, cursor, interfaceId, addressOf);
    }
  }
  return [...scopes]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([scope, rows]) => ({
      scope,
      observations: [...sortedRows(rows), ...[...rows.coverage.values()].sort(compareCoverage)],
    }));
}

type ReadAddress = (cursor: RunCursor, at: number, isText: number) => Address;

/** The same text for the same address, so that texts are made once and compare fast. */
function createAddressReader(): ReadAddress {
  const known = new Map<number, Address>();
  return ({ bytes }, at, isText) => {
    if (isText !== 0) return addressText(bytes, at, true);
    const number = readU32(bytes, at);
    const text = known.get(number) ?? ipv4Text(number);
    known.set(number, text);
    return text;
  };
}

const idOf = (texts: Map<string, number>, text: string): number => {
  const known = texts.get(text);
  if (known !== undefined) return known;
  texts.set(text, texts.size);
  return texts.size - 1;
};

function addRow(scope: ScopeRows, cursor: RunCursor, interfaceId: string, addressOf: ReadAddress): void {
  const { tag, minute, port, protocol } = cursor;
  const { texts, rows } = scope;
  const localAddress = addressOf(cursor, cursor.localAt, tag & TAG_LOCAL_TEXT);
  const address = addressOf(cursor, cursor.remoteAt, tag & TAG_REMOTE_TEXT);
  const via = cursor.hasVia ? addressOf(cursor, cursor.viaAt, tag & TAG_VIA_TEXT) : null;
  const row = emptyFlowRow({ minute, interfaceId, localAddress, destination: { address, port, protocol }, via });
  addRunRow(row, cursor);
  const at = rows.length * KEY_WORDS;
  if (at === scope.keys.length) scope.keys = doubled(scope.keys);
  const { keys } = scope;
  rows.push(row);
  keys[at] = minute;
  keys[at + 1] = idOf(texts, interfaceId);
  keys[at + 2] = idOf(texts, localAddress);
  keys[at + 3] = idOf(texts, address);
  keys[at + 4] = port;
  keys[at + 5] = protocol;
  keys[at + 6] = idOf(texts, via ?? '');
}

const KEY_WORDS = 7;
/** Words of the key that stand for texts, and are compared by the order of the texts. */
const TEXT_WORDS = [1, 2, 3, 6] as const;

function doubled(keys: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(keys.length * 2);
  larger.set(keys);
  return larger;
}

/** Sorts by numbers alone: texts are ranked once, and not compared for every pair of rows. */
function sortedRows({ texts, rows, keys }: ScopeRows): FlowMinute[] {
  const ranks = new Int32Array(texts.size);
  for (const [rank, [, id]] of [...texts].sort(([a], [b]) => (a < b ? -1 : 1)).entries()) ranks[id] = rank;
  for (let at = 0; at < rows.length * KEY_WORDS; at += KEY_WORDS)
    for (const word of TEXT_WORDS) keys[at + word] = ranks[keys[at + word] as number] as number;
  const compare = (a: number, b: number): number => {
    for (let word = 0; word < KEY_WORDS; word += 1) {
      const difference = (keys[a * KEY_WORDS + word] as number) - (keys[b * KEY_WORDS + word] as number);
      if (difference !== 0) return difference;
    }
    return 0;
  };
  const sorted: FlowRow[] = [];
  let last = -1;
  for (const i of Uint32Array.from(rows.keys()).sort(compare)) {
    const row = rows[i] as FlowRow;
    if (last !== -1 && compare(last, i) === 0) addFlowRow(sorted.at(-1) as FlowRow, row);
    else sorted.push(row);
    last = i;
  }
  return sorted;
}

/** Adds what the cursor stands on, which is a record of coverage. */
export function addCoverage(coverage: Map<string, CoverageRow>, cursor: RunCursor, interfaceId: string): void {
  const { minute, records, noData, skipData } = cursor;
  const key = coverageKey({ minute, interfaceId });
  const row = coverage.get(key) ?? { kind: 'flow-coverage', minute, interfaceId, records: 0, noData: 0, skipData: 0 };
  row.records += records;
  row.noData += noData;
  row.skipData += skipData;
  coverage.set(key, row);
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
  for (let i = 0; i < 4; i += 1) row.overlap[i] = (row.overlap[i] ?? 0) + (cursor.overlap[i] as number);
  for (let i = 0; i < 7; i += 1) row.lifetimes[i] = (row.lifetimes[i] ?? 0) + (cursor.lifetimes[i] as number);
}
