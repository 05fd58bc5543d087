import type { MinuteLog } from './minute-log.ts';
import type { RunWriter } from './run-writer.ts';
import * as rowWords from './row-words.ts';
import { addTuples, beginRows, createRowTable } from './row-table.ts';
import * as tupleWords from './tuple.ts';

// V8 takes an imported constant from memory, and checks it, at every use; a module's own stand in its code.
const { COVER_RECORDS, LOG_PARTITIONS } = tupleWords;
const { ROW_PLACE, ROW_RECORDS, ROW_WORDS } = rowWords;

export type MinuteCloser = {
  /** Adds up a minute's tuples, one partition after the other, and writes its rows and coverage to the runs. */
  closeMinute(log: MinuteLog, minute: number): void;
};

export function createMinuteCloser(writer: RunWriter): MinuteCloser {
  const table = createRowTable();
  let counts = new Float64Array(3 * 256);
  let touched: number[] = [];
  const cover = (place: number, what: number, count: number): void => {
    if (place * 3 + 3 > counts.length) {
      const grown = new Float64Array(place * 6 + 3);
      grown.set(counts);
      counts = grown;
    }
    const at = place * 3;
    if (counts[at] === 0 && counts[at + 1] === 0 && counts[at + 2] === 0) touched.push(place);
    counts[at + what] = (counts[at + what] as number) + count;
  };
  return {
    closeMinute(log, minute) {
      writer.beginClosing(minute);
      for (let partition = 0; partition < LOG_PARTITIONS; partition += 1) {
        const tuples = log.partitionTuples(minute, partition);
        if (tuples === 0) continue;
        beginRows(table, tuples);
        log.drain(minute, partition, (from, to) => addTuples(table, log.words, from, to, cover));
        for (let row = 0; row < table.count * ROW_WORDS; row += ROW_WORDS)
          if (table.rows[row + ROW_RECORDS] !== 0)
            cover(table.rows[row + ROW_PLACE] as number, COVER_RECORDS, table.rows[row + ROW_RECORDS] as number);
        writer.writeRows(table, minute);
      }
      for (const place of touched) {
        const at = place * 3;
        writer.writeCoverage(minute, place, [counts[at] as number, counts[at + 1] as number, counts[at + 2] as number]);
        counts.fill(0, at, at + 3);
      }
      touched = [];
      log.forget(minute);
    },
  };
}
