import { closeSync, openSync, readSync, statSync } from 'node:fs';
import type { FlowEngine } from '../../core/flow-log/engine/engine.ts';
import { firstTextOf } from '../../core/flow-log/engine/wasm-gunzip.ts';
import { isParquet } from '../../core/flow-log/is-parquet.ts';
import { looksLikeFlowLog } from '../../core/flow-log/looks-like-flow-log.ts';
import { countsOf, warningsOf } from '../../core/flow-log/tally.ts';
import type { ReadingCounts } from '../../core/model/reading.ts';
import { gunzipBeginning, isGzip } from '../files/decompress.ts';
import { STANDARD_INPUT } from '../files/list-files.ts';
import { reasonOf } from '../files/reason-of.ts';
import type { FindTwin } from './copies.ts';
import { CHUNK_BYTES, eachChunk } from './each-chunk.ts';
import type { FlowLayout } from './flow-layout.ts';
import { inflateInto } from './inflate-into.ts';
import { SpillFailed } from './run-store.ts';

export type FlowFileResult =
  | { readonly kind: 'read'; readonly counts: ReadingCounts; readonly warnings: readonly string[] }
  | { readonly kind: 'skipped'; readonly reason: string }
  /** Another file that is read has the same content. */
  | { readonly kind: 'copy'; readonly of: string };

export type ReadFlowFileOptions = {
  /** Fields of files without a header; a file is then not asked what it is. */
  readonly format: readonly string[] | undefined;
  /** `CHUNK_BYTES` that every file is read into: a new one for each would be garbage that lies about. */
  readonly buffer: Buffer;
  readonly onBytes: (bytes: number) => void;
  readonly findTwin: FindTwin;
};

/**
 * Reads a flow log into the engine: plain, gzip or Parquet as fast as can be, and what else holds flow records (an export
 * of CloudWatch Logs, CSV, JSON) the way `freeport analyze` does. What is no flow log is left out, with the reason.
 */
export async function readFlowFile(
  engine: FlowEngine,
  path: string,
  options: ReadFlowFileOptions,
): Promise<FlowFileResult> {
  const found = path === STANDARD_INPUT ? null : statSync(path);
  if (!found?.isFile()) return (await import('./read-piped-flows.ts')).readPipedFlows(engine, path, options);
  const { buffer } = options;
  const { size } = found;
  const file = openSync(path, 'r');
  try {
    const first = buffer.subarray(0, readSync(file, buffer, 0, CHUNK_BYTES, 0));
    const twins = options.findTwin({ path, file, first, size });
    const twin = twins === null ? null : await twins;
    if (twin !== null) return { kind: 'copy', of: twin };
    const layout = await layoutOf(engine, first, size, options.format);
    if (layout.kind === 'none') return { kind: 'skipped', reason: layout.reason };
    if (layout.kind === 'wrapped') return await readWrapped(engine, { path, bytes: size }, options);
    const { format = options.format, warnings } = layout;
    engine.beginInput({ file: path, format });
    return readOf(engine, warnings, await damageWhile(() => pushAll(engine, file, { path, size, first, options })));
  } finally {
    closeSync(file);
  }
}

type OpenFile = {
  readonly path: string;
  readonly size: number;
  /** What the buffer holds of it. */
  readonly first: Buffer;
  readonly options: ReadFlowFileOptions;
};

/** Returns what is wrong with the file, where the engine does not find out itself. */
async function pushAll(
  engine: FlowEngine,
  file: number,
  { path, size, first, options: { buffer, onBytes } }: OpenFile,
): Promise<string | null> {
  if (isParquet(first)) return pushParquet(engine, path, onBytes, size);
  if (!isGzip(first)) eachChunk(file, buffer, first, (chunk) => push(engine, chunk, onBytes));
  else if (engine.pushGzip) eachChunk(file, buffer, first, (chunk) => pushGzip(engine, chunk, onBytes));
  else return inflateInto(engine, file, { size, buffer, first, onBytes });
  return null;
}

/** A file that cannot be read to its end is damaged; rows that cannot be kept are nobody's fault. */
export async function damageWhile(pushing: () => Promise<string | null>): Promise<string | null> {
  try {
    return await pushing();
  } catch (error) {
    if (error instanceof SpillFailed) throw error;
    return reasonOf(error);
  }
}

/** Few files are anything else: the others do not wait for what tells them. */
export async function layoutOf(
  engine: FlowEngine,
  first: Uint8Array,
  size: number,
  format: ReadFlowFileOptions['format'],
): Promise<FlowLayout> {
  if (isParquet(first)) return PLAIN_LAYOUT;
  const text = isGzip(first) ? await readableOf(engine, first.subarray(0, FIRST_GZIP_BYTES)) : first;
  if (format) {
    const { recoderFor } = await import('../files/recode-text.ts');
    return recoderFor(text) === null ? PLAIN_LAYOUT : { kind: 'wrapped' };
  }
  if (looksLikeFlowLog(text)) return PLAIN_LAYOUT;
  return (await import('./flow-layout.ts')).flowLayoutOf(first, size);
}

/** Thousands of files are asked: zlib would make a stream for each, where an engine that inflates has all at hand. */
const readableOf = async (engine: FlowEngine, gzip: Uint8Array): Promise<Uint8Array> =>
  engine.pushGzip
    ? firstTextOf(gzip)
    : (gunzipBeginning(gzip) ?? (await import('../files/readable-gzip.ts')).gunzipReadable(gzip));

const PLAIN_LAYOUT: FlowLayout = { kind: 'lines', format: undefined, warnings: [] };

async function readWrapped(
  engine: FlowEngine,
  file: { readonly path: string; readonly bytes: number },
  options: ReadFlowFileOptions,
): Promise<FlowFileResult> {
  return (await import('./read-wrapped-flows.ts')).readWrappedFlows(engine, file, options);
}

export function readOf(
  engine: FlowEngine,
  warnings: readonly string[],
  damageOfInput: string | null = null,
): FlowFileResult {
  const { tally, damage } = engine.endInput();
  const counts = countsOf(tally);
  const broken = damageOfInput ?? damage;
  if (broken !== null && counts.read + counts.rejected + counts.skipped === 0)
    return { kind: 'skipped', reason: broken };
  const ofDamage = broken === null ? [] : [`${broken}: read ${counts.read} records before it`];
  return { kind: 'read', counts, warnings: [...ofDamage, ...warningsOf(tally), ...warnings] };
}

/** How much of a gzip tells what it is. */
const FIRST_GZIP_BYTES = 512;

function push(engine: FlowEngine, chunk: Uint8Array, onBytes: (bytes: number) => void): void {
  engine.push(chunk);
  onBytes(chunk.length);
}

function pushGzip(engine: FlowEngine, chunk: Uint8Array, onBytes: (bytes: number) => void): void {
  engine.pushGzip?.(chunk);
  onBytes(chunk.length);
}

/** Returns what is wrong with it; rows that could be read count. */
async function pushParquet(
  engine: FlowEngine,
  path: string,
  onBytes: (bytes: number) => void,
  size: number,
): Promise<string | null> {
  // Few logs are Parquet: the others do not wait for its reader to be loaded.
  const { parquetFileText, UnreadableParquet } = await import('../../parquet-flows.ts');
  try {
    for await (const text of parquetFileText(path)) engine.push(text);
    return null;
  } catch (error) {
    if (error instanceof UnreadableParquet) return error.message;
    throw error;
  } finally {
    onBytes(size);
  }
}
