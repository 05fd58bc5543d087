/** A Parquet file is read from its end, so it is held whole; AWS's objects have at most some hundred megabytes. */
const PARQUET_LIMIT_BYTES = 1024 * 1024 * 1024;

/** The rows of a Parquet flow log as flow log text. Throws `UnreadableParquet` for anything else. */
export async function* parquetText(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  // Few logs are Parquet: the others do not wait for its reader to be loaded.
  const { parquetBytesText } = await import('../../parquet-flows.ts');
  yield* parquetBytesText(await wholeFile(chunks));
}

async function wholeFile(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array<ArrayBuffer>> {
  const held: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    length += chunk.length;
    if (length > PARQUET_LIMIT_BYTES) throw new Error(`Parquet larger than ${PARQUET_LIMIT_BYTES} bytes`);
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
