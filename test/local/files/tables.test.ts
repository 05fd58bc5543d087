import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readInputs } from '../../../shared/local/files/read-inputs.ts';
import { observationsOf } from '../../core/flow-rows/observations-of.ts';

const ERROR = 'connect EADDRNOTAVAIL 203.0.113.7:443 - Local (0.0.0.0:0)';
const FLOW = '2 123456789012 eni-0a 10.0.0.1 203.0.113.7 40000 443 6 5 500 1767261600 1767261660 ACCEPT OK';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'freeport-tables-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function read(text: string, natGateway: string | null = null) {
  await writeFile(join(folder, 'results.csv'), text);
  const { inputs, parts } = await readInputs([folder], { natGateway });
  return { input: inputs[0], rows: observationsOf(parts) };
}

test('rows of Logs Insights are log events: of their group and stream, however many lines a message has', async () => {
  const trace = `Error: ""quoted"" ${ERROR}\n    at internalConnect (node:net:1, 093)\n    at x`;
  const { input, rows } = await read(
    `@timestamp,@message,@logStream,@log\n` +
      `2026-01-01 10:01:00.250,"${trace}",web/1,123456789012:/ecs/checkout\n` +
      `2026-01-01 10:00:00.000,fine,web/1,123456789012:/ecs/checkout\n`,
  );
  expect(input).toMatchObject({ source: 'app-log', read: 2, rejected: 0 });
  expect(rows).toMatchObject([
    {
      kind: 'connect-error',
      firstEventMs: Date.UTC(2026, 0, 1, 10, 1, 0, 250),
      logSource: { group: '/ecs/checkout', stream: 'web/1' },
      destination: { host: '203.0.113.7', port: 443 },
    },
  ]);
});

test('the log events page downloads epoch milliseconds and JSON messages', async () => {
  const message = JSON.stringify({ level: 50, msg: ERROR }).replaceAll('"', '""');
  const { rows } = await read(`timestamp,message\n1767261600123,"${message}"\n1767261601000,fine\n`);
  expect(rows).toMatchObject([{ kind: 'connect-error', firstEventMs: 1_767_261_600_123 }]);
});

test('messages that are flow records are flow records', async () => {
  const { input, rows } = await read(
    `@timestamp,@message\n2026-01-01 10:00:00.000,${FLOW}\n2026-01-01 10:00:00.000,${FLOW}\n`,
  );
  expect(input).toMatchObject({ source: 'flow-log', read: 2 });
  expect(rows.map(({ kind }) => kind)).toContain('flow');
});

test.each([
  [
    '@timestamp,interfaceId,srcAddr,dstAddr,srcPort,dstPort,protocol,packets,bytes,logStatus',
    '2026-01-01 10:00:00.000,eni-0a,10.0.0.1,203.0.113.7,40000,443,6,5,500,OK',
  ],
  [
    '"interface_id","srcaddr","dstaddr","srcport","dstport","protocol","start","end","action"',
    '"eni-0a","10.0.0.1","203.0.113.7","40000","443","6","1767261600","1767261660","ACCEPT"',
  ],
  [
    'interfaceid,sourceaddress,destinationaddress,sourceport,destinationport,protocol,numpackets,starttime,endtime',
    'eni-0a,10.0.0.1,203.0.113.7,40000,443,6,5,2026-01-01T10:00:00Z,2026-01-01T10:01:00Z',
  ],
])('flow log fields may be columns: %s', async (heading, row) => {
  const { input, rows } = await read(`${heading}\n${row}\n${row.replace('40000', '40001')}\nshort,row\n`);
  expect(input).toMatchObject({ source: 'flow-log', read: 2, rejected: 1 });
  expect(rows).toContainEqual(
    expect.objectContaining({
      kind: 'flow',
      minute: Date.UTC(2026, 0, 1, 10) / 60_000,
      interfaceId: 'eni-0a',
      localAddress: '10.0.0.1',
      destination: { address: '203.0.113.7', port: 443, protocol: 6 },
    }),
  );
});

