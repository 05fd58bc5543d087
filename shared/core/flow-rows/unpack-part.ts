import type { AnyPart, Part } from '../model/part.ts';
import { mergePackedRows } from './order-rows.ts';

/** The part as it is stored: with all its rows, in the one order, among its observations. */
export function unpackPart(part: AnyPart): Part {
  if (part.rows === undefined) return part;
  const rows = mergePackedRows(part.rows.store, part.rows.numbers());
  return { ...part, rows: undefined, observations: [...rows, ...part.observations] };
}
