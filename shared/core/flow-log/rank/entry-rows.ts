import { ipv4Text } from '../engine/dictionary.ts';
import { addRunRow } from '../engine/reading-rows.ts';
import { createRunCursor, nextRecord, openRun, type RunCursor } from '../engine/run-reader.ts';
import { emptyFlowRow, type FlowRow, type FlowRowKey } from '../flow-row.ts';
import type { Address } from '../../model/address.ts';
import type { Minute } from '../../model/time.ts';
import {
  E_FIRST_ROW,
  E_LOCAL,
  E_PLACE,
  E_PORT,
  E_REMOTE,
  E_VIA,
  NONE,
  R_AT,
  R_NEXT,
  R_RUN,
  V_HAS_VIA,
  V_LOCAL_TEXT,
  V_REMOTE_TEXT,
  V_VIA_TEXT,
  type PartitionIndex,
  type PlacedRun,
} from './partition-index.ts';

const cursor = createRunCursor();

/** Visits the rows of an entry where they stand in their runs; the cursor is the same for all. */
export function eachEntryRow(index: PartitionIndex, entry: number, visit: (cursor: RunCursor) => void): void {
  for (let row = index.entries[entry + E_FIRST_ROW] as number; row !== NONE; row = index.rows[row + R_NEXT] as number) {
    const run = index.runs[index.rows[row + R_RUN] as number] as PlacedRun;
    openRun(cursor, run.bytes, index.rows[row + R_AT] as number);
    nextRecord(cursor);
    visit(cursor);
  }
}

/** Adds the rows of an entry to `minutes`: one row per minute. */
export function addEntryRows(index: PartitionIndex, entry: number, minutes: Map<Minute, FlowRow>): void {
  const key = keyOfEntry(index, entry);
  eachEntryRow(index, entry, ({ minute }) => {
    const known = minutes.get(minute) ?? emptyFlowRow({ ...key, minute });
    minutes.set(minute, known);
    addRunRow(known, cursor);
  });
}

export type EntryKey = Omit<FlowRowKey, 'minute'>;

export function keyOfEntry({ entries, places, texts }: PartitionIndex, entry: number): EntryKey {
  const port = entries[entry + E_PORT] as number;
  const address = (word: number, text: number): Address =>
    (port & text) === 0 ? ipv4Text(entries[entry + word] as number) : texts.textOf(entries[entry + word] as number);
  return {
    interfaceId: places[entries[entry + E_PLACE] as number]?.interfaceId ?? '-',
    localAddress: address(E_LOCAL, V_LOCAL_TEXT),
    destination: { address: address(E_REMOTE, V_REMOTE_TEXT), port: port >>> 16, protocol: (port >>> 8) & 255 },
    via: (port & V_HAS_VIA) === 0 ? null : address(E_VIA, V_VIA_TEXT),
  };
}
