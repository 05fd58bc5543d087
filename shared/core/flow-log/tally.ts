import { REJECTED_EXAMPLES_LIMIT, type ReadingCounts, type RejectedRecord } from '../model/reading.ts';

/** What became of the lines of one input. */
export type FlowTally = {
  read: number;
  rejected: number;
  noData: number;
  skipData: number;
  valueless: number;
  unknownInitiator: number;
  readonly examples: RejectedRecord[];
};

export const emptyTally = (): FlowTally => ({
  read: 0,
  rejected: 0,
  noData: 0,
  skipData: 0,
  valueless: 0,
  unknownInitiator: 0,
  examples: [],
});

export function reject(tally: FlowTally, example: RejectedRecord): void {
  tally.rejected += 1;
  if (tally.examples.length < REJECTED_EXAMPLES_LIMIT) tally.examples.push(example);
}

export const countsOf = (tally: FlowTally): ReadingCounts => ({
  read: tally.read,
  rejected: tally.rejected,
  skipped: tally.noData + tally.skipData + tally.valueless + tally.unknownInitiator,
  rejectedExamples: tally.examples,
});

export function warningsOf(tally: FlowTally): string[] {
  const warnings: string[] = [];
  if (tally.unknownInitiator > 0)
    warnings.push(`${tally.unknownInitiator} records do not tell who began: no SYN, and equal ports on both sides`);
  if (tally.skipData > 0)
    warnings.push(`${tally.skipData} SKIPDATA records: AWS dropped flows of these interfaces, so counts are too low`);
  if (tally.valueless > 0)
    warnings.push(`${tally.valueless} records carry no addresses and the format has no log-status to say why`);
  return warnings;
}
