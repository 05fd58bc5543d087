/** One row of a CSV file: its cells without their quotes, and the line it begins on, 1-based. */
export type CsvRow = { readonly cells: readonly string[]; readonly line: number };

export type CsvSink = { row(row: CsvRow): void; malformed(line: number, reason: string): void };

/** A CloudWatch Logs event has at most 1 MiB; a row that is longer is a quote that nobody closed. */
export const CSV_ROW_LIMIT = 2 * 1024 * 1024;

const CELLS_LIMIT = 4_096;

/** Cuts CSV (RFC 4180: quoted cells may hold commas, quotes and line breaks) in chunks of any size into rows. */
export function createCsvRows(sink: CsvSink, limit = CSV_ROW_LIMIT): { push(chunk: Uint8Array): void; finish(): void } {
  const decoder = new TextDecoder();
  let pending = '';
  let line = 1;
  /** Units of `pending` without an end of the row in them. */
  let searched = 0;
  let inQuotes = false;

  const take = (text: string): void => {
    const row = text.endsWith('\r') ? text.slice(0, -1) : text;
    if (row.trim() !== '') sink.row({ cells: cellsOf(row), line });
    line += countLines(text) + 1;
  };
  const drain = (): void => {
    let start = 0;
    for (let at = searched; at < pending.length; at += 1) {
      const unit = pending.charCodeAt(at);
      if (unit === QUOTE) inQuotes = !inQuotes;
      if (unit !== NEWLINE || inQuotes) continue;
      take(pending.slice(start, at));
      start = at + 1;
    }
    pending = pending.slice(start);
    searched = pending.length;
    if (pending.length > limit) giveUp();
  };
  const giveUp = (): void => {
    sink.malformed(line, `a row longer than ${limit} characters`);
    line += countLines(pending);
    pending = '';
    searched = 0;
    inQuotes = false;
  };
  return {
    push(chunk) {
      pending += decoder.decode(chunk, { stream: true });
      drain();
    },
    finish() {
      pending += decoder.decode();
      drain();
      if (inQuotes) sink.malformed(line, 'a quote that is not closed');
      else if (pending !== '') take(pending);
    },
  };
}

const QUOTE = 0x22;
const NEWLINE = 0x0a;

const countLines = (text: string): number => text.split('\n').length - 1;

function cellsOf(row: string): string[] {
  const cells: string[] = [];
  let at = 0;
  while (at <= row.length && cells.length < CELLS_LIMIT) {
    const end = endOfCell(row, at);
    cells.push(unquoted(row.slice(at, end)));
    at = end + 1;
  }
  return cells;
}

function endOfCell(row: string, start: number): number {
  let inQuotes = false;
  for (let at = start; at < row.length; at += 1) {
    const unit = row.charCodeAt(at);
    if (unit === QUOTE) inQuotes = !inQuotes;
    else if (unit === COMMA && !inQuotes) return at;
  }
  return row.length;
}

const COMMA = 0x2c;

const unquoted = (cell: string): string =>
  cell.length >= 2 && cell.startsWith('"') && cell.endsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell;
