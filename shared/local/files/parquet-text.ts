import { formatOf } from '../../core/flow-log/fields.ts';
import { wordsOf } from '../../core/flow-log/words.ts';

/** A Parquet file is read from its end, so it is held whole; AWS's objects have at most some hundred megabytes. */
export const PARQUET_LIMIT_BYTES = 1024 * 1024 * 1024;

/** A Parquet file that holds no flow log, or cannot be read: the reason, in words. */
export class UnreadableParquet extends Error {
  override readonly name = 'UnreadableParquet';
}

/** The rows of a Parquet flow log as flow log text. Throws `UnreadableParquet` for anything else. */
export async function* parquetText(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  const bytes = await wholeFile(chunks);
  const file = {
    byteLength: bytes.byteLength,
    slice: (start: number, end?: number): ArrayBuffer => bytes.slice(start, end).buffer,
  };
  // Few logs are Parquet: the others do not wait for its reader to be loaded.
  const { parquetFlowText } = await import('../flow-workers/parquet-flows.ts');
  const text = parquetFlowText(file);
  const header = await text.next().catch((error: unknown) => {
    throw new UnreadableParquet(`damaged Parquet: ${error instanceof Error ? error.message : String(error)}`);
  });
  if (header.done) return;
  const { unusable } = formatOf(wordsOf(new TextDecoder().decode(header.value)));
  if (unusable !== null) throw new UnreadableParquet(`Parquet, but no flow log: ${unusable}`);
  yield header.value;
  yield* text;
}

async function wholeFile(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array<ArrayBuffer>> {
  const held: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    length += chunk.length;
    if (length > PARQUET_LIMIT_BYTES) throw new UnreadableParquet(`Parquet larger than ${PARQUET_LIMIT_BYTES} bytes`);
    held.push(chunk.slice());
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of held) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}
