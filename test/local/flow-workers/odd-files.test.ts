import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { createFlowReader } from '../../../shared/core/flow-log/flow-reader.ts';
import { mergeFlowParts } from '../../../shared/core/flow-log/merge.ts';
import { gunzipTexts } from '../../../shared/core/flow-log/engine/wasm-gunzip.ts';
import { gunzipReadable } from '../../../shared/local/files/readable-gzip.ts';
import { listFiles } from '../../../shared/local/files/list-files.ts';
import { readInputs } from '../../../shared/local/files/read-inputs.ts';
import { claimsFor } from '../../../shared/local/flow-workers/shared-cells.ts';
import { readShare } from '../../../shared/local/flow-workers/read-share.ts';
import { CELLS } from '../../../shared/local/flow-workers/shared-cells.ts';
import { rankFlowLogs } from '../../../shared/local/flow-workers/rank-flow-logs.ts';

const folder = mkdtempSync(join(tmpdir(), 'freeport-test-odd-flows-'));
afterAll(() => rmSync(folder, { recursive: true }));

const ENGINES = ['wasm', 'plain'] as const;
const TIMES = '1767261600 1767261605';
const record = (port: number): string => `2 123456789012 eni-1 10.0.0.5 10.0.0.9 ${port} 443 6 1 40 ${TIMES} ACCEPT OK`;
const RECORD = record(40_001);

/** Every file of a folder of its own, as both engines read it: they must agree. */
async function read(files: Readonly<Record<string, string | Uint8Array>>, format?: readonly string[]) {
  const own = mkdtempSync(join(folder, 'case-'));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(own, name), content);
  const [wasm, plain] = [await rank(own, 'wasm', format), await rank(own, 'plain', format)];
  expect(plain.flows).toEqual(wasm.flows);
  expect(plain.files).toEqual(wasm.files);
  return wasm;
}

const rank = (path: string, engine: (typeof ENGINES)[number], format?: readonly string[]) =>
  rankFlowLogs(listFiles([path], 0).files, {
    by: 'destination',
    sort: 'ports',
    perMinute: false,
    top: 10,
    destination: null,
    threads: 1,
    engine,
    format,
  });

const EVENT = { timestamp: 1_767_261_600_000, message: RECORD };
const PAYLOAD = JSON.stringify({
  messageType: 'DATA_MESSAGE',
  owner: '123456789012',
  logGroup: '/flows',
  logStream: 'eni-1-all',
  subscriptionFilters: [],
  logEvents: [{ id: '1', ...EVENT }],
});

