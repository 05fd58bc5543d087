import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
import {
  type AsyncBuffer,
  asyncBufferFromFile,
  type Compressors,
  parquetMetadataAsync,
  parquetReadObjects,
  parquetSchema,
} from 'hyparquet';
import { formatOf } from './core/flow-log/fields.ts';

/** AWS writes gzip; hyparquet brings snappy itself. */
const COMPRESSORS: Compressors = {
  GZIP: (input, length) => gunzipSync(input, { maxOutputLength: Math.max(length, 1) }),
  BROTLI: (input, length) => brotliDecompressSync(input, { maxOutputLength: Math.max(length, 1) }),
  ZSTD: (input, length) => zstdDecompressSync(input, { maxOutputLength: Math.max(length, 1) }),
};

const READ_CODECS = 'only gzip, snappy, zstd and brotli are read';

/** Rows that are in memory at once. */
const ROWS_AT_ONCE = 65_536;

type Text = AsyncGenerator<Uint8Array, void>;

/** A file of any size: only what is being read is in memory. */
export async function* parquetFileText(path: string): Text {
  yield* parquetText(await asyncBufferFromFile(path));
}

/** A file that is in memory. */
export const parquetBytesText = (bytes: Uint8Array): Text =>
  parquetText({
    byteLength: bytes.length,
    slice: (from, to) => new Uint8Array(bytes.subarray(from, to)).buffer,
  });

/** A Parquet file that holds no flow log, or cannot be read: the reason, in words. */
export class UnreadableParquet extends Error {
  override readonly name = 'UnreadableParquet';
}

/**
 * The rows of a Parquet flow log as flow log text: a header, then a line per row, of the columns that Freeport reads. So
 * Parquet means what text means, and needs no reader of its own. Throws `UnreadableParquet`.
 */
async function* parquetText(file: AsyncBuffer): Text {
  const metadata = await orUnreadable(parquetMetadataAsync(file));
  const names = parquetSchema(metadata).children.map(({ element }) => element.name);
  const { columns, used, unusable } = formatOf(names);
  if (unusable !== null) throw new UnreadableParquet(`Parquet, but no flow log: ${unusable}`);
  const wanted = used.map((field) => names[columns[field]] as string);
  const encoder = new TextEncoder();
  yield encoder.encode(`${used.join(' ')}\n`);
  const rows = Number(metadata.num_rows);
  for (let rowStart = 0; rowStart < rows; rowStart += ROWS_AT_ONCE) {
    const rowEnd = Math.min(rowStart + ROWS_AT_ONCE, rows);
    const options = { file, metadata, columns: wanted, rowStart, rowEnd, compressors: COMPRESSORS };
    yield encoder.encode(linesOf(await orUnreadable(parquetReadObjects(options)), wanted));
  }
}

const orUnreadable = <T>(promise: Promise<T>): Promise<T> =>
  promise.catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    const [, codec] = /unsupported compression codec: (\w+)/.exec(reason) ?? [];
    const text =
      codec === undefined ? `damaged Parquet: ${reason}` : `Parquet compressed with ${codec}: ${READ_CODECS}`;
    throw new UnreadableParquet(text, { cause: error });
  });

function linesOf(rows: readonly Record<string, unknown>[], names: readonly string[]): string {
  let text = '';
  for (const row of rows) {
    let separator = '';
    for (const name of names) {
      text += separator + wordOf(row[name]);
      separator = ' ';
    }
    text += '\n';
  }
  return text;
}

const BLANKS = /\s+/g;

/** One word of a line: nothing is `-`, instants are seconds, and a space inside a value would be two words. */
function wordOf(value: unknown): string {
  if (typeof value === 'string') return value === '' ? '-' : value.replace(BLANKS, '_');
  if (value === null || value === undefined) return '-';
  if (value instanceof Date) return String(Math.floor(value.getTime() / 1000));
  return String(value);
}
