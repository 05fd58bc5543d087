import { REJECTED_EXAMPLES_LIMIT } from '../model/reading.ts';
import type { Reading, ReadingCounts } from '../model/reading.ts';

export const addCounts = (a: ReadingCounts, b: ReadingCounts): ReadingCounts => ({
  read: a.read + b.read,
  rejected: a.rejected + b.rejected,
  skipped: a.skipped + b.skipped,
  rejectedExamples: [...a.rejectedExamples, ...b.rejectedExamples].slice(0, REJECTED_EXAMPLES_LIMIT),
});

/** Adds what an envelope's own reader counted to what the records inside gave. */
export const withCounts = (reading: Reading, counts: ReadingCounts): Reading => ({
  ...reading,
  counts: addCounts(reading.counts, counts),
});