describe('flow records inside something else', () => {
  it.each([
    ['a CloudWatch Logs export', `2026-01-01T10:00:00.000Z ${RECORD}\n`],
    ['aws logs tail', `2026-01-01T10:00:00.123000+00:00 eni-1-all ${RECORD}\n`],
    ['aws logs tail --format short', `2026-01-01T10:00:00 ${RECORD}\n`],
    ['filter-log-events', JSON.stringify({ events: [{ logStreamName: 'eni-1-all', ...EVENT, eventId: '1' }] })],
    ['a subscription payload', gzipSync(PAYLOAD)],
    ['gzip in gzip', gzipSync(gzipSync(`${RECORD}\n`))],
    ['UTF-16', Buffer.from(`\ufeff${RECORD}\r\n`, 'utf16le')],
    ['many comments', `${'# exported\n'.repeat(40)}${RECORD}\n`],
    ['CSV of messages', `@timestamp,@message\n2026-01-01 10:00:00.000,${RECORD}\n`],
    [
      'CSV of fields',
      'interface_id,srcaddr,dstaddr,srcport,dstport,protocol,packets,bytes,start,end\n' +
        `eni-1,10.0.0.5,10.0.0.9,40001,443,6,1,40,${TIMES.replace(' ', ',')}\n`,
    ],
  ])('are read: %s', async (_, content) => {
    const { flows } = await read({ 'flows.log': content });
    expect(flows).toMatchObject([{ localAddress: '10.0.0.5', destination: { port: 443 }, records: 1 }]);
  });

  it('are read in a usual layout without its header, which is said', async () => {
    const text = `${RECORD} vpc-1 subnet-1 i-1 2 IPv4 10.0.0.5 10.0.0.9\n`;
    const { flows, files } = await read({ 'flows.log': text });
    expect(flows).toMatchObject([{ scope: 'vpc-1', opens: 1 }]);
    expect(files[0]?.warnings).toEqual([
      'no header: read as the 21 fields version account-id interface-id … pkt-dstaddr',
    ]);
    const gateway =
      `6 TransitGateway 123456789012 tgw-1 tgw-attach-1 - - - - - - - - - - - 10.0.0.5 10.0.0.9 40001 443 6 1 40 ${TIMES} ` +
      'OK IPv4 0 0 0 0 2 us-east-1 ingress - -\n';
    expect((await read({ 'flows.log': gateway })).flows).toMatchObject([{ scope: 'tgw-1', opens: 1 }]);
  });

  it('are taken as what is said of them', async () => {
    const format = 'srcport dstport srcaddr dstaddr protocol end'.split(' ');
    const { flows } = await read({ 'flows.log': '40001 443 10.0.0.5 10.0.0.9 6 1767261605\n' }, format);
    expect(flows).toMatchObject([{ localAddress: '10.0.0.5', records: 1 }]);
  });
});

describe('lines that end in carriage returns alone', () => {
  const many = Array.from({ length: 4_000 }, (_, i) => `${record(20_000 + i)}\r`).join('');
  const header =
    'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status';

  it.each([
    ['as text', many],
    ['with a header', `${header}\r${many}`],
    ['in a gzip', gzipSync(many)],
    ['in UTF-16', Buffer.from(`\ufeff${many}`, 'utf16le')],
  ])('are lines: %s', async (_, content) => {
    const { flows, files } = await read({ 'flows.log': content });
    expect(flows).toMatchObject([{ records: 4_000, distinctPorts: 4_000 }]);
    const { inputs } = await readInputs([files[0]?.path ?? ''], { natGateway: null });
    expect(inputs).toMatchObject([{ source: 'flow-log', read: 4_000, rejected: 0 }]);
  });

  it('are lines of the fields that are said', async () => {
    const format = 'srcport dstport srcaddr dstaddr protocol end'.split(' ');
    const content = '40001 443 10.0.0.5 10.0.0.9 6 1767261605\r40002 443 10.0.0.5 10.0.0.9 6 1767261605\r';
    for (const each of [content, gzipSync(content), Buffer.from(`\ufeff${content}`, 'utf16le')])
      expect((await read({ 'flows.log': each }, format)).flows).toMatchObject([{ records: 2 }]);
  });

  it('are no lines where there are line feeds', async () => {
    const { files } = await read({ 'flows.log': `${RECORD}\r\n${RECORD}\r${RECORD}\n${record(40_002)}\r` });
    expect(files[0]?.counts).toMatchObject({ read: 2, rejected: 1 });
  });
});

it('logs of several formats that name no interface may be of several interfaces: all count', async () => {
  const [fields, values] = ['vpc-id srcaddr dstaddr srcport dstport protocol start end', '10.0.0.9 40001 443 6'];
  const content = {
    'a.log': `${fields}\nvpc-1 10.0.0.5 ${values} ${TIMES}\n`,
    'b.log': `${fields} tcp-flags\nvpc-1 10.0.0.6 ${values} ${TIMES} 2\n`,
  };
  const { flows, files } = await read(content);
  expect(flows.map(({ localAddress }) => localAddress).toSorted()).toEqual(['10.0.0.5', '10.0.0.6']);
  const { parts } = await readInputs([join(files[0]?.path ?? '', '..')], { natGateway: null });
  expect(mergeFlowParts(parts).rows).toHaveLength(2);
});

