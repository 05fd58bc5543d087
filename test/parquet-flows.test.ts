import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { parquetWriteBuffer, type ColumnSource } from 'hyparquet-writer';
import { afterAll, describe, expect, it } from 'vitest';
import { createFastFlowReader } from '../shared/core/flow-log/fast-reader.ts';
import { createFlowReader } from '../shared/core/flow-log/flow-reader.ts';
import { parquetBytesText, parquetFileText } from '../shared/parquet-flows.ts';
import { plainReading } from './core/flow-log/plain-rows.ts';

const START = 1_767_261_600;
const ROWS = 2_001;
const column = <T>(of: (row: number) => T): T[] => Array.from({ length: ROWS }, (_, row) => of(row));
const isSilent = (row: number): boolean => row % 1_000 === 7;

/** The columns that AWS writes: names with underscores, counts and times as long integers, nothing for what is absent. */
const COLUMNS: ColumnSource[] = [
  { name: 'version', type: 'INT32', data: column(() => 5) },
  { name: 'account_id', type: 'STRING', data: column(() => '123456789012') },
  { name: 'interface_id', type: 'STRING', data: column((row) => `eni-${row % 3}`) },
  { name: 'srcaddr', type: 'STRING', data: column((row) => (isSilent(row) ? null : `10.0.0.${row % 200}`)) },
  { name: 'dstaddr', type: 'STRING', data: column((row) => (isSilent(row) ? null : '2001:db8::9')) },
  { name: 'srcport', type: 'INT32', data: column((row) => (isSilent(row) ? null : 1_024 + (row % 60_000))) },
  { name: 'dstport', type: 'INT32', data: column((row) => (isSilent(row) ? null : 443)) },
  { name: 'protocol', type: 'INT64', data: column((row) => (isSilent(row) ? null : 6n)) },
  { name: 'packets', type: 'INT64', data: column((row) => (isSilent(row) ? null : BigInt(row % 90))) },
  { name: 'bytes', type: 'INT64', data: column((row) => (isSilent(row) ? null : 2n ** 40n + BigInt(row))) },
  { name: 'start', type: 'INT64', data: column((row) => BigInt(START + (row % 90))) },
  { name: 'end', type: 'INT64', data: column((row) => BigInt(START + (row % 90) + 20)) },
  { name: 'action', type: 'STRING', data: column((row) => (row % 11 === 0 ? 'REJECT' : 'ACCEPT')) },
  { name: 'tcp_flags', type: 'INT32', data: column((row) => (isSilent(row) ? null : 2)) },
  { name: 'log_status', type: 'STRING', data: column((row) => (isSilent(row) ? 'NODATA' : 'OK')) },
];

/** The same rows as the text that AWS would have written. */
function textOf(columns: readonly ColumnSource[]): string {
  const lines = column((row) => columns.map(({ data }) => String((data as unknown[])[row] ?? '-')).join(' '));
  return [columns.map(({ name }) => name.replaceAll('_', '-')).join(' '), ...lines, ''].join('\n');
}

async function readParquet(chunks: AsyncIterable<Uint8Array>) {
  const reader = createFlowReader({ file: 'flows.parquet' });
  for await (const text of chunks) reader.push(text);
  return plainReading(reader.finish());
}

const parquetOf = (columnData: ColumnSource[], options: object = {}): Uint8Array =>
  new Uint8Array(parquetWriteBuffer({ columnData, ...options }));

const folder = mkdtempSync(join(tmpdir(), 'freeport-test-parquet-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe("Parquet in AWS's schema", () => {
  const reader = createFlowReader({ file: 'flows.parquet' });
  reader.push(new TextEncoder().encode(textOf(COLUMNS)));
  const { fields, ...expected } = plainReading(reader.finish());

  it.each([
    ['gzip, as AWS packs it', { codec: 'GZIP', compressors: { GZIP: (input: Uint8Array) => gzipSync(input) } }],
    ['snappy, in several row groups', { codec: 'SNAPPY', rowGroupSize: 700 }],
    ['zstd', { codec: 'ZSTD', compressors: { ZSTD: (input: Uint8Array) => zstdCompressSync(input) } }],
    ['not packed', { codec: 'UNCOMPRESSED' }],
  ])('says what the text says: %s', async (_, options) => {
    const bytes = parquetOf(COLUMNS, options);
    expect(await readParquet(parquetBytesText(bytes))).toEqual({ ...expected, fields });
    const path = join(folder, 'flows.parquet');
    writeFileSync(path, bytes);
    expect(await readParquet(parquetFileText(path))).toEqual({ ...expected, fields });
  });
});

