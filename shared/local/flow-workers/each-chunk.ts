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

/** The whole file once more, by default in a buffer of its own; each chunk is good until the next. */
export function* chunksOf(file: number, buffer = Buffer.allocUnsafeSlow(CHUNK_BYTES)): Generator<Buffer, void> {
  let at = 0;
  for (let length = -1; length !== 0; at += length) {
    length = readSync(file, buffer, 0, CHUNK_BYTES, at);
    if (length > 0) yield buffer.subarray(0, length);
  }
}
