import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { createGunzip, gunzipSync } from 'node:zlib';
import type { FlowEngine } from '../../core/flow-log/engine/engine.ts';
import { isParquet } from '../../core/flow-log/is-parquet.ts';
import { looksLikeFlowLog } from '../../core/flow-log/looks-like-flow-log.ts';
import { countsOf, warningsOf } from '../../core/flow-log/tally.ts';
import type { ReadingCounts } from '../../core/model/reading.ts';
import { gunzipReadable } from '../files/decompress.ts';
import { STANDARD_INPUT } from '../files/list-files.ts';
import type { FlowLayout } from './flow-layout.ts';

/** How much of a file is read at once. */
export const CHUNK_BYTES = 256 * 1024;
/**
 * Objects no larger, and with no more text, are inflated at once into one buffer. Larger ones are streamed: zlib then
 * works beside this thread, and their buffers are not garbage of many megabytes.
 */
const WHOLE_GZIP_BYTES = 512 * 1024;
const WHOLE_TEXT_BYTES = 8 * 1024 * 1024;
/** What a stream hands over at once: little enough that it is still in the cache when it is read. */
const STREAMED_BYTES = 256 * 1024;

export type FlowFileResult =
  | { readonly kind: 'read'; readonly counts: ReadingCounts; readonly warnings: readonly string[] }
  | { readonly kind: 'skipped'; readonly reason: string };

export type ReadFlowFileOptions = {
  /** Fields of files without a header; a file is then not asked what it is. */
  readonly format: readonly string[] | undefined;
  /** `CHUNK_BYTES` that every file is read into: a new one for each would be garbage that lies about. */
  readonly buffer: Buffer;
  readonly onBytes: (bytes: number) => void;
};

/**
 * Reads a flow log into the engine: plain, gzip or Parquet as fast as can be, and what else holds flow records (a pipe,
 * an export of CloudWatch Logs, CSV, JSON) the way `freeport analyze` does. What is no flow log is left out, with the reason.
 */
export async function readFlowFile(
  engine: FlowEngine,
  path: string,
  options: ReadFlowFileOptions,
): Promise<FlowFileResult> {
  const found = path === STANDARD_INPUT ? null : statSync(path);
  if (!found?.isFile()) return readWrapped(engine, { path, bytes: 0 }, options);
  const { buffer, onBytes } = options;
  const { size } = found;
  const file = openSync(path, 'r');
  try {
    const first = buffer.subarray(0, readSync(file, buffer, 0, CHUNK_BYTES, 0));
    const isGzip = first[0] === 0x1f && first[1] === 0x8b;
    const hasRows = isParquet(first);
    const layout = hasRows || options.format ? PLAIN_LAYOUT : await layoutOf(first, size, isGzip);
    if (layout.kind === 'none') return { kind: 'skipped', reason: layout.reason };
    if (layout.kind === 'wrapped') return await readWrapped(engine, { path, bytes: size }, options);
    const { format = options.format, warnings } = layout;
    engine.beginInput({ file: path, format });
    if (hasRows) return readOf(engine, warnings, await pushParquet(engine, path, onBytes, size));
    if (!isGzip) eachChunk(file, buffer, first, (chunk) => push(engine, chunk, onBytes));
    else if (engine.pushGzip) eachChunk(file, buffer, first, (chunk) => pushGzip(engine, chunk, onBytes));
    else return readOf(engine, warnings, await inflateInto(engine, file, { size, buffer, first, onBytes }));
    return readOf(engine, warnings);
  } finally {
    closeSync(file);
  }
}

/** Few files are anything else: the others do not wait for what tells them. */
async function layoutOf(first: Uint8Array, size: number, isGzip: boolean): Promise<FlowLayout> {
  const text = isGzip ? gunzipReadable(first.subarray(0, FIRST_GZIP_BYTES)) : first;
  if (looksLikeFlowLog(text)) return PLAIN_LAYOUT;
  return (await import('./flow-layout.ts')).flowLayoutOf(first, size);
}

const PLAIN_LAYOUT: FlowLayout = { kind: 'lines', format: undefined, warnings: [] };

async function readWrapped(
  engine: FlowEngine,
  file: { readonly path: string; readonly bytes: number },
  options: ReadFlowFileOptions,
): Promise<FlowFileResult> {
  return (await import('./read-wrapped-flows.ts')).readWrappedFlows(engine, file, options);
}

function readOf(engine: FlowEngine, warnings: readonly string[], damageOfInput: string | null = null): FlowFileResult {
  const { tally, damage } = engine.endInput();
  const counts = countsOf(tally);
  const broken = damageOfInput ?? damage;
  const ofDamage = broken === null ? [] : [`${broken}: read ${counts.read} records before it`];
  return { kind: 'read', counts, warnings: [...ofDamage, ...warningsOf(tally), ...warnings] };
}

/** How much of a gzip tells what it is. */
const FIRST_GZIP_BYTES = 1024;

function push(engine: FlowEngine, chunk: Uint8Array, onBytes: (bytes: number) => void): void {
  engine.push(chunk);
  onBytes(chunk.length);
}

function pushGzip(engine: FlowEngine, chunk: Uint8Array, onBytes: (bytes: number) => void): void {
  engine.pushGzip?.(chunk);
  onBytes(chunk.length);
}

/** Reads the file chunk by chunk into one buffer, beginning with what is there already. */
function eachChunk(file: number, buffer: Buffer, first: Buffer, visit: (chunk: Buffer) => void): void {
  let length = first.length;
  for (let at = 0; length > 0; length = readSync(file, buffer, 0, CHUNK_BYTES, at)) {
    visit(buffer.subarray(0, length));
    at += length;
  }
}

/** Returns what is wrong with it; rows that could be read count. */
async function pushParquet(
  engine: FlowEngine,
  path: string,
  onBytes: (bytes: number) => void,
  size: number,
): Promise<string | null> {
  // Few logs are Parquet: the others do not wait for its reader to be loaded.
  const { parquetFileText } = await import('../../parquet-flows.ts');
  try {
    for await (const text of parquetFileText(path)) engine.push(text);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    onBytes(size);
  }
}

type Source = {
  readonly size: number;
  readonly buffer: Buffer;
  readonly first: Buffer;
  readonly onBytes: (bytes: number) => void;
};

/** For engines that take text alone. Returns what is wrong with the gzip. */
async function inflateInto(engine: FlowEngine, file: number, source: Source): Promise<string | null> {
  const { size, buffer, first, onBytes } = source;
  if (size <= WHOLE_GZIP_BYTES) {
    const gzip = size <= first.length ? first : Buffer.allocUnsafe(size);
    if (gzip !== first) eachChunk(file, buffer, first, chunkWriter(gzip));
    const text = inflateWhole(gzip);
    if (text !== null) {
      push(engine, text, () => onBytes(size));
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
    damage = (error as NodeJS.ErrnoException).code === 'Z_BUF_ERROR' ? 'truncated gzip' : 'damaged gzip';
  }
  await fed;
  // What a damaged stream had not handed over yet: of a small file, all.
  if (damage !== null && size <= CHUNK_BYTES) engine.push(gunzipReadable(buffer.subarray(0, size)).subarray(textBytes));
  return damage;
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

async function feed(inflate: ReturnType<typeof createGunzip>, file: number, source: Source): Promise<void> {
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
