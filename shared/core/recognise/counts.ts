import { REJECTED_EXAMPLES_LIMIT } from '../model/reading.ts';
import type { ReadingCounts, RejectedRecord } from '../model/reading.ts';

/** Counts while reading: bad records are counted, and the first few kept as examples. */
export type RecordCounter = {
  read(records?: number): void;
  skipped(records?: number): void;
  rejected(line: number, reason: string): void;
  counts(): ReadingCounts;
};

export function createRecordCounter(file: string): RecordCounter {
  let read = 0;
  let skipped = 0;
  let rejected = 0;
  const rejectedExamples: RejectedRecord[] = [];
  return {
    read: (records = 1) => {
      read += records;
    },
    skipped: (records = 1) => {
      skipped += records;
    },
    rejected: (line, reason) => {
      rejected += 1;
      if (rejectedExamples.length < REJECTED_EXAMPLES_LIMIT) rejectedExamples.push({ file, line, reason });
    },
    counts: () => ({ read, rejected, skipped, rejectedExamples: [...rejectedExamples] }),
  };
}
