import type { InputReader } from '../../core/model/reading.ts';
import { createRecordCounter } from '../../core/recognise/counts.ts';
import type { CsvContent, LogColumns } from '../../core/recognise/csv-content.ts';
import { createCsvRows } from '../../core/recognise/csv-rows.ts';
import type { CsvRow } from '../../core/recognise/csv-rows.ts';
import { flowColumnsOf } from '../../core/recognise/flow-columns.ts';
import type { FlowColumns } from '../../core/recognise/flow-columns.ts';
import { instantOfCell } from '../../core/recognise/instant.ts';
import type { RecordCounter } from '../../core/recognise/counts.ts';
import { flowWordOf } from '../../core/enclosed/flow-words.ts';
import { createMetricColumns } from './metric-columns.ts';
import { withCounts } from '../../core/enclosed/readings.ts';

const encoder = new TextEncoder();

/** Hands the rows of a CSV file to the reader of what they hold, in the form that this reader knows. */
export function readCsv(file: string, content: CsvContent, inside: InputReader): InputReader {
  const counter = createRecordCounter(file);
  const rows = rowsFor(content, inside, counter);
  const csv = createCsvRows({ row: rows.row, malformed: (line, reason) => counter.rejected(line, reason) });
  return {
    push: (chunk) => csv.push(chunk),
    finish() {
      csv.finish();
      rows.finish?.();
      return withCounts(inside.finish(), counter.counts());
    },
  };
}

type Rows = { row(row: CsvRow): void; finish?(): void };

function rowsFor(content: CsvContent, inside: InputReader, counter: RecordCounter): Rows {
  switch (content.kind) {
    case 'log-events':
      return { row: exceptFirst((row) => inside.push(encoder.encode(logEventOf(row.cells, content.columns)))) };
    case 'enclosed':
      return { row: exceptFirst(({ cells }) => inside.push(lineOf(cells[content.columns.message] ?? ''))) };
    case 'flow-log':
      return { row: flowRows(inside, counter) };
    case 'metric':
      return createMetricColumns(inside, counter);
  }
}

function exceptFirst(take: (row: CsvRow) => void): (row: CsvRow) => void {
  let isFirst = true;
  return (row) => {
    if (!isFirst) take(row);
    isFirst = false;
  };
}

const lineOf = (text: string): Uint8Array => encoder.encode(`${text.replaceAll('\n', ' ')}\n`);

/** A subscription's envelope around one event, which names its log group. */
function logEventOf(cells: readonly string[], columns: LogColumns): string {
  const cell = (at: number): string | null => (at < 0 ? null : (cells[at] ?? null));
  const event = {
    ...(columns.pointer < 0 ? {} : { id: cell(columns.pointer) }),
    timestamp: instantOfCell(cell(columns.time) ?? ''),
    message: cell(columns.message),
  };
  // `@log` is the account, a colon, and the group.
  const group = cell(columns.group)?.replace(/^\d{12}:/, '');
  const envelope = { ...(group && { logGroup: group }), logStream: cell(columns.stream), logEvents: [event] };
  return `${JSON.stringify(envelope)}\n`;
}

/** Rows as lines of a flow log, below a header of the columns that flow logs have. */
function flowRows(inside: InputReader, counter: RecordCounter): (row: CsvRow) => void {
  let columns: FlowColumns | null = null;
  return ({ cells, line }) => {
    if (columns === null) {
      columns = flowColumnsOf(cells) ?? [];
      inside.push(lineOf(columns.filter((field) => field !== null).join(' ')));
      return;
    }
    if (cells.length !== columns.length) return counter.rejected(line, `${columns.length} cells expected`);
    const words = columns.flatMap((field, at) => (field === null ? [] : [flowWordOf(field, cells[at])]));
    inside.push(lineOf(words.join(' ')));
  };
}
