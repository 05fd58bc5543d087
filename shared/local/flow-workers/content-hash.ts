import { createHash } from 'node:crypto';
import { rawChunks, readContent } from '../files/read-file.ts';

/** SHA-256 of a file's decompressed bytes. */
export async function contentHash(path: string, bytes: number): Promise<string> {
  const hash = createHash('sha256');
  const file = { path, name: path, bytes, modifiedMs: 0 };
  await readContent(
    file,
    rawChunks(file, () => {}),
    (chunk) => hash.update(chunk),
  );
  return hash.digest('hex');
}
