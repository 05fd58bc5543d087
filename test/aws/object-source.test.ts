import { gzipSync } from 'node:zlib';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, it } from 'vitest';
import { createPieceReader } from '../../shared/aws/flow-pieces.ts';
import { createObjectSource } from '../../shared/aws/object-source.ts';
import { fakeS3 } from './fake-s3.ts';

const TEXT =
  'srcaddr dstaddr srcport dstport protocol start\n' +
  Array.from({ length: 300 }, (_, i) => `10.0.0.5 10.0.0.9 ${40_000 + i} 443 6 1767261600\n`).join('');

const PARQUET = new Uint8Array(
  parquetWriteBuffer({
    columnData: [
      { name: 'srcaddr', type: 'STRING', data: ['10.0.0.5', '10.0.0.5'] },
      { name: 'dstaddr', type: 'STRING', data: ['10.0.0.9', '10.0.0.9'] },
      { name: 'srcport', type: 'INT32', data: [40_000, 40_001] },
      { name: 'dstport', type: 'INT32', data: [443, 443] },
      { name: 'protocol', type: 'INT64', data: [6n, 6n] },
      { name: 'start', type: 'INT64', data: [1_767_261_600n, 1_767_261_600n] },
    ],
  }),
);

async function readObject(content: Uint8Array | string) {
  const s3 = fakeS3();
  await s3.send(new PutObjectCommand({ Bucket: 'b', Key: 'k', Body: Buffer.from(content) }));
  const found = await createObjectSource(s3).read({ bucket: 'b', key: 'k' }, (file) => createPieceReader({ file }));
  if (found.kind === 'gone') return null;
  const [first] = found.content;
  return { read: first?.counts.read, warning: found.warning };
}

describe('a flow log object', () => {
  it.each([
    ['text', TEXT, 300],
    ['gzip', gzipSync(TEXT), 300],
    ['gzip of several members', Buffer.concat([gzipSync(TEXT.slice(0, 99)), gzipSync(TEXT.slice(99))]), 300],
    ['Parquet', PARQUET, 2],
  ])('is read as what its first bytes say: %s', async (_, content, read) => {
    expect(await readObject(content)).toEqual({ read, warning: null });
  });

  it('gives what was readable of a damaged one, and says so', async () => {
    const cut = await readObject(gzipSync(TEXT, { level: 1 }).subarray(0, -200));
    expect(cut?.read).toBeGreaterThan(100);
    expect(cut?.warning).toBe('truncated gzip: what could be read was read');
    const wrong = gzipSync(TEXT);
    wrong[wrong.length - 8] = (wrong[wrong.length - 8] as number) ^ 1;
    expect(await readObject(wrong)).toEqual({
      read: 300,
      warning: 'gzip with a wrong checksum: what could be read was read',
    });
    expect(await readObject(PARQUET.subarray(0, 100))).toMatchObject({
      read: 0,
      warning: expect.stringMatching(/^damaged Parquet: /) as string,
    });
  });
});
