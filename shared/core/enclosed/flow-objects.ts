import type { InputReader } from '../model/reading.ts';
import { flowColumnsOf } from '../recognise/flow-columns.ts';
import type { FlowColumns } from '../recognise/flow-columns.ts';
import { flowWordOf } from './flow-words.ts';
import { readLinesWithin } from './lines-within.ts';
import type { LineSink } from './lines-within.ts';

type Fields = ReadonlyMap<string, unknown>;

/**
 * Hands flow records that came as JSON to a reader of flow log lines: objects with a field per column, one a line or in
 * a list, and rows of a Logs Insights answer that asked for fields instead of messages.
 */
export function readFlowObjects(file: string, lines: InputReader, limitBytes?: number): InputReader {
  let names: readonly string[] = [];
  let columns: FlowColumns = [];

  const begin = (fields: Fields, to: LineSink): boolean => {
    names = [...fields.keys()];
    columns = flowColumnsOf(names) ?? [];
    if (columns.length > 0) to.line(columns.filter((field) => field !== null).join(' '));
    return columns.length > 0;
  };
  const lineOf = (fields: Fields): string =>
    columns.flatMap((field, at) => (field === null ? [] : [flowWordOf(field, fields.get(names[at] ?? ''))])).join(' ');
  return readLinesWithin(
    file,
    lines,
    (document, to) => {
      for (const fields of rowsOf(document)) {
        if (columns.length === 0 && !begin(fields, to)) to.rejected('no fields of a flow record');
        else to.line(lineOf(fields));
      }
    },
    limitBytes,
  );
}

function rowsOf(document: unknown): Fields[] {
  if (Array.isArray(document)) return document.flatMap(rowsOf);
  if (typeof document !== 'object' || document === null) return [];
  const { results } = document as { readonly results?: unknown };
  return Array.isArray(results) ? results.map(cellsOf) : [new Map(Object.entries(document))];
}

/** `[{ field, value }, …]`. */
function cellsOf(row: unknown): Fields {
  const cells: readonly unknown[] = Array.isArray(row) ? row : [];
  return new Map(
    cells.flatMap((cell): [string, unknown][] => {
      const { field, value } = (cell ?? {}) as { readonly field?: unknown; readonly value?: unknown };
      return typeof field === 'string' ? [[field, value]] : [];
    }),
  );
}
