import type { InputReader } from '../../core/model/reading.ts';
import { createRecordCounter } from '../../core/recognise/counts.ts';
import { flowColumnsOf } from '../../core/recognise/flow-columns.ts';
import type { FlowColumns } from '../../core/recognise/flow-columns.ts';
import { createJsonDocuments } from '../../core/recognise/json-documents.ts';
import { flowWordOf } from './flow-words.ts';
import { withCounts } from './readings.ts';

type Fields = ReadonlyMap<string, unknown>;

/**
 * Hands flow records that came as JSON to a reader of flow log lines: objects with a field per column, one a line or in
 * a list, and rows of a Logs Insights answer that asked for fields instead of messages.
 */
export function readFlowObjects(file: string, lines: InputReader): InputReader {
  const counter = createRecordCounter(file);
  const encoder = new TextEncoder();
  let names: readonly string[] = [];
  let columns: FlowColumns = [];

  const begin = (fields: Fields): boolean => {
    names = [...fields.keys()];
    columns = flowColumnsOf(names) ?? [];
    if (columns.length > 0) lines.push(encoder.encode(`${columns.filter((field) => field !== null).join(' ')}\n`));
    return columns.length > 0;
  };
  const documents = createJsonDocuments({
    document(document, line) {
      for (const fields of rowsOf(document)) {
        if (columns.length === 0 && !begin(fields)) counter.rejected(line, 'no fields of a flow record');
        else {
          const words = columns.flatMap((field, at) =>
            field === null ? [] : [flowWordOf(field, fields.get(names[at] ?? ''))],
          );
          lines.push(encoder.encode(`${words.join(' ')}\n`));
        }
      }
    },
    malformed: (line, reason) => counter.rejected(line, reason),
  });
  return {
    push: (chunk) => documents.push(chunk),
    finish() {
      documents.finish();
      return withCounts(lines.finish(), counter.counts());
    },
  };
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
