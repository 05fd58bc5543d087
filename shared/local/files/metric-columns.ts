import type { InputReader } from '../../core/model/reading.ts';
import type { RecordCounter } from '../../core/recognise/counts.ts';
import type { CsvRow } from '../../core/recognise/csv-rows.ts';
import { instantOfCell } from '../../core/recognise/instant.ts';

type Column = { readonly label: string; readonly timestamps: string[]; readonly values: number[] };

/**
 * A table of metrics, as the CloudWatch console's graph downloads it: a column is a metric, rows above the first time
 * say which (label, metric name, dimension), rows below give its values. Handed on as `get-metric-data` prints it, which
 * names metrics by their labels too.
 */
export function createMetricColumns(
  inside: InputReader,
  counter: RecordCounter,
): { row(row: CsvRow): void; finish(): void } {
  const headings: (readonly string[])[] = [];
  const columns = new Map<number, Column>();

  const column = (at: number): Column => {
    const known = columns.get(at);
    if (known) return known;
    const label = headings.map((cells) => cells[at] ?? '').join(' ');
    const begun = { label, timestamps: [], values: [] };
    columns.set(at, begun);
    return begun;
  };
  return {
    row({ cells, line }) {
      const [first = '', ...rest] = cells;
      const instantMs = instantOfCell(first);
      if (instantMs === null) {
        if (columns.size === 0) headings.push(cells);
        else counter.rejected(line, 'a row of values that does not begin with a time');
        return;
      }
      for (const [index, cell] of rest.entries()) {
        // No value of a minute is an empty cell.
        if (cell.trim() === '') continue;
        const { timestamps, values } = column(index + 1);
        const value = Number(cell);
        if (!Number.isFinite(value)) counter.rejected(line, 'a value that is no number');
        else {
          timestamps.push(new Date(instantMs).toISOString());
          values.push(value);
        }
      }
    },
    finish() {
      const results = [...columns.values()].map(({ label, timestamps, values }) => ({
        Label: label,
        Timestamps: timestamps,
        Values: values,
      }));
      inside.push(new TextEncoder().encode(JSON.stringify({ MetricDataResults: results })));
    },
  };
}
