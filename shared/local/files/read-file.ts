import { createHash } from 'node:crypto';
import { closeSync, createReadStream, openSync, readFileSync } from 'node:fs';
import { isParquet } from '../../core/flow-log/is-parquet.ts';
import { resourceWithin } from '../../core/metric/metric-names.ts';
import type { AnyPart } from '../../core/model/part.ts';
import { PART_VERSION } from '../../core/model/part.ts';
import type { Reading } from '../../core/model/reading.ts';
import { chunksOf } from './chunks-of.ts';
import { gunzipChunks, gunzipSmall, isGzip } from './decompress.ts';
import type { Again } from './decompress.ts';
import { createIntake } from './intake.ts';
import type { IntakeOptions, IntakeResult } from './intake.ts';
import { STANDARD_INPUT } from './list-files.ts';
import type { InputFile } from './list-files.ts';
import { logSourceName } from './log-source-name.ts';
import { parquetText } from './parquet-text.ts';
import { recoderFor } from './recode-text.ts';

/** A buffer of this size for each of thousands of small files costs more than reading them: see `roomFor`. */
const READ_BYTES = 256 * 1024;
const LEAST_READ_BYTES = 4 * 1024;
/** Flow logs become six times as long, application logs ten. */
const INFLATED = 8;

export type FileRead = {
  readonly result: IntakeResult;
  /** SHA-256 of the decompressed bytes, so that `x.log` and `x.log.gz` are one input. */
  readonly contentHash: string;
  readonly damage: string | null;
};

export type ReadFileOptions = Pick<IntakeOptions, 'natGateway' | 'flowReaders'>;

/** Reads one file in bounded memory. `onBytes` hears of every chunk taken from the disk. */
export async function readFile(
  file: InputFile,
  options: ReadFileOptions,
  onBytes: (bytes: number) => void,
): Promise<FileRead> {
  const hash = createHash('sha256');
  const read = await readChunks(file, rawChunks(file, onBytes), options, (chunk) => hash.update(chunk));
  return { ...read, contentHash: hash.digest('hex') };
}

/** Reads what is a file, or comes as one does: `raw` are its bytes as they lie on the disk. */
export async function readChunks(
  file: InputFile,
  raw: RawChunks,
  { natGateway, flowReaders }: ReadFileOptions,
  onContent: (chunk: Uint8Array) => void,
): Promise<Omit<FileRead, 'contentHash'>> {
  const intake = createIntake({
    file: file.path,
    logGroup: logSourceName(file.name),
    takenAtMs: file.modifiedMs,
    natGateway: natGateway ?? natGatewayIn(file.path),
    flowReaders,
  });
  const chunks = contentChunks(file, raw);
  let next = await chunks.next();
  for (; !next.done; next = await chunks.next()) {
    onContent(next.value);
    intake.push(next.value);
  }
  return { result: intake.finish(), damage: next.value };
}

/** Hands on a file's content as text, gzip and Parquet unpacked, for whoever knows what it is. Returns what is wrong with it. */
export async function readContent(
  file: InputFile,
  raw: RawChunks,
  push: (chunk: Uint8Array) => void,
): Promise<string | null> {
  const chunks = contentChunks(file, raw);
  let next = await chunks.next();
  for (; !next.done; next = await chunks.next()) push(next.value);
  return next.value;
}

/** Pipes do not say how much they hold. */
const roomFor = (bytes: number): number =>
  bytes <= 1 ? READ_BYTES : Math.min(READ_BYTES, Math.max(LEAST_READ_BYTES, bytes));

/** `get-metric-statistics` answers without saying of what: whoever keeps several answers names their files or folders. */
function natGatewayIn(path: string): string | null {
  return resourceWithin(path, 'nat-gateway');
}

/** The file's bytes as UTF-8 text or as they are, gzip taken off, Parquet as text; returns what was wrong with the gzip. */
async function* contentChunks(file: InputFile, raw: RawChunks): AsyncGenerator<Uint8Array, string | null> {
  const first = await raw.next();
  if (first.done) return null;
  if (isGzip(first.value)) return yield* utf8Chunks(gzipText(file, first.value, raw));
  const whole = preceded(first.value, raw);
  if (isParquet(first.value)) return yield* parquetChunks(whole);
  return yield* utf8Chunks(whole);
}