describe('what is no flow log', () => {
  it.each([
    ['notes.txt', 'nothing of use\n', 'not a flow log: text, but no log'],
    ['empty.log.gz', gzipSync(''), 'not a flow log: empty'],
    ['flows.zip', Buffer.from('PK\u0003\u0004'), 'not a flow log: a zip archive: unpack it first'],
    ['own.log', `eni-0a1b OK 1767261600 1767261605 a b c d\n`.repeat(3), 'name their fields with --fields'],
    ['cut.parquet', Buffer.from('PAR1 and nothing of use behind it'), 'damaged Parquet'],
    ['cut.log.gz', gzipSync('nothing of use').subarray(0, 25), 'truncated or damaged gzip, not a flow log'],
  ])('is left out with the reason: %s', async (name, content, reason) => {
    const { files } = await read({ [name]: content });
    expect(files[0]).toMatchObject({ counts: null });
    expect(files[0]?.warnings[0]).toContain(reason);
  });
});

describe('damaged files', () => {
  const text = Array.from({ length: 40 }, (_, i) => `${record(40_000 + i)}\n`).join('');
  const gzip = gzipSync(text);

  it('give what is before the damage: cut at every byte', () => {
    for (let length = 0; length < gzip.length; length += 1) {
      const readable = gunzipReadable(gzip.subarray(0, length));
      expect(text.startsWith(Buffer.from(readable).toString())).toBe(true);
    }
  });

  it('give the same to both engines: cut here and there, a wrong checksum, something behind the end', async () => {
    for (const length of [60, 90, 120, gzip.length - 9, gzip.length - 8, gzip.length - 1]) {
      const { files } = await read({ 'cut.log.gz': gzip.subarray(0, length) });
      const reader = createFlowReader({ file: 'cut.log' });
      reader.push(gunzipReadable(gzip.subarray(0, length)));
      expect(files[0]?.counts?.read ?? 0).toBe(reader.finish().counts.read);
      expect(files[0]?.warnings[0]).toMatch(/truncated/);
    }
    const wrong = Uint8Array.from(gzip);
    wrong[gzip.length - 6] = (wrong[gzip.length - 6] as number) ^ 1;
    expect((await read({ 'wrong.log.gz': wrong })).files[0]?.counts?.read).toBe(40);
    expect((await read({ 'more.log.gz': Buffer.concat([gzip, Buffer.from('more')]) })).files[0]?.counts?.read).toBe(40);
  });

  it('give the same to both engines and to an analysis, however large they are', async () => {
    const many = (from: number): string =>
      Array.from({ length: 9_000 }, (_, i) => `${record(1_024 + ((from + i * 7_919) % 60_000))}\n`).join('');
    const members = Buffer.concat([gzipSync(many(0)), gzipSync(many(5), { level: 1 })]);
    const half = gzipSync(many(0)).length;
    for (const at of [700, half / 2, half - 30, half + 3, half + 25, (members.length + half) / 2].map(Math.floor)) {
      const flipped = Uint8Array.from(members);
      flipped[at] = (flipped[at] as number) ^ 0x10;
      const { files } = await read({ 'a.log.gz': flipped });
      const reader = createFlowReader({ file: 'a.log' });
      for (const readable of gunzipTexts([flipped])) reader.push(readable);
      const { counts } = reader.finish();
      expect(files[0]?.counts).toMatchObject({ read: counts.read, rejected: counts.rejected });
      const { inputs } = await readInputs([files[0]?.path ?? ''], { natGateway: null });
      expect(inputs).toMatchObject([{ source: 'flow-log', read: counts.read, rejected: counts.rejected }]);
    }
  });

  it('do not keep the next file from being read', async () => {
    const files = { 'a.parquet': Buffer.from('PAR1 and nothing of use behind it'), 'b.log': `${RECORD}\n` };
    for (const threads of [1, 2]) {
      const { flows } = await read(files);
      expect(flows, String(threads)).toHaveLength(1);
    }
  });
});

