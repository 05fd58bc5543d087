import { readSync } from 'node:fs';
import { basename } from 'node:path';
import { crc32 } from 'node:zlib';
import { chunksOf } from '../files/chunks-of.ts';
import { isGzip } from '../files/decompress.ts';
import { createClaims } from './shared-cells.ts';
import type { SizedFile } from './smallest-last.ts';

/** What all threads know of each other's files, so that one object under two names counts once. */
export type CopyShare = {
  readonly claims: SharedArrayBuffer;
  /** Whether there is an `x.log` and an `x.log.gz` anywhere: files that are not packed are then looked at whole. */
  readonly isMixed: boolean;
};

/** What is open and begun: its first chunk, which is all of a small file. */
export type BegunFile = { readonly path: string; readonly file: number; readonly first: Buffer; readonly size: number };

/** Says which file, of those that are read, has the same content; null, at once for nearly all, where there is none. */
export type FindTwin = (begun: BegunFile) => Promise<string | null> | null;

const PACKED = '.gz';
/** Enough to tell nearly any two files of one length apart, as all begin alike. */
const TAIL_BYTES = 512;

/** In a list as it mostly is, of packed files or of others alone, no name is looked at. */
export function isMixed(files: readonly SizedFile[]): boolean {
  const packed = files.filter(({ path }) => path.endsWith(PACKED));
  if (packed.length === 0 || packed.length === files.length) return false;
  const names = new Set(files.map(({ path }) => basename(path)));
  return packed.some(({ path }) => names.has(basename(path, PACKED)));
}

/** `paths`: the list that all threads take from, one and the same in each; `own` is a file's place in it. */
export function createFindTwin(
  share: CopyShare,
  paths: readonly string[],
): (begun: BegunFile, own: number) => ReturnType<FindTwin> {
  const table = createClaims(share.claims, paths.length);
  return (begun, own) => {
    const marks = begun.size === 0 ? null : marksOf(begun, share.isMixed);
    if (marks === null) return null;
    const found = table.claim(own, marks[0], marks[1], 0);
    return found === own
      ? null
      : twinAmong(found, begun, paths, (passed) => table.claim(own, marks[0], marks[1], passed));
  };
}

/** Hardly any two files come here: the others do not wait for what it takes. */
async function twinAmong(
  first: number,
  begun: BegunFile,
  paths: readonly string[],
  next: (passed: number) => number,
): Promise<string | null> {
  const { isAlike } = await import('./is-alike.ts');
  let passed = 0;
  for (let found = first; paths[found] !== begun.path; found = next(passed)) {
    const path = paths[found] as string;
    if (await isAlike(begun, path)) return path;
    passed += 1;
  }
  return null;
}

type Marks = readonly [length: number, checksum: number];

/** How long a gzip's text is and its checksum, as its last bytes say; of other files their length, and of their end or all. */
function marksOf({ file, first, size }: BegunFile, isWhole: boolean): Marks | null {
  if (isWhole && !isGzip(first)) return [size % 2 ** 32, checksumOf(file)];
  const tail = first.length === size ? first : tailOf(file, size);
  if (!isGzip(first)) return [size % 2 ** 32, crc32(tail.subarray(-TAIL_BYTES))];
  return tail.length < 8 ? null : [tail.readUInt32LE(tail.length - 4), tail.readUInt32LE(tail.length - 8)];
}

function tailOf(file: number, size: number): Buffer {
  const length = Math.min(size, TAIL_BYTES);
  const tail = Buffer.alloc(length);
  return tail.subarray(0, readSync(file, tail, 0, length, size - length));
}

function checksumOf(file: number): number {
  let checksum = 0;
  for (const chunk of chunksOf(file)) checksum = crc32(chunk, checksum);
  return checksum;
}
