import { createHash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { isGzip } from '../files/decompress.ts';
import { rawChunks, readContent } from '../files/read-file.ts';
import type { BegunFile } from './copies.ts';
import { chunksOf } from './each-chunk.ts';

/** To the byte, or packed in another way. What cannot be read now is no copy that could stand for another. */
export async function isAlike(begun: BegunFile, path: string): Promise<boolean> {
  let file: number | null = null;
  try {
    file = openSync(path, 'r');
    const { size } = fstatSync(file);
    if (size === begun.size && haveSameBytes(begun.file, file)) return true;
    return (
      mayBePacked(begun.file, file) && (await contentHash(path, size)) === (await contentHash(begun.path, begun.size))
    );
  } catch {
    return false;
  } finally {
    if (file !== null) closeSync(file);
  }
}

const mayBePacked = (...files: readonly number[]): boolean =>
  files.some((file) => {
    const first = Buffer.alloc(2);
    readSync(file, first, 0, first.length, 0);
    return isGzip(first);
  });

function haveSameBytes(file: number, other: number): boolean {
  const others = chunksOf(other);
  for (const chunk of chunksOf(file)) {
    const { value } = others.next();
    if (!value || !chunk.equals(value)) return false;
  }
  return others.next().done === true;
}

/** SHA-256 of a file's decompressed bytes. */
async function contentHash(path: string, bytes: number): Promise<string> {
  const hash = createHash('sha256');
  const file = { path, name: path, bytes, modifiedMs: 0 };
  await readContent(
    file,
    rawChunks(file, () => {}),
    (chunk) => hash.update(chunk),
  );
  return hash.digest('hex');
}
