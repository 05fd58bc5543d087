import { gunzipSync } from 'node:zlib';
import type { FlowEngine } from '../../core/flow-log/engine/engine.ts';
import { TRUNCATED, zlibDamage } from '../files/decompress.ts';
import { chunksOf, eachChunk } from './each-chunk.ts';
import type { GzipSource, PushText } from './gzip-source.ts';
import { inflateBeside, release } from './inflate-beside.ts';
import { createInflateHere } from './inflate-here.ts';

/** Objects no larger, and with no more text, are inflated at once where larger ones are streamed. */
const WHOLE_GZIP_BYTES = 128 * 1024;
const WHOLE_TEXT_BYTES = 8 * 1024 * 1024;

/** For engines that take text alone. Returns what is wrong with the gzip. */
export type InflateInto = (engine: FlowEngine, source: GzipSource) => Promise<string | null>;

/**
 * `isBeside` says whether there is another core for zlib. Where there is none, one buffer serves all texts: none is given
 * back, which V8 would have all code ask for at every access from then on.
 */
export function createInflateInto(isBeside: boolean): InflateInto {
  const inflateHere = isBeside ? null : createInflateHere();
  return async (engine, source) => {
    if (inflateHere === null && pushWhole(engine, source)) return null;
    let textBytes = 0;
    const push: PushText = (text) => {
      engine.push(text);
      textBytes += text.length;
    };
    try {
      if (inflateHere === null) await inflateBeside(source, push);
      else inflateHere(source, push);
      return null;
    } catch (error) {
      const damage = zlibDamage(error);
      if (damage === null) throw error;
      return damage === TRUNCATED ? damage : await pushRest(engine, source.file, textBytes);
    }
  };
}

function pushWhole(engine: FlowEngine, { file, size, buffer, first, onBytes }: GzipSource): boolean {
  if (size > WHOLE_GZIP_BYTES) return false;
  const gzip = size <= first.length ? first : Buffer.allocUnsafe(size);
  if (gzip !== first) eachChunk(file, buffer, first, chunkWriter(gzip));
  const text = inflateWhole(gzip);
  if (text === null) return false;
  engine.push(text);
  onBytes(size);
  release(text);
  return true;
}

/** What zlib had not handed over of a damaged file. Few are damaged: the others do not wait for what reads these. */
async function pushRest(engine: FlowEngine, file: number, textBytes: number): Promise<string | null> {
  const { restOfGzip } = await import('../files/readable-gzip.ts');
  const rest = restOfGzip(chunksOf(file), textBytes);
  let next = rest.next();
  for (; !next.done; next = rest.next()) engine.push(next.value);
  return next.value;
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
