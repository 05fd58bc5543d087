import { plainLine } from '../../shared/core/finding/plain-text.ts';
import type { FlowRanking } from '../../shared/local/flow-workers/rank-flow-logs.ts';

const NOTES_LIMIT = 10;

type Note = { readonly path: string; readonly text: string };

/** What the user should know of the inputs: what was left out, rejected or lost, said once for all files of which it is true. */
export function flowNotes({ files }: FlowRanking, unreadable: readonly { path: string; reason: string }[]): string[] {
  const notes: Note[] = [
    ...unreadable.map(({ path, reason }) => ({ path, text: reason })),
    ...files.flatMap(({ path, warnings }) => warnings.map((text) => ({ path, text }))),
    ...files.flatMap(({ path, counts }) => {
      if (!counts || counts.rejected === 0) return [];
      const [first] = counts.rejectedExamples;
      const where = first ? `, the first in line ${first.line}: ${first.reason}` : '';
      return [{ path, text: `${counts.rejected} records rejected${where}` }];
    }),
  ];
  const same = [...Map.groupBy(notes, kindOf).values()].map(sayOnce);
  const more = same.length - NOTES_LIMIT;
  return more > 0 ? [...same.slice(0, NOTES_LIMIT), `and ${more} more notes`] : same;
}

const NUMBERS = /\d+/g;
/** What lies beside flow logs may be of many kinds, and is one note all the same. */
const NO_FLOW_LOG = /^not a flow log\b/;

const kindOf = ({ text }: Note): string => NO_FLOW_LOG.exec(text)?.[0] ?? text.replace(NUMBERS, '#');

/** One note as it is; of several alike the number at the front is added up, and one file named. */
function sayOnce(notes: readonly Note[]): string {
  const [first] = notes as readonly [Note, ...Note[]];
  if (notes.length === 1) return `${plainLine(first.path)}: ${plainLine(first.text)}`;
  const [, , rest = NO_FLOW_LOG.exec(first.text)?.[0] ?? first.text] = /^(\d+) (.*)$/.exec(first.text) ?? [];
  const total = notes.reduce((sum, { text }) => sum + Number(/^\d+/.exec(text)?.[0] ?? 0), 0);
  return `${total > 0 ? `${total} ` : ''}${plainLine(rest)} (in ${notes.length} files, the first ${plainLine(first.path)})`;
}