async function* gzipText(
  { path, bytes: size }: InputFile,
  first: Uint8Array,
  raw: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, string | null> {
  const small = first.length === size ? gunzipSmall(first) : null;
  if (small !== null) {
    yield small;
    return null;
  }
  const chunks = preceded(first, raw);
  const isFile = path !== STANDARD_INPUT && size > 0;
  const kept = isFile ? { chunks, again: () => chunksOfFile(path) } : keeping(chunks);
  const { damage } = yield* gunzipChunks(kept.chunks, kept.again, roomFor(size * INFLATED));
  return damage;
}

/** A pipe's bytes come once: so many are kept for what zlib throws away when it finds them damaged. */
const KEPT_BYTES = 64 * 1024 * 1024;

function keeping(chunks: AsyncIterable<Uint8Array>): { chunks: AsyncIterable<Uint8Array>; again: Again } {
  let kept: Uint8Array[] | null = [];
  let bytes = 0;
  const passing = async function* (): AsyncGenerator<Uint8Array, void> {
    for await (const chunk of chunks) {
      bytes += chunk.length;
      if (bytes > KEPT_BYTES) kept = null;
      kept?.push(chunk);
      yield chunk;
    }
  };
  return { chunks: passing(), again: () => kept };
}

function* chunksOfFile(path: string): Generator<Uint8Array, void> {
  const file = openSync(path, 'r');
  try {
    yield* chunksOf(file);
  } finally {
    closeSync(file);
  }
}

/** Rows before a damage count; a file that has none is no flow log, and throws. */
async function* parquetChunks(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, string | null> {
  let texts = 0;
  try {
    for await (const text of parquetText(chunks)) {
      yield text;
      texts += 1;
    }
    return null;
  } catch (error) {
    // The first text is the header.
    if (texts > 1 && error instanceof Error && error.name === 'UnreadableParquet') return error.message;
    throw error;
  }
}

export async function* preceded(first: Uint8Array, rest: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, null> {
  yield first;
  yield* rest;
  return null;
}

/** Pipes give a little at a time; the first chunk must hold what tells a packing. */
const FIRST_BYTES = 64;

export type RawChunks = AsyncGenerator<Uint8Array, unknown>;

/** The bytes of a file or a pipe as they are. */
export async function* rawChunks(
  { path, bytes: size }: Pick<InputFile, 'path' | 'bytes'>,
  onBytes: (bytes: number) => void,
): RawChunks {
  if (path !== STANDARD_INPUT && size > 1 && size <= READ_BYTES) {
    // Small files come in thousands: each step of a stream waits for a thread longer than the whole of this takes.
    const whole = readFileSync(path);
    onBytes(whole.length);
    if (whole.length > 0) yield whole;
    return;
  }
  const source = path === STANDARD_INPUT ? process.stdin : createReadStream(path, { highWaterMark: roomFor(size + 1) });
  let held: Uint8Array | null = new Uint8Array(0);
  for await (const chunk of source) {
    const bytes: Uint8Array = held === null ? chunk : Buffer.concat([held, chunk]);
    onBytes(chunk.length);
    held = held !== null && bytes.length < FIRST_BYTES ? bytes : null;
    if (held === null) yield bytes;
  }
  if (held !== null && held.length > 0) yield held;
}

/** Text as every reader expects it. Returns what the chunks returned. */
async function* utf8Chunks<T>(chunks: AsyncGenerator<Uint8Array, T>): AsyncGenerator<Uint8Array, T | null> {
  const first = await chunks.next();
  if (first.done) return first.value;
  const recode = recoderFor(first.value);
  let next: IteratorResult<Uint8Array, T> = first;
  for (; !next.done; next = await chunks.next()) yield recode === null ? next.value : recode(next.value);
  if (recode !== null) yield recode(null);
  return next.value;
}

/**
 * One part per scope. The id derives from the content, and from the minute too where the content holds no time: the
 * same socket table taken twice is two observations.
 */
export function partsOf(reading: Reading, input: string, contentHash: string): AnyPart[] {
  const { source, fields } = reading;
  if (source === 'inventory') return [];
  return reading.scopes.map(({ scope, observations, rows }): AnyPart => {
    const taken = source === 'socket-table' ? String(observations[0]?.minute) : '';
    const id = createHash('sha256').update([contentHash, source, scope, taken].join('\n')).digest('hex').slice(0, 32);
    const part = { version: PART_VERSION, id, source, scope, input, fields, observations } as const;
    return rows === undefined ? part : { ...part, rows };
  });
}
