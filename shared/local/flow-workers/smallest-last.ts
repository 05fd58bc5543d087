import { statSync } from 'node:fs';

/** So many files are put in another order than that of time. */
const LAST_FILES = 32;

/** The last files by size, the largest first: threads then end together, and none waits for another's large one. */
export function smallestLast(files: readonly string[]): string[] {
  const last = files.slice(-LAST_FILES).map((path) => ({ path, bytes: bytesOf(path) }));
  return [...files.slice(0, -LAST_FILES), ...last.sort((a, b) => b.bytes - a.bytes).map(({ path }) => path)];
}

function bytesOf(path: string): number {
  try {
    return statSync(path).size;
  } catch {
    // Whoever reads it says what is wrong with it.
    return 0;
  }
}
