import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createFlowReader } from '../../../shared/core/flow-log/flow-reader.ts';
import { parquetFlowText } from '../../../shared/local/flow-workers/parquet-flows.ts';

/** Third-party samples lie beside the project and never in it. */
const SAMPLE = new URL('../../../../shared/corpus/flowlogs/flowlogs-reader/flows.parquet', import.meta.url);

const bufferOf = (bytes: Uint8Array) => ({
  byteLength: bytes.length,
  slice: (from: number, to?: number) => new Uint8Array(bytes.subarray(from, to)).buffer,
});

describe.skipIf(!existsSync(SAMPLE))('a Parquet flow log', () => {
  it('is read as the text it stands for', async () => {
    const reader = createFlowReader({ file: 'flows.parquet' });
    for await (const text of parquetFlowText(bufferOf(readFileSync(SAMPLE)))) reader.push(text);
    const { counts, scopes } = reader.finish();
    expect(counts).toMatchObject({ read: 1, skipped: 2, rejected: 0 });
    expect(scopes[0]?.observations[0]).toMatchObject({
      localAddress: '192.0.2.1',
      destination: { address: '198.51.100.1', port: 443 },
      bytes: 840,
      packets: 10,
    });
  });
});

it('says when bytes are not Parquet', async () => {
  await expect(parquetFlowText(bufferOf(Buffer.from('PAR1 and nothing else'))).next()).rejects.toThrow(/parquet/);
});