describe.each(ENGINES)('rows that cannot be kept, in the %s engine', (engine) => {
  const before = process.env['TMPDIR'];
  afterEach(() => {
    if (before === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before;
  });

  it.each(['a.log', 'a.log.gz'])('end the run, and are not taken for damage of a file: %s', async (name) => {
    const path = join(folder, name);
    const text = Array.from({ length: 20_000 }, (_, i) => `${record(i + 1_024)}\n`).join('');
    writeFileSync(path, name.endsWith('gz') ? gzipSync(text) : text);
    process.env['TMPDIR'] = join(folder, 'no-such-folder');
    const cells = new SharedArrayBuffer(CELLS * 4);
    const copies = { claims: claimsFor(1), isMixed: false };
    const share = { engine, files: [path], format: undefined, cells, memoryRunBytes: 10, tupleLimit: 1 << 13, copies };
    await expect(readShare(share)).rejects.toThrow(/cannot keep rows in the temporary folder .*no such file or folder/);
  });
});

describe.each(ENGINES)('pipes, in the %s engine', (engine) => {
  const text = Array.from({ length: 3_000 }, (_, i) => `${record(1_024 + i)}\n`).join('');
  const damaged = gzipSync(text, { level: 1 });
  damaged[20_000] = (damaged[20_000] as number) ^ 1;

  it.each([
    ['text', text],
    ['one record', RECORD],
    ['gzip', gzipSync(text)],
    ['gzip that is cut', gzipSync(text).subarray(0, -900)],
    ['gzip that is damaged', damaged],
    ['Parquet', readFileSync(new URL('../../fixtures/flow-logs/three-records.parquet', import.meta.url))],
    ['records in JSON', JSON.stringify({ events: [EVENT] })],
    ['records in a payload', gzipSync(PAYLOAD)],
    ['UTF-16', Buffer.from(`\ufeff${text}`, 'utf16le')],
    ['carriage returns', text.replaceAll('\n', '\r')],
    ['records behind many comments', `${'# exported\n'.repeat(40)}${RECORD}\n`],
    ['nothing of use', 'nothing of use\n'],
    ['nothing', ''],
  ])('are read as files are: %s', async (name, content) => {
    const [file, pipe] = [join(folder, `${engine} ${name}`), join(folder, `${engine} ${name} pipe`)];
    writeFileSync(file, content);
    execFileSync('mkfifo', [pipe]);
    const writer = spawn('sh', ['-c', 'cat "$0" > "$1"', file, pipe]);
    const ended = once(writer, 'exit');
    const piped = await rank(pipe, engine);
    await ended;
    const wanted = await rank(file, engine);
    expect(piped.flows).toEqual(wanted.flows);
    const said = (from: string): string => JSON.stringify(piped.files).replaceAll(pipe, from);
    expect(said(file)).toBe(JSON.stringify(wanted.files));
  });

  it('are taken as what is said of them', async () => {
    const pipe = join(folder, `${engine} format`);
    execFileSync('mkfifo', [pipe]);
    const ended = once(spawn('sh', ['-c', `echo 40001 443 10.0.0.5 10.0.0.9 6 1767261605 > "$0"`, pipe]), 'exit');
    const format = 'srcport dstport srcaddr dstaddr protocol end'.split(' ');
    expect((await rank(pipe, engine, format)).flows).toMatchObject([{ localAddress: '10.0.0.5', records: 1 }]);
    await ended;
  });
});

it('reads folders of hours as AWS lays them out', async () => {
  const hours = join(folder, 'AWSLogs', 'aws-account-id=123456789012', 'aws-service=vpcflowlogs', 'hour=10');
  mkdirSync(hours, { recursive: true });
  writeFileSync(join(hours, '_SUCCESS'), '');
  writeFileSync(join(hours, 'x.log.gz'), gzipSync(`${RECORD}\n`));
  expect((await rank(join(folder, 'AWSLogs'), 'wasm')).flows).toHaveLength(1);
});
