import type { FlowMinute } from '../model/observation.ts';
import { PackedRows } from './packed-rows.ts';

/**
 * Flow rows as detection reads them: as objects, or packed. Rows that are iterated over may be kept; those that a
 * callback is given are only lent.
 */
export type FlowRows = Iterable<FlowMinute> & {
  readonly length: number;
  filter(keep: (row: FlowMinute) => boolean): FlowRows;
  some(test: (row: FlowMinute) => boolean): boolean;
  every(test: (row: FlowMinute) => boolean): boolean;
  at(place: number): FlowMinute | undefined;
};

export const NO_ROWS: FlowRows = [];

/** `Map.groupBy` over rows. */
export const groupRows = <K>(rows: FlowRows, keyOf: (row: FlowMinute) => K): Map<K, FlowRows> =>
  rows instanceof PackedRows ? rows.groupBy(keyOf) : Map.groupBy(rows, keyOf);

/** One list after the other. */
export function joinRows(...lists: readonly FlowRows[]): FlowRows {
  const filled = lists.filter(({ length }) => length > 0);
  const [first] = filled;
  if (first === undefined) return NO_ROWS;
  if (filled.length === 1) return first;
  const isPacked = (rows: FlowRows): rows is PackedRows =>
    rows instanceof PackedRows && first instanceof PackedRows && rows.store === first.store;
  if (!filled.every(isPacked)) return filled.flatMap((rows) => [...rows]);
  const joined = new Uint32Array(filled.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const rows of filled) {
    joined.set(rows.numbers(), at);
    at += rows.length;
  }
  return new PackedRows((first as PackedRows).store, joined);
}

/** The rows at those places, in the order of the places. */
export const pickRows = (rows: FlowRows, places: Uint32Array): FlowRows =>
  rows instanceof PackedRows ? rows.pick(places) : Array.from(places, (place) => rows.at(place) as FlowMinute);

/** The distinct values of the rows, in the order in which they are met. */
export function valuesOf<T>(rows: FlowRows, valueOf: (row: FlowMinute) => T): Set<T> {
  const values = new Set<T>();
  for (const row of rows) values.add(valueOf(row));
  return values;
}

/** The first row, if there is one. */
export const firstRow = (rows: FlowRows): FlowMinute | undefined => rows.at(0);

/** Rows as objects, for those who look at all of a few. */
export const listRows = (rows: FlowRows): readonly FlowMinute[] => (Array.isArray(rows) ? rows : [...rows]);