const some = (name: string, type: ColumnSource['type'], ...data: unknown[]): ColumnSource =>
  ({ name, type, data }) as ColumnSource;

it('reads more rows than are in memory at once', async () => {
  const many = <T>(name: string, type: ColumnSource['type'], value: T): ColumnSource =>
    some(name, type, ...Array.from({ length: 70_000 }, () => value));
  const bytes = parquetOf([
    many('srcaddr', 'STRING', '10.0.0.5'),
    many('dstaddr', 'STRING', '10.0.0.9'),
    some('srcport', 'INT32', ...Array.from({ length: 70_000 }, (_, row) => row % 65_536)),
    many('dstport', 'INT32', 70),
    many('protocol', 'INT32', 6),
    many('start', 'INT64', BigInt(START)),
  ]);
  const reader = createFastFlowReader({ file: 'flows.parquet' });
  for await (const text of parquetBytesText(bytes)) reader.push(text);
  expect(reader.finish().counts).toMatchObject({ read: 69_998, skipped: 2, rejected: 0 });
});

describe('values', () => {
  it('takes instants for seconds, and a word with a blank for one word', async () => {
    const time = new Date(START * 1000 + 999);
    const bytes = parquetOf([
      some('interface-id', 'STRING', 'eni 1', ''),
      some('srcaddr', 'STRING', '10.0.0.5', '10.0.0.5'),
      some('dstaddr', 'STRING', '10.0.0.9', '10.0.0.9'),
      some('srcport', 'INT32', 40_000, 40_001),
      some('dstport', 'INT32', 443, 443),
      some('protocol', 'INT32', 6, 6),
      some('start', 'TIMESTAMP', time, time),
    ]);
    const { counts, scopes } = await readParquet(parquetBytesText(bytes));
    expect(counts).toMatchObject({ read: 2, rejected: 0 });
    expect(scopes.map(({ scope }) => scope)).toEqual(['-', 'eni_1']);
  });

  it('says why a file is not read', async () => {
    const read = (bytes: Uint8Array) => parquetBytesText(bytes).next();
    const compressors = { LZ4_RAW: (input: Uint8Array) => input };
    await expect(
      (async () => {
        for await (const _ of parquetBytesText(parquetOf(COLUMNS, { codec: 'LZ4_RAW', compressors })));
      })(),
    ).rejects.toThrow('Parquet compressed with LZ4_RAW: only gzip, snappy, zstd and brotli are read');
    await expect(read(Buffer.from('PAR1 and nothing else'))).rejects.toThrow(/^damaged Parquet: /);
    await expect(read(parquetOf([some('srcaddr', 'STRING', '10.0.0.5')]))).rejects.toThrow(
      'Parquet, but no flow log: the format has no dstaddr',
    );
  });
});

/** Third-party samples lie beside the project and never in it. */
const SAMPLE = new URL('../../shared/corpus/flowlogs/flowlogs-reader/flows.parquet', import.meta.url);

describe.skipIf(!existsSync(SAMPLE))('a third-party Parquet flow log', () => {
  it('is read as the text it stands for', async () => {
    const { counts, scopes } = await readParquet(parquetBytesText(readFileSync(SAMPLE)));
    expect(counts).toMatchObject({ read: 1, skipped: 2, rejected: 0 });
    expect(scopes[0]?.observations[0]).toMatchObject({
      localAddress: '192.0.2.1',
      destination: { address: '198.51.100.1', port: 443 },
      bytes: 840,
      packets: 10,
    });
  });
});
