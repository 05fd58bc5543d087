import { gzipSync } from 'node:zlib';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, it } from 'vitest';
import { createPieceReader } from '../../../shared/aws/ingest/flow-pieces.ts';
import { createObjectSource } from '../../../shared/aws/ingest/object-source.ts';
import { fakeS3 } from '../fake-s3.ts';

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

describe('what Firehose and CloudWatch Logs write to a bucket', () => {
  const record = (port: number, more = ''): string =>
    `2 123456789012 eni-1 10.0.0.5 10.0.0.9 ${port} 443 6 1 40 1767261600 1767261605 ACCEPT OK${more}`;
  const RECORDS = Array.from({ length: 700 }, (_, i) => record(40_000 + i));
  const PAYLOADS = [RECORDS.slice(0, 350), RECORDS.slice(350)].map((records) => ({
    messageType: 'DATA_MESSAGE',
    owner: '123456789012',
    logGroup: '/flows',
    logStream: 'eni-1-all',
    subscriptionFilters: [],
    logEvents: records.map((message, i) => ({ id: `${i}`, timestamp: 1_767_261_600_000, message })),
  }));
  const CONTROL = { messageType: 'CONTROL_MESSAGE', owner: 'x', logGroup: '', logStream: '', logEvents: [] };
  const json = [CONTROL, ...PAYLOADS].map((payload) => JSON.stringify(payload));
  const V5 = ' vpc-1 subnet-1 i-1 2 IPv4 10.0.0.5 10.0.0.9 us-east-1 use1-az1 - - - - egress 1';
  const fields = [
    'interfaceId',
    'srcAddr',
    'dstAddr',
    'srcPort',
    'dstPort',
    'protocol',
    'packets',
    'bytes',
    'start',
    'end',
  ];
  const asFields = (line: string): string => {
    const words = line.split(' ').slice(2, 12);
    return JSON.stringify(Object.fromEntries(fields.map((name, i) => [name, words[i]])));
  };

  it.each([
    ['a message an object, one after the other', RECORDS.map((message) => JSON.stringify({ message })).join('')],
    [
      'a message an object, one a line, packed',
      gzipSync(RECORDS.map((message) => JSON.stringify({ message })).join('\n')),
    ],
    ['payloads, unpacked on the way', json.join('')],
    ['payloads, each packed', Buffer.concat(json.map((payload) => gzipSync(payload)))],
    ['payloads, each packed, and packed as a whole', gzipSync(Buffer.concat(json.map((payload) => gzipSync(payload))))],
    [
      'an export, with the time before each record',
      gzipSync(RECORDS.map((line) => `2026-01-01T10:00:00.000Z ${line}\n`).join('')),
    ],
    ['no header', RECORDS.join('\n')],
    ['no header, in another usual format', gzipSync(RECORDS.map((line) => `${line}${V5}\n`).join(''))],
    ['an object a record', RECORDS.map(asFields).join('\n')],
    ['many comments', `${'# exported\n'.repeat(40)}${RECORDS.join('\n')}`],
  ])('is read: %s', async (_, content) => {
    expect(await readObject(content)).toEqual({ read: 700, warning: null });
  });

  it('is read up to its damage', async () => {
    const damaged = gzipSync(json.join('\n'), { level: 1 }).subarray(0, -9);
    expect(await readObject(damaged)).toMatchObject({ warning: 'truncated gzip: what could be read was read' });
    const half = await readObject(`${json[1]}${'{"messageType":"DATA_MESSAGE","logEv'}`);
    expect(half).toMatchObject({
      read: 350,
      warning: expect.stringMatching(/^1 documents hold no flow records/) as string,
    });
  });

  it('is left where it is no flow log, with the reason', async () => {
    expect(await readObject('nothing of use')).toMatchObject({
      read: 0,
      warning: expect.stringMatching(/^not a flow log: /) as string,
    });
    expect(await readObject(gzipSync('{"level":"info","time":1767261600000,"msg":"x"}\n'.repeat(9)))).toMatchObject({
      read: 0,
      warning: 'not a flow log: app-log',
    });
    const nested = gzipSync(gzipSync(gzipSync(gzipSync(gzipSync(TEXT)))));
    expect(await readObject(nested)).toEqual({ read: 0, warning: 'not a flow log: packed too many times' });
    for (const empty of ['', gzipSync('')]) expect(await readObject(empty)).toEqual({ read: 0, warning: null });
  });
});
