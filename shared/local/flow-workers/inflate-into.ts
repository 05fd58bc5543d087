import { readSync } from 'node:fs';
import { createGunzip, gunzipSync } from 'node:zlib';
import type { FlowEngine } from '../../core/flow-log/engine/engine.ts';
import { chunksOf } from '../files/chunks-of.ts';
import { TRUNCATED, zlibDamage } from '../files/decompress.ts';
import { CHUNK_BYTES, eachChunk } from './each-chunk.ts';

/**
 * Objects no larger, and with no more text, are inflated at once into one buffer. Larger ones are streamed: zlib then
 * works beside this thread, and their buffers are not garbage of many megabytes.
 */
const WHOLE_GZIP_BYTES = 128 * 1024;
const WHOLE_TEXT_BYTES = 8 * 1024 * 1024;
/** What a stream hands over at once: little enough that it is still in the cache when it is read. */
const STREAMED_BYTES = 256 * 1024;

export type GzipSource = {
  readonly size: number;
  readonly buffer: Buffer;
  readonly first: Buffer;
  readonly onBytes: (bytes: number) => void;
};

/** For engines that take text alone. Returns what is wrong with the gzip. */
export async function inflateInto(engine: FlowEngine, file: number, source: GzipSource): Promise<string | null> {
  const { size, buffer, first, onBytes } = source;
  if (size <= WHOLE_GZIP_BYTES) {
    const gzip = size <= first.length ? first : Buffer.allocUnsafe(size);
    if (gzip !== first) eachChunk(file, buffer, first, chunkWriter(gzip));
    const text = inflateWhole(gzip);
    if (text !== null) {
      engine.push(text);
      onBytes(size);
      release(text);
      return null;
    }
  }
  let damage: string | null = null;
  let textBytes = 0;
  const inflate = createGunzip({ chunkSize: STREAMED_BYTES });
  const fed = feed(inflate, file, source);
  try {
    for await (const text of inflate as AsyncIterable<Buffer>) {
      engine.push(text);
      textBytes += text.length;
      // zlib goes on behind the text while there is room for more.
      if (text.byteOffset + text.length === text.buffer.byteLength) release(text);
    }
  } catch (error) {
    damage = zlibDamage(error);
    if (damage === null) throw error;
  } finally {
    // Before the file is closed.
    await fed;
  }
  return damage === null || damage === TRUNCATED ? damage : pushRest(engine, file, textBytes);
}

/** What a damaged stream had not handed over yet. Few files are damaged: the others do not wait for what reads these. */
async function pushRest(engine: FlowEngine, file: number, textBytes: number): Promise<string | null> {
  const { restOfGzip } = await import('../files/readable-gzip.ts');
  const rest = restOfGzip(chunksOf(file), textBytes);
  let next = rest.next();
  for (; !next.done; next = rest.next()) engine.push(next.value);
  return next.value;
}

/**
 * Gives a text's memory back at once. Left to the garbage collector, it would mark the heap for every 24 MB of text, and
 * keep as much. What lies in Node's own pool is not ours to give.
 */
function release(text: Buffer): void {
  if (text.buffer.byteLength > Buffer.poolSize) (text.buffer as ArrayBuffer).transfer(0);
}

function chunkWriter(target: Buffer): (chunk: Buffer) => void {
  let at = 0;
  return (chunk) => {
    at += chunk.copy(target, at);
  };
}

/** Into one buffer of the size that the last four bytes promise; null when they were wrong, or the gzip is damaged. */
function inflateWhole(gzip: Buffer): Buffer | null {
  const length = gzip.length < 18 ? 0 : gzip.readUInt32LE(gzip.length - 4);
  if (length > WHOLE_TEXT_BYTES) return null;
  try {
    return gunzipSync(gzip, { chunkSize: Math.max(length + 1, 64), maxOutputLength: WHOLE_TEXT_BYTES });
  } catch {
    return null;
  }
}

async function feed(inflate: ReturnType<typeof createGunzip>, file: number, source: GzipSource): Promise<void> {
  // A write whose bytes turn out to be damaged is never called back.
  const closed = new Promise<void>((resolve) => inflate.once('close', resolve));
  let at = 0;
  for (;;) {
    const length = readSync(file, source.buffer, 0, CHUNK_BYTES, at);
    if (length === 0) break;
    at += length;
    source.onBytes(length);
    if (inflate.destroyed) return;
    // Each is awaited: its buffer is used again, and zlib drops its last output when the end of a cut file comes with it.
    const written = new Promise<void>((resolve) => inflate.write(source.buffer.subarray(0, length), () => resolve()));
    await Promise.race([closed, written]);
  }
  inflate.end();
}
