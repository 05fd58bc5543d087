/** So many files at least are put in another order than that of time. */
const LAST_FILES = 32;

export type SizedFile = { readonly path: string; readonly bytes: number };

/** The last files by size, the largest first: threads then end together, and none waits for another's large one. */
export function smallestLast<File extends SizedFile>(files: readonly File[], threads: number): File[] {
  const from = Math.max(0, Math.min(files.length - LAST_FILES, evenlySharedFrom(files, threads)));
  return [...files.slice(0, from), ...files.slice(from).sort((a, b) => b.bytes - a.bytes)];
}

/** Before this, none is so large that those after it would be read by the other threads while it still is. */
function evenlySharedFrom(files: readonly SizedFile[], threads: number): number {
  let from = files.length;
  let bytesFrom = 0;
  let largest = 0;
  for (const [i, { bytes }] of [...files.entries()].toReversed()) {
    bytesFrom += bytes;
    largest = Math.max(largest, bytes);
    if (bytesFrom < largest * threads) from = i - 1;
  }
  return from;
}
