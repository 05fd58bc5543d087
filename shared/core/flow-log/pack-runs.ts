import { hasPieces, mergePackedRows } from '../flow-rows/order-rows.ts';
import { PackedRows } from '../flow-rows/packed-rows.ts';
import { NO_VIA } from '../flow-rows/row-keys.ts';
import type { RowStore } from '../flow-rows/row-store.ts';
import type { FlowCoverageMinute, ScopeId } from '../model/observation.ts';
import { ipv4Text, type Place } from './engine/dictionary.ts';
import { addCoverage } from './engine/reading-rows.ts';
import { TAG_LOCAL_TEXT, TAG_REMOTE_TEXT, TAG_VIA_TEXT } from './engine/run-format.ts';
import { addressText, createRunCursor, nextRecord, openRun, readU32, type RunCursor } from './engine/run-reader.ts';
import { compareCoverage, type CoverageRow } from './flow-row.ts';

/** What runs say of one scope. Rows are in no order, each key once; coverage ascends. */
export type PackedScope = {
  readonly scope: ScopeId;
  readonly rows: PackedRows;
  readonly observations: readonly FlowCoverageMinute[];
};

/** Takes runs as an engine hands them out, lent, and puts their rows into a store. */
export type RunPacker = {
  add(run: Uint8Array): void;
  /** Ascending by scope. */
  finish(): PackedScope[];
};

type ScopeRows = { numbers: Uint32Array; count: number; readonly coverage: Map<string, CoverageRow> };

/** `placeOf`: what the engine's place numbers mean. */
export function createRunPacker(store: RowStore, placeOf: (place: number) => Place): RunPacker {
  const scopes = new Map<ScopeId, ScopeRows>();
  const cursor = createRunCursor();
  /** By the engine's place numbers: the rows of a place's scope, and its interface as a text of the store. */
  const known: { readonly rows: ScopeRows; readonly interfaceText: number; readonly interfaceId: string }[] = [];

  const placeAt = (number: number) => {
    const { scope, interfaceId } = placeOf(number);
    const rows = scopes.get(scope) ?? { numbers: new Uint32Array(64), count: 0, coverage: new Map() };
    scopes.set(scope, rows);
    return (known[number] = { rows, interfaceId, interfaceText: store.keys.textId(interfaceId) });
  };
  return {
    add(run) {
      openRun(cursor, run);
      while (nextRecord(cursor)) {
        const { rows, interfaceId, interfaceText } = known[cursor.place] ?? placeAt(cursor.place);
        if (cursor.isCoverage) addCoverage(rows.coverage, cursor, interfaceId);
        else
          addNumber(
            rows,
            store.append(cursor.minute, keyOf(store, cursor, interfaceText), store.writer.runRow(cursor)),
          );
      }
    },
    finish: () =>
      [...scopes]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([scope, { numbers, count, coverage }]) => {
          const own = numbers.slice(0, count);
          return {
            scope,
            rows: hasPieces(store, own) ? mergePackedRows(store, own) : rowsOf(store, own),
            observations: [...coverage.values()].sort(compareCoverage),
          };
        }),
  };
}

function keyOf({ keys }: RowStore, cursor: RunCursor, interfaceText: number): number {
  const { tag, bytes } = cursor;
  const textAt = (at: number, isText: number): number =>
    isText === 0 ? keys.ipv4Id(readU32(bytes, at), ipv4Text) : keys.textId(addressText(bytes, at, true));
  const local = textAt(cursor.localAt, tag & TAG_LOCAL_TEXT);
  const remote = textAt(cursor.remoteAt, tag & TAG_REMOTE_TEXT);
  const via = cursor.hasVia ? textAt(cursor.viaAt, tag & TAG_VIA_TEXT) : NO_VIA;
  return keys.keyId(interfaceText, local, keys.destinationId(remote, cursor.port, cursor.protocol), via);
}

/** An input of one scope has its rows side by side. */
function rowsOf(store: RowStore, numbers: Uint32Array): PackedRows {
  const first = numbers[0] ?? 0;
  const end = first + numbers.length;
  return numbers.at(-1) === end - 1 ? new PackedRows(store, null, first, end) : new PackedRows(store, numbers);
}

function addNumber(rows: ScopeRows, number: number): void {
  if (rows.count === rows.numbers.length) {
    const larger = new Uint32Array(rows.numbers.length * 2);
    larger.set(rows.numbers);
    rows.numbers = larger;
  }
  rows.numbers[rows.count++] = number;
}
