import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readInputs } from '../../../shared/local/files/read-inputs.ts';

const flowLine = (port: number): string =>
  `2 123456789012 eni-0a 10.0.0.1 203.0.113.7 ${port} 443 6 5 500 1767261600 1767261660 ACCEPT OK`;
const FLOWS = `${[40_000, 40_001, 40_002].map(flowLine).join('\r\n')}\r\n`;
const ERROR = 'connect EADDRNOTAVAIL 203.0.113.7:443 - Local (0.0.0.0:0)';
const EVENTS = [{ timestamp: 1_767_261_600_000, message: ERROR, eventId: '1' }];

let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'freeport-odd-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function readOne(name: string, content: string | Uint8Array) {
  const path = join(folder, name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
  return (await readInputs([folder], { natGateway: null })).inputs;
}

const littleEndian = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(FLOWS, 'utf16le')]);
const bigEndian = Buffer.from(littleEndian).swap16();

test.each([
  ['little-endian, as PowerShell redirects', littleEndian],
  ['big-endian', bigEndian],
  ['compressed afterwards', gzipSync(littleEndian)],
])('flow logs in UTF-16, %s', async (_, content) => {
  const [input] = await readOne('flows.log', content);
  expect(input).toMatchObject({ source: 'flow-log', read: 3, rejected: 0 });
});

test.each([
  ['._flows.log', Buffer.from([0, 5, 0x16, 7, 0, 2, 0, 0])],
  ['.DS_Store', Buffer.from([0, 0, 0, 1])],
  ['__MACOSX/flows.log', FLOWS],
  ['Thumbs.db', Buffer.from([0xd0, 0xcf])],
])('%s, which a system leaves beside files, is left out', async (name, content) => {
  expect(await readOne(name, content)).toEqual([]);
});

test('a socket met on the way is named', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => void server.listen(join(folder, 'socket'), resolve));
  try {
    const inputs = await readOne('flows.log', FLOWS);
    expect(inputs.map(({ source, files }) => [source, files])).toEqual([
      ['flow-log', 1],
      ['unrecognised', 1],
    ]);
    expect(inputs[1]?.rejectedExamples[0]?.reason).toMatch(/a pipe, a socket or a device/);
  } finally {
    server.close();
  }
});

test.each<[string, object]>([
  ['filter-log-events', { events: EVENTS, searchedLogStreams: [], nextToken: 'eyJ' }],
  ['describe-nat-gateways', { NatGateways: [], NextToken: 'eyJ' }],
  ['get-metric-data', { MetricDataResults: [], NextToken: 'eyJ', Messages: [] }],
])('%s: one page of several is said to be that', async (name, answer) => {
  const [input] = await readOne(`${name}.json`, JSON.stringify(answer, null, 4));
  expect(input?.warnings).toEqual([expect.stringMatching(/one page of several .*--max-items/)]);
});

test.each<[string, object | string]>([
  ['the last page', { events: EVENTS, searchedLogStreams: [] }],
  [
    'get-log-events, which always names the next',
    { events: EVENTS, nextForwardToken: 'f/1', nextBackwardToken: 'b/1' },
  ],
  ['a log of calls', `{"time":"2026-01-01T10:00:00Z","msg":"${ERROR}","nextToken":"eyJ"}\n`],
])('%s is no page of several', async (_, content) => {
  const [input] = await readOne('a.json', typeof content === 'string' ? content : JSON.stringify(content));
  expect(input).toMatchObject({ source: 'app-log', read: 1, warnings: [] });
});

test('a query that asked for counts says what to ask for', async () => {
  const results = [
    [
      { field: 'bin(1m)', value: '2026-01-01 10:00:00.000' },
      { field: 'count(*)', value: '5' },
    ],
  ];
  const [input] = await readOne('answer.json', JSON.stringify({ results, statistics: {}, status: 'Complete' }));
  expect(input).toMatchObject({ source: 'app-log', read: 0, rejected: 1 });
  expect(input?.rejectedExamples[0]?.reason).toMatch('fields @timestamp, @message');
});
