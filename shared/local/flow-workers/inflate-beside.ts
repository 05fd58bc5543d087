import { readSync } from 'node:fs';
import { createGunzip, type Gunzip } from 'node:zlib';
import { CHUNK_BYTES } from './each-chunk.ts';
import { TEXT_BYTES, type GzipSource, type PushText } from './gzip-source.ts';

/** Inflates the file as a stream: zlib works beside this thread. Throws what zlib says is wrong with the file. */
export async function inflateBeside(source: GzipSource, push: PushText): Promise<void> {
  const inflate = createGunzip({ chunkSize: TEXT_BYTES });
  const fed = feed(inflate, source);
  try {
    for await (const text of inflate as AsyncIterable<Buffer>) {
      push(text);
      // zlib goes on behind the text while there is room for more.
      if (text.byteOffset + text.length === text.buffer.byteLength) release(text);
    }
  } finally {
    // Before the file is closed.
    await fed;
  }
}

/**
 * Gives a text's memory back at once. Left to the garbage collector, it would mark the heap for every 24 MB of text, and
 * keep as much. What lies in Node's own pool is not ours to give.
 */
export function release(text: Buffer): void {
  if (text.buffer.byteLength > Buffer.poolSize) (text.buffer as ArrayBuffer).transfer(0);
}

async function feed(inflate: Gunzip, { file, buffer, onBytes }: GzipSource): Promise<void> {
  // A write whose bytes turn out to be damaged is never called back.
  const closed = new Promise<void>((resolve) => inflate.once('close', resolve));
  let at = 0;
  for (;;) {
    const length = readSync(file, buffer, 0, CHUNK_BYTES, at);
    if (length === 0) break;
    at += length;
    onBytes(length);
    if (inflate.destroyed) return;
    // Each is awaited: its buffer is used again, and zlib drops its last output when the end of a cut file comes with it.
    const written = new Promise<void>((resolve) => inflate.write(buffer.subarray(0, length), () => resolve()));
    await Promise.race([closed, written]);
  }
  inflate.end();
}
