import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import type { Part } from '../../core/model/part.ts';
import { PART_VERSION } from '../../core/model/part.ts';
import type { Reading } from '../../core/model/reading.ts';
import { gunzipChunks } from './decompress.ts';
import { createIntake } from './intake.ts';
import type { IntakeResult } from './intake.ts';
import type { InputFile } from './list-files.ts';

const READ_BYTES = 256 * 1024;

export type FileRead = {
  readonly result: IntakeResult;
  /** SHA-256 of the decompressed bytes, so that `x.log` and `x.log.gz` are one input. */
  readonly contentHash: string;
  readonly damage: string | null;
};

/** Reads one file in bounded memory. `onBytes` hears of every chunk taken from the disk. */
export async function readFile(
  file: InputFile,
  natGateway: string | null,
  onBytes: (bytes: number) => void,
): Promise<FileRead> {
  const handle = await open(file.path, 'r');
  try {
    const hash = createHash('sha256');
    const intake = createIntake({ file: file.path, logGroup: file.name, takenAtMs: file.modifiedMs, natGateway });
    const chunks = contentChunks(handle, onBytes);
    let next = await chunks.next();
    for (; !next.done; next = await chunks.next()) {
      hash.update(next.value);
      intake.push(next.value);
    }
    return { result: intake.finish(), contentHash: hash.digest('hex'), damage: next.value };
  } finally {
    await handle.close();
  }
}

/** The file's bytes as UTF-8 text or as they are, gzip taken off; returns what was wrong with the gzip. */
async function* contentChunks(
  handle: FileHandle,
  onBytes: (bytes: number) => void,
): AsyncGenerator<Uint8Array, string | null> {
  const head = new Uint8Array(2);
  const { bytesRead } = await handle.read(head, 0, 2, 0);
  const raw = rawChunks(handle, onBytes);
  if (bytesRead === 2 && head[0] === 0x1f && head[1] === 0x8b) return (yield* gunzipChunks(raw)).damage;
  const isUtf16 = bytesRead === 2 && head[0] === 0xff && head[1] === 0xfe;
  yield* isUtf16 ? utf8Chunks(raw) : raw;
  return null;
}

async function* rawChunks(handle: FileHandle, onBytes: (bytes: number) => void): AsyncGenerator<Uint8Array, void> {
  for (;;) {
    const { buffer, bytesRead } = await handle.read(new Uint8Array(READ_BYTES), 0, READ_BYTES, null);
    if (bytesRead === 0) return;
    onBytes(bytesRead);
    yield buffer.subarray(0, bytesRead);
  }
}

/** PowerShell's `>` writes UTF-16 with a byte order mark; every reader expects UTF-8. */
async function* utf8Chunks(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  const decoder = new TextDecoder('utf-16le');
  const encoder = new TextEncoder();
  for await (const chunk of chunks) yield encoder.encode(decoder.decode(chunk, { stream: true }));
  yield encoder.encode(decoder.decode());
}

/**
 * One part per scope. The id derives from the content, and from the minute too where the content holds no time: the
 * same socket table taken twice is two observations.
 */
export function partsOf(reading: Reading, input: string, contentHash: string): Part[] {
  const { source, fields } = reading;
  if (source === 'inventory') return [];
  return reading.scopes.map(({ scope, observations }) => {
    const taken = source === 'socket-table' ? String(observations[0]?.minute) : '';
    const id = createHash('sha256').update([contentHash, source, scope, taken].join('\n')).digest('hex').slice(0, 32);
    return { version: PART_VERSION, id, source, scope, input, fields, observations };
  });
}
