import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { constants, createGunzip, gunzipSync } from 'node:zlib';
import type { EngineInput, FlowEngine } from '../../core/flow-log/engine/engine.ts';
import { isParquet } from '../../core/flow-log/is-parquet.ts';
import { looksLikeFlowLog } from '../../core/flow-log/looks-like-flow-log.ts';

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
  | ({ readonly kind: 'read' } & EngineInput)
  | { readonly kind: 'skipped'; readonly reason: string };

export type ReadFlowFileOptions = {
  /** Fields of files without a header; a file is then not asked what it is. */
  readonly format: readonly string[] | undefined;
  /** `CHUNK_BYTES` that every file is read into: a new one for each would be garbage that lies about. */
  readonly buffer: Buffer;
  readonly onBytes: (bytes: number) => void;
};

/** Reads a flow log file, plain, gzip or Parquet, into the engine. What is no flow log is left out, with the reason. */
export async function readFlowFile(
  engine: FlowEngine,
  path: string,
  { format, buffer, onBytes }: ReadFlowFileOptions,
): Promise<FlowFileResult> {
  const file = openSync(path, 'r');
  try {
    const first = buffer.subarray(0, readSync(file, buffer, 0, CHUNK_BYTES, 0));
    const { size } = fstatSync(file);
    const isGzip = first[0] === 0x1f && first[1] === 0x8b;
    const hasRows = isParquet(first);
    if (format === undefined && !hasRows && !looksLikeFlowLog(isGzip ? firstText(first) : first))
      return { kind: 'skipped', reason: 'not a flow log' };
    engine.beginInput({ file: path, format });
    if (hasRows) await pushParquet(engine, path, onBytes, size);
    else if (!isGzip) eachChunk(file, buffer, first, (chunk) => push(engine, chunk, onBytes));
    else if (engine.pushGzip) eachChunk(file, buffer, first, (chunk) => pushGzip(engine, chunk, onBytes));
    else return { kind: 'read', ...(await inflateInto(engine, file, { size, buffer, first, onBytes })) };
    return { kind: 'read', ...engine.endInput() };
  } finally {
    closeSync(file);
  }
}

/** Enough of the text to tell what it is: what zlib can make of the first bytes. */
const FIRST_GZIP_BYTES = 1024;

function firstText(gzip: Uint8Array): Uint8Array {
  try {
    return gunzipSync(gzip.subarray(0, FIRST_GZIP_BYTES), { finishFlush: constants.Z_SYNC_FLUSH });
  } catch {
    return new Uint8Array(0);
  }
}

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

async function pushParquet(
  engine: FlowEngine,
  path: string,
  onBytes: (bytes: number) => void,
  size: number,
): Promise<void> {
  // Few logs are Parquet: the others do not wait for its reader to be loaded.
  const { parquetFileText } = await import('../../parquet-flows.ts');
  for await (const text of parquetFileText(path)) engine.push(text);
  onBytes(size);
}

type Source = {
  readonly size: number;
  readonly buffer: Buffer;
  readonly first: Buffer;
  readonly onBytes: (bytes: number) => void;
};

/** For engines that take text alone. */
async function inflateInto(engine: FlowEngine, file: number, source: Source): Promise<EngineInput> {
  const { size, buffer, first, onBytes } = source;
  if (size <= WHOLE_GZIP_BYTES) {
    const gzip = size <= first.length ? first : Buffer.allocUnsafe(size);
    if (gzip !== first) eachChunk(file, buffer, first, chunkWriter(gzip));
    const text = inflateWhole(gzip);
    if (text !== null) {
      push(engine, text, () => onBytes(size));
      release(text);
      return engine.endInput();
    }
  }
  let damage: string | null = null;
  const inflate = createGunzip({ chunkSize: STREAMED_BYTES });
  const fed = feed(inflate, file, source);
  try {
    for await (const text of inflate as AsyncIterable<Buffer>) {
      engine.push(text);
      // zlib goes on behind the text while there is room for more.
      if (text.byteOffset + text.length === text.buffer.byteLength) release(text);
    }
  } catch (error) {
    damage = (error as NodeJS.ErrnoException).code === 'Z_BUF_ERROR' ? 'truncated gzip' : 'damaged gzip';
  }
  await fed;
  return { ...engine.endInput(), damage };
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
