import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
