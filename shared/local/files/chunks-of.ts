import { readSync } from 'node:fs';

const CHUNK_BYTES = 256 * 1024;

/** The whole of an open file once more, by default in a buffer of its own; each chunk is good until the next. */
export function* chunksOf(file: number, buffer = Buffer.allocUnsafeSlow(CHUNK_BYTES)): Generator<Buffer, void> {
  let at = 0;
  for (let length = -1; length !== 0; at += length) {
    length = readSync(file, buffer, 0, buffer.length, at);
    if (length > 0) yield buffer.subarray(0, length);
  }
}
