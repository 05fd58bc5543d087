import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { chunksOf } from '../files/chunks-of.ts';
import { isGzip } from '../files/decompress.ts';
import type { BegunFile } from './copies.ts';
import { CHUNK_BYTES } from './each-chunk.ts';

/** One file of two names, the same to the byte, or packed in another way. What cannot be read now is no copy that could stand for another. */
export async function isAlike(begun: BegunFile, path: string): Promise<boolean> {
  let file: number | null = null;
  try {
    file = openSync(path, 'r');
    const { dev, ino, size } = fstatSync(file);
    const own = fstatSync(begun.file);
    if (dev === own.dev && ino === own.ino) return true;
    if (size === begun.size && haveSameBytes(begun.file, file)) return true;
    if (!mayBePacked(begun.file, file)) return false;
    // Most copies are the same to the byte: they do not wait for what reads files of any kind.
    const { contentHash } = await import('./content-hash.ts');
    return (await contentHash(path, size)) === (await contentHash(begun.path, begun.size));
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

/** Thousands of files may be copies: buffers of their own would be garbage that lies about. */
const BUFFERS = [Buffer.allocUnsafeSlow(CHUNK_BYTES), Buffer.allocUnsafeSlow(CHUNK_BYTES)] as const;

function haveSameBytes(file: number, other: number): boolean {
  const others = chunksOf(other, BUFFERS[1]);
  for (const chunk of chunksOf(file, BUFFERS[0])) {
    const { value } = others.next();
    if (!value || !chunk.equals(value)) return false;
  }
  return others.next().done === true;
}
