import type { Reading } from '../../core/model/reading.ts';
import { socketMinutesOfHostLine } from '../../core/socket-table/host-line.ts';
import { createSocketRows } from '../../core/socket-table/socket-rows.ts';
import { parseJson } from '../guards.ts';

/** What lines of `freeport host --watch` say; one that is torn is rejected, and the rest goes on. */
export function readHostLines(lines: readonly string[], file: string): Reading {
  const rows = createSocketRows();
  let [read, rejected] = [0, 0];
  for (const line of lines) {
    const found = socketMinutesOfHostLine(parseJson(line));
    if (found === null) {
      rejected += 1;
      continue;
    }
    read += found.rows.length;
    for (const row of found.rows) rows.add(row);
  }
  const rejectedExamples = rejected === 0 ? [] : [{ file, line: 0, reason: 'not a line of `freeport host --watch`' }];
  const counts = { read, rejected, skipped: 0, rejectedExamples };
  return { source: 'socket-table', counts, fields: [], scopes: rows.byHost(), inventory: null, warnings: [] };
}
