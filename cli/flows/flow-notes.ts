import { plainLine } from '../../shared/core/finding/plain-text.ts';
import type { FlowRanking } from '../../shared/local/flow-workers/rank-flow-logs.ts';

const NOTES_LIMIT = 10;

/** What the user should know of the inputs, one line each: what was left out, rejected or lost, and in which file. */
export function flowNotes({ files }: FlowRanking, unreadable: readonly { path: string; reason: string }[]): string[] {
  const notes = [
    ...unreadable.map(({ path, reason }) => `${plainLine(path)}: ${plainLine(reason)}`),
    ...files.flatMap(({ path, warnings }) => warnings.map((warning) => `${plainLine(path)}: ${plainLine(warning)}`)),
    ...files.flatMap(({ path, counts }) => {
      if (!counts || counts.rejected === 0) return [];
      const [first] = counts.rejectedExamples;
      const example = first ? `, first in line ${first.line}: ${plainLine(first.reason)}` : '';
      return [`${plainLine(path)}: ${counts.rejected} records rejected${example}`];
    }),
  ];
  const more = notes.length - NOTES_LIMIT;
  return more > 0 ? [...notes.slice(0, NOTES_LIMIT), `and ${more} more notes`] : notes;
}
