import type { FlowEngine } from '../../core/flow-log/engine/engine.ts';
import { isParquet } from '../../core/flow-log/is-parquet.ts';
import { isGzip } from '../files/decompress.ts';
import { preceded, rawChunks, readContent, type RawChunks } from '../files/read-file.ts';
import { damageWhile, layoutOf, readOf, type FlowFileResult, type ReadFlowFileOptions } from './read-flow-file.ts';
import { readWrappedFlows } from './read-wrapped-flows.ts';

/** So much of a pipe tells what it is. */
const FIRST_BYTES = 64 * 1024;

/** Reads standard input, or a pipe: a flow log goes to the engine as a file's bytes do, gzip and all. */
export async function readPipedFlows(
  engine: FlowEngine,
  path: string,
  options: ReadFlowFileOptions,
): Promise<FlowFileResult> {
  const chunks = rawChunks({ path, bytes: 0 }, options.onBytes);
  const { first, isWhole } = await firstOf(chunks);
  const raw = first.length === 0 ? chunks : preceded(first, chunks);
  const layout = await layoutOf(engine, first, isWhole ? first.length : Infinity, options.format);
  if (layout.kind === 'wrapped' || isParquet(first)) return readWrappedFlows(engine, { path, bytes: 0 }, options, raw);
  if (layout.kind === 'none') return { kind: 'skipped', reason: layout.reason };
  const { format = options.format, warnings } = layout;
  engine.beginInput({ file: path, format });
  return readOf(engine, warnings, await damageWhile(() => pushAll(engine, raw, isGzip(first))));
}

async function pushAll(engine: FlowEngine, raw: RawChunks, isPacked: boolean): Promise<string | null> {
  if (isPacked && !engine.pushGzip)
    return readContent({ path: '', name: '', bytes: 0, modifiedMs: 0 }, raw, (chunk) => engine.push(chunk));
  for await (const chunk of raw)
    if (isPacked) engine.pushGzip?.(chunk);
    else engine.push(chunk);
  return null;
}

async function firstOf(chunks: RawChunks): Promise<{ readonly first: Buffer; readonly isWhole: boolean }> {
  const held: Uint8Array[] = [];
  let bytes = 0;
  while (bytes < FIRST_BYTES) {
    const next = await chunks.next();
    if (next.done === true) return { first: Buffer.concat(held), isWhole: true };
    held.push(next.value);
    bytes += next.value.length;
  }
  return { first: Buffer.concat(held), isWhole: false };
}
