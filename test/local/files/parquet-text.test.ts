import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parquetMetadata } from 'hyparquet';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readInputs } from '../../../shared/local/files/read-inputs.ts';
import { observationsOf } from '../../core/flow-rows/observations-of.ts';

/** Written by pyarrow as AWS writes Parquet: gzip, names with underscores, nothing for what is absent. */
const SAMPLE = new URL('../../fixtures/flow-logs/three-records.parquet', import.meta.url);

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'freeport-parquet-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('a Parquet flow log is a flow log, whatever its name', async () => {
  await copyFile(SAMPLE, join(folder, 'part-0000'));
  const { inputs, parts } = await readInputs([folder], { natGateway: null });
  expect(inputs).toMatchObject([{ source: 'flow-log', files: 1, read: 3, rejected: 0 }]);
  expect(observationsOf(parts)).toContainEqual(
    expect.objectContaining({
      kind: 'flow',
      interfaceId: 'eni-0a',
      localAddress: '10.0.0.1',
      destination: { address: '203.0.113.7', port: 443, protocol: 6 },
      records: 3,
    }),
  );
});

test('damaged Parquet is listed with the reason, and the others go on', async () => {
  const whole = await readFile(SAMPLE);
  await writeFile(join(folder, 'a'), whole.subarray(0, 200));
  await copyFile(SAMPLE, join(folder, 'b'));
  const { inputs } = await readInputs([folder], { natGateway: null });
  expect(inputs).toMatchObject([
    { source: 'flow-log', files: 1, read: 3 },
    { source: 'unrecognised', rejectedExamples: [{ reason: expect.stringMatching(/^damaged Parquet/) as string }] },
  ]);
});

test('what is before a damage counts', async () => {
  const rows = 70_000;
  const column = (name: string, type: 'STRING' | 'INT32', of: (row: number) => string | number) => ({
    name,
    type,
    data: Array.from({ length: rows }, (_, row) => of(row)),
  });
  const bytes = new Uint8Array(
    parquetWriteBuffer({
      columnData: [
        column('srcaddr', 'STRING', () => '10.0.0.5'),
        column('dstaddr', 'STRING', () => '10.0.0.9'),
        column('srcport', 'INT32', (row) => 1_024 + (row % 60_000)),
        column('dstport', 'INT32', () => 443),
        column('protocol', 'INT32', () => 6),
        column('start', 'INT32', () => 1_767_261_600),
      ],
      rowGroupSize: 65_536,
    }),
  );
  const { row_groups } = parquetMetadata(bytes.buffer);
  const at = Number(row_groups[1]?.columns[2]?.meta_data?.data_page_offset);
  await writeFile(join(folder, 'a'), bytes.fill(0xff, at, at + 20));
  const { inputs } = await readInputs([folder], { natGateway: null });
  expect(inputs).toMatchObject([
    {
      read: 65_536,
      warnings: [expect.stringMatching(/damaged Parquet.*what could be read before it counts/) as string],
    },
  ]);
});
