import type { FileOutcome } from './read-share.ts';

/**
 * Which of several files alike was read, and which were not, depends on whose thread was first: the one whose path comes
 * first is said to be counted.
 */
export function settleCopies(files: readonly FileOutcome[]): FileOutcome[] {
  const twins = new Map(files.flatMap(({ path, copyOf }) => (copyOf === undefined ? [] : [[path, copyOf] as const])));
  const readOf = (path: string): string => {
    const twin = twins.get(path);
    return twin === undefined ? path : readOf(twin);
  };
  return [...Map.groupBy(files, ({ path }) => readOf(path)).values()].flatMap(settled);
}

function settled(group: readonly FileOutcome[]): FileOutcome[] {
  const read = group.find(({ copyOf }) => copyOf === undefined);
  const [first, ...others] = group.map(({ path }) => path).sort();
  if (read === undefined || first === undefined) return [...group];
  const { counts } = read;
  const isCounted = counts !== null && counts.read + counts.rejected + counts.skipped > 0;
  const said = isCounted ? { counts: null, warnings: [`counted once, as it is the same as ${first}`] } : read;
  return [{ ...read, path: first }, ...others.map((path) => ({ ...said, path }))];
}
