import { metricWithin } from '../metric/metric-names.ts';
import { createCsvRows } from './csv-rows.ts';
import { flowColumnsOf } from './flow-columns.ts';
import { instantOfCell } from './instant.ts';
import { contentOfLines } from './line-content.ts';
import type { LineContent } from './recognition.ts';

/** What the rows of a CSV file hold. */
export type CsvContent =
  | { readonly kind: 'log-events'; readonly columns: LogColumns }
  /** Messages that are themselves flow records or socket tables. */
  | { readonly kind: 'enclosed'; readonly columns: LogColumns; readonly content: LineContent }
  | { readonly kind: 'flow-log' }
  | { readonly kind: 'metric' };

/** Where a log event's parts stand; -1 where the table lacks them. */
export type LogColumns = {
  readonly message: number;
  readonly time: number;
  readonly stream: number;
  readonly group: number;
  readonly pointer: number;
};

const ROWS_LIMIT = 60;

/**
 * What a table is by its headings: rows of CloudWatch Logs Insights (`@timestamp,@message,…`) or of the log events page
 * (`timestamp,message`), flow log fields as columns (Insights, Athena), the CloudWatch console's metric graph. Null when
 * it is none of these.
 */
export function csvContentOf(text: string): CsvContent | null {
  if (!text.slice(0, HEADING_LIMIT).includes(',')) return null;
  const rows = firstRows(text);
  const [heading = []] = rows;
  if (heading.length < 2 || heading.length > COLUMNS_LIMIT) return null;
  const columns = logColumnsOf(heading);
  if (columns !== null) return logContentOf(columns, rows.slice(1));
  if (flowColumnsOf(heading) !== null) return { kind: 'flow-log' };
  return isMetricTable(rows) ? { kind: 'metric' } : null;
}

const HEADING_LIMIT = 4_096;
const COLUMNS_LIMIT = 1_024;

function firstRows(text: string): (readonly string[])[] {
  const rows: (readonly string[])[] = [];
  const reader = createCsvRows({
    row: ({ cells }) => void (rows.length < ROWS_LIMIT && rows.push(cells)),
    malformed: () => {},
  });
  reader.push(new TextEncoder().encode(text.replace(/^\ufeff/, '')));
  return rows;
}

/** Where a log event's parts stand in rows with these headings; null when they are no log events. */
export function logColumnsOf(heading: readonly string[]): LogColumns | null {
  const names = heading.map((name) =>
    name
      .replace(/^\ufeff/, '')
      .trim()
      .toLowerCase(),
  );
  const at = (...wanted: readonly string[]): number => names.findIndex((name) => wanted.includes(name));
  const message = at('@message', 'message');
  if (message < 0) return null;
  const time = at('@timestamp', 'timestamp', '@ingestiontime', 'time');
  const columns = { message, time, stream: at('@logstream', 'logstream'), group: at('@log'), pointer: at('@ptr') };
  return names[message] === '@message' || time >= 0 ? columns : null;
}

function logContentOf(columns: LogColumns, rows: readonly (readonly string[])[]): CsvContent {
  const content = contentOfLines(rows.map((cells) => cells[columns.message] ?? ''));
  return content === null ? { kind: 'log-events', columns } : { kind: 'enclosed', columns, content };
}

/** Rows that name metrics Freeport knows, above rows that begin with a time. */
function isMetricTable(rows: readonly (readonly string[])[]): boolean {
  const firstTime = rows.findIndex(([first = '']) => instantOfCell(first) !== null);
  if (firstTime < 1) return false;
  return rows.slice(0, firstTime).some((cells) => cells.slice(1).some((cell) => metricWithin(cell) !== null));
}