test('the graph of the CloudWatch console names metrics and gateways above their values', async () => {
  const { input, rows } = await read(
    `Full label,ErrorPortAllocation,ActiveConnectionCount,BytesInFromSource\n` +
      `NatGatewayId,nat-0aaaabbbbccccdddd,nat-0aaaabbbbccccdddd,nat-0aaaabbbbccccdddd\nPeriod,60,60,60\n` +
      `2026/01/01 10:00:00,3,120,9\n2026/01/01 10:01:00,,130,9\n`,
  );
  expect(input).toMatchObject({ source: 'metric', read: 3, skipped: 2, rejected: 0 });
  expect(rows).toContainEqual(
    expect.objectContaining({
      kind: 'metric',
      metric: 'ErrorPortAllocation',
      resourceId: 'nat-0aaaabbbbccccdddd',
      value: 3,
      minute: Date.UTC(2026, 0, 1, 10) / 60_000,
    }),
  );
});

test('other tables are what they were before: logs by their times, or unrecognised', async () => {
  expect((await read('2026-01-01 10:00:00,INFO,started\n2026-01-01 10:00:01,INFO,fine\n')).input?.source).toBe(
    'app-log',
  );
  expect((await read('city,people\nBern,134000\nGenf,204000\n')).input?.source).toBe('unrecognised');
});

test('a quote that nobody closes is reported, rows before it count', async () => {
  const { input } = await read(`@timestamp,@message\n2026-01-01 10:00:00.000,fine\n2026-01-01 10:00:01.000,"cut off`);
  expect(input).toMatchObject({ source: 'app-log', read: 1, rejected: 1 });
  expect(input?.rejectedExamples).toMatchObject([{ line: 3, reason: 'a quote that is not closed' }]);
});

test.each([
  ['a line each', (rows: readonly object[]) => rows.map((row) => JSON.stringify(row)).join('\n')],
  ['a list', (rows: readonly object[]) => JSON.stringify(rows, null, 2)],
  [
    'rows of a query',
    (rows: readonly object[]) =>
      JSON.stringify({
        results: rows.map((row) => Object.entries(row).map(([field, value]) => ({ field, value }))),
        statistics: {},
        status: 'Complete',
      }),
  ],
])('flow records may be JSON: %s', async (_, write) => {
  const row = {
    '@timestamp': '2026-01-01 10:00:00.000',
    interfaceId: 'eni-0a',
    srcAddr: '10.0.0.1',
    dstAddr: '203.0.113.7',
    srcPort: '40000',
    dstPort: 443,
    protocol: 6,
    logStatus: 'OK',
  };
  const { input, rows } = await read(write([row, { ...row, srcPort: '40001' }]));
  expect(input).toMatchObject({ source: 'flow-log', read: 2, rejected: 0 });
  expect(rows).toContainEqual(
    expect.objectContaining({ kind: 'flow', minute: Date.UTC(2026, 0, 1, 10) / 60_000, records: 2 }),
  );
});

test('metrics are known without the rest of their answer, and by whatever comes first in it', async () => {
  const Label = 'nat-0aaaabbbbccccdddd ErrorPortAllocation';
  const series = { Id: 'm1', Label, Timestamps: ['2026-01-01T10:00:00Z'], Values: [3] };
  expect((await read(JSON.stringify([series]))).input).toMatchObject({ source: 'metric', read: 1 });
  const Datapoints = Array.from({ length: 1_440 }, (_, at) => ({
    Timestamp: new Date(Date.UTC(2026, 0, 1, 0, at)).toISOString(),
    Sum: 1,
    Unit: 'Count',
  }));
  const sorted = JSON.stringify({ Datapoints, Label }, null, 4);
  expect(sorted.length).toBeGreaterThan(65_536);
  expect((await read(sorted)).input).toMatchObject({ source: 'metric', read: 1_440 });
});
