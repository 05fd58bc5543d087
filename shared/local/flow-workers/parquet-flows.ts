import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { type AsyncBuffer, type Compressors, parquetMetadataAsync, parquetReadObjects, parquetSchema } from 'hyparquet';
import { formatOf } from '../../core/flow-log/fields.ts';

/** AWS writes gzip; hyparquet brings snappy itself. */
const COMPRESSORS: Compressors = {
  GZIP: (input, length) => gunzipSync(input, { maxOutputLength: Math.max(length, 1) }),
  BROTLI: (input, length) => brotliDecompressSync(input, { maxOutputLength: Math.max(length, 1) }),
};

/** Rows that are in memory at once. */
const ROWS_AT_ONCE = 65_536;

/**
 * The rows of a Parquet flow log as flow log text: a header, then a line per row, of the columns that Freeport reads. So
 * Parquet means what text means, and needs no reader of its own. Throws when the bytes are not Parquet.
 */
export async function* parquetFlowText(file: AsyncBuffer): AsyncGenerator<Uint8Array, void> {
  const metadata = await parquetMetadataAsync(file);
  const names = parquetSchema(metadata).children.map(({ element }) => element.name);
  const used = formatOf(names).used.map((field) => names[formatOf(names).columns[field]] as string);
  const encoder = new TextEncoder();
  yield encoder.encode(`${used.map((name) => name.replaceAll('_', '-')).join(' ')}\n`);
  const rows = Number(metadata.num_rows);
  for (let rowStart = 0; rowStart < rows; rowStart += ROWS_AT_ONCE) {
    const rowEnd = Math.min(rowStart + ROWS_AT_ONCE, rows);
    const some = await parquetReadObjects({
      file,
      metadata,
      columns: used,
      rowStart,
      rowEnd,
      compressors: COMPRESSORS,
    });
    yield encoder.encode(some.map((row) => `${used.map((name) => wordOf(row[name])).join(' ')}\n`).join(''));
  }
}

/** One word of a line: nothing is `-`, instants are seconds, and a space inside a value would be two words. */
function wordOf(value: unknown): string {
  if (value === null || value === undefined || value === '') return '-';
  if (value instanceof Date) return String(Math.floor(value.getTime() / 1000));
  return String(value).replace(/\s+/g, '_');
}
