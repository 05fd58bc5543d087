import { readSync } from 'node:fs';

/** How much of a file is read at once. */
export const CHUNK_BYTES = 256 * 1024;

/** Reads the file chunk by chunk into one buffer, beginning with what is there already. */
export function eachChunk(file: number, buffer: Buffer, first: Buffer, visit: (chunk: Buffer) => void): void {
  let length = first.length;
  for (let at = 0; length > 0; length = readSync(file, buffer, 0, CHUNK_BYTES, at)) {
    visit(buffer.subarray(0, length));
    at += length;
  }
}
