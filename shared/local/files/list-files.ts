import { readdirSync, realpathSync, statSync, type Dirent, type Stats } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { reasonOf } from './reason-of.ts';

/**
 * One file to read, as found. `name` is its path below the folder that all files share: what log sources are called,
 * so that a finding does not depend on where the folder lies. `modifiedMs` stands in for the time of inputs without one;
 * pipes are of now.
 */
export type InputFile = {
  readonly path: string;
  readonly name: string;
  readonly bytes: number;
  readonly modifiedMs: number;
};

type FoundFile = Omit<InputFile, 'name'>;

export type FileList = {
  /** Ascending by path, each file once. */
  readonly files: readonly InputFile[];
  /** Paths below the given ones that could not be read, with the reason. */
  readonly unreadable: readonly { readonly path: string; readonly reason: string }[];
};

/** As a path: standard input. */
export const STANDARD_INPUT = '-';

export const DEPTH_LIMIT = 32;
export const FILES_LIMIT = 100_000;

/** A path that the user named and that cannot be read: the run cannot do what was asked. */
export class UnreadablePath extends Error {
  override readonly name = 'UnreadablePath';
}

/**
 * Finds the files behind paths (`-` is standard input): folders are walked, hidden folders (`.git`, `.freeport`) and what
 * the system keeps there (`.DS_Store`) are left out, and a folder that links lead to again is walked once. Calls are
 * synchronous, which is several times as fast as a promise for each file.
 */
export function listFiles(paths: readonly string[], nowMs: number): FileList {
  const walk: Walk = { files: new Map(), unreadable: [], visited: new Set() };
  for (const path of paths) {
    if (path === STANDARD_INPUT) {
      addFile(path, { path, bytes: 0, modifiedMs: nowMs }, walk);
      continue;
    }
    const found = statOf(path);
    // A pipe that the user named is read; one met on a walk could block for ever.
    if (found.isFIFO()) addFile(path, { path, bytes: 0, modifiedMs: nowMs }, walk);
    else visit({ path, realOf: () => realpathSync.native(path), depth: 0 }, walk, found);
  }
  const files = [...walk.files.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
  return { files: named(files), unreadable: walk.unreadable };
}

function statOf(path: string): Stats {
  try {
    return statSync(path);
  } catch (error) {
    throw new UnreadablePath(`cannot read ${path}: ${reasonOf(error)}`, { cause: error });
  }
}

function named(files: readonly FoundFile[]): InputFile[] {
  const absolute = files.map(({ path }) => resolve(path === STANDARD_INPUT ? 'stdin' : path));
  const shared = sharedFolder(absolute.map((path) => dirname(path)));
  return files.map((file, index) => ({ ...file, name: relative(shared, absolute[index] ?? file.path) }));
}

function sharedFolder(folders: readonly string[]): string {
  let shared = folders[0] ?? '';
  const isAbove = (folder: string): boolean => folder === shared || folder.startsWith(`${shared}${sep}`);
  while (shared !== dirname(shared) && !folders.every(isAbove)) shared = dirname(shared);
  return shared;
}

type Walk = {
  /** By real path, so that a file given twice, or linked to, is read once. */
  readonly files: Map<string, FoundFile>;
  readonly unreadable: { path: string; reason: string }[];
  readonly visited: Set<string>;
};

/** What is to be looked at: `realOf` finds its path without links. */
type Place = { readonly path: string; readonly realOf: () => string; readonly depth: number };

function visit({ path, realOf, depth }: Place, walk: Walk, known?: Stats): void {
  try {
    const found = known ?? statSync(path);
    if (found.isDirectory()) visitFolder(path, realOf(), depth, walk);
    else if (found.isFile()) addFile(realOf(), { path, bytes: found.size, modifiedMs: found.mtimeMs }, walk);
    else walk.unreadable.push({ path, reason: 'no file, but a pipe, a socket or a device: name it to read a pipe' });
  } catch (error) {
    walk.unreadable.push({ path, reason: reasonOf(error) });
  }
}

function visitFolder(folder: string, real: string, depth: number, walk: Walk): void {
  if (walk.visited.has(real)) return;
  walk.visited.add(real);
  if (depth >= DEPTH_LIMIT) {
    walk.unreadable.push({ path: folder, reason: `more than ${DEPTH_LIMIT} folders deep` });
    return;
  }
  const entries = readdirSync(folder, { withFileTypes: true });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (isLeftOut(entry)) continue;
    const path = join(folder, entry.name);
    // Below a path without links, what is no link has none either.
    const realOf = (): string => (entry.isSymbolicLink() ? realpathSync.native(path) : join(real, entry.name));
    visit({ path, realOf, depth: depth + 1 }, walk);
  }
}

const isLeftOut = (entry: Dirent): boolean =>
  (entry.isDirectory() && entry.name.startsWith('.')) || OF_A_SYSTEM.test(entry.name);

/** What macOS and Windows leave beside files, on foreign disks and in archives: nobody exported it. */
const OF_A_SYSTEM = /^(?:\._.*|\.DS_Store|__MACOSX|Thumbs\.db|desktop\.ini)$/i;

function addFile(real: string, file: FoundFile, walk: Walk): void {
  const known = walk.files.get(real);
  if (known && known.path <= file.path) return;
  if (known || walk.files.size < FILES_LIMIT) walk.files.set(real, file);
  else throw new UnreadablePath(`more than ${FILES_LIMIT} files: name fewer folders`);
}
