import { plainLine } from '../../shared/core/finding/plain-text.ts';
import type { FlowRanking } from '../../shared/local/flow-workers/rank-flow-logs.ts';

const NOTES_LIMIT = 10;

type Note = { readonly path: string; readonly text: string };

/** What the user should know of the inputs: what was left out, rejected or lost, said once for all files of which it is true. */
export function flowNotes(ranking: FlowRanking, unreadable: readonly { path: string; reason: string }[]): string[] {
  // Whichever thread read them.
  const files = ranking.files.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  const notes: Note[] = [
    ...unreadable.map(({ path, reason }) => ({ path, text: reason })),
    ...files.flatMap(({ path, warnings }) => warnings.map((text) => ({ path, text }))),
    ...files.flatMap(({ path, counts }) => {
      if (!counts || counts.rejected === 0) return [];
      const [first] = counts.rejectedExamples;
      const where = first ? `, the first in line ${first.line}: ${first.reason}` : '';
      return [{ path, text: `${counts.rejected} ${counts.rejected === 1 ? 'record' : 'records'} rejected${where}` }];
    }),
  ];
  const same = [...Map.groupBy(notes, kindOf).values()].map(sayOnce);
  const more = same.length - NOTES_LIMIT;
  return more > 0 ? [...same.slice(0, NOTES_LIMIT), `and ${more} more notes`] : same;
}

const NUMBERS = /\d+/g;
/** Where the reasons are many, they are one note all the same, with the first file's. */
const ONE_NOTE = /^(?:\d+ records? rejected|(?:truncated or damaged gzip, )?not a flow log|counted once)\b/;

const kindOf = ({ text }: Note): string => inPlural(ONE_NOTE.exec(text)?.[0] ?? text).replace(NUMBERS, '#');

const inPlural = (text: string): string => text.replace(/\brecord rejected$/, 'records rejected');

/** One note as it is; of several alike the number at the front is added up, and one file named. */
function sayOnce(notes: readonly Note[]): string {
  const [first] = notes as readonly [Note, ...Note[]];
  if (notes.length === 1) return `${plainLine(first.path)}: ${plainLine(first.text)}`;
  const said = ONE_NOTE.exec(first.text)?.[0] ?? first.text;
  const reason = first.text.slice(said.length).replace(/^, the first/, ',');
  const [, , rest = said] = /^(\d+) (.*)$/.exec(said) ?? [];
  const total = notes.reduce((sum, { text }) => sum + Number(/^\d+/.exec(text)?.[0] ?? 0), 0);
  const where = `in ${notes.length} files, the first ${plainLine(first.path)}${plainLine(reason)}`;
  return `${total > 0 ? `${total} ` : ''}${plainLine(inPlural(rest))} (${where})`;
}
