import { mkdir, mkdtemp, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { deflateSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Observation } from '../../../shared/core/model/observation.ts';
import { UnreadablePath } from '../../../shared/local/files/list-files.ts';
import { unpackPart } from '../../../shared/core/flow-rows/unpack-part.ts';
import { InputsTooLarge } from '../../../shared/local/files/memory-limits.ts';
import { readInputs } from '../../../shared/local/files/read-inputs.ts';

const flowLine = (port: number): string =>
  `2 123456789012 eni-0a 10.0.0.1 203.0.113.7 ${port} 443 6 5 500 1767261600 1767261660 ACCEPT OK`;
const FLOWS = `${[40_000, 40_001, 40_002].map(flowLine).join('\n')}\n`;
const ERROR = 'connect EADDRNOTAVAIL 203.0.113.7:443 - Local (0.0.0.0:0)';
const JSON_LOG = `{"level":"error","time":"2026-01-01T10:00:00Z","msg":"${ERROR}"}\n`;
const HOST_LINE = JSON.stringify({
  freeport: 'host',
  version: 1,
  at: '2026-01-01T10:00:00Z',
  host: 'web-1',
  localRange: { low: 32_768, high: 60_999 },
  destinations: [
    {
      localAddress: '10.0.0.5',
      address: '203.0.113.7',
      port: 443,
      protocol: 6,
      timeWait: 1,
      established: 2,
      portsInUse: 3,
    },
  ],
  dropped: { destinations: 0, largestPortsInUse: 0 },
});

let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'freeport-files-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function write(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder, name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
  return path;
}

const read = (natGateway: string | null = null) => readInputs([folder], { natGateway });

const kindsOf = (observations: readonly Observation[]) => observations.map(({ kind }) => kind);

describe('any source, whatever its name', () => {
  const subscription = {
    messageType: 'DATA_MESSAGE',
    owner: '123456789012',
    logGroup: '/ecs/checkout',
    logStream: 'web/checkout/1',
    logEvents: [{ id: '1', timestamp: 1_767_261_600_000, message: ERROR }],
  };
  const flowEvents = {
    ...subscription,
    logEvents: [40_000, 40_001].map((port) => ({
      id: `${port}`,
      timestamp: 1_767_261_600_000,
      message: flowLine(port),
    })),
  };
  const packed = gzipSync(JSON.stringify(subscription)).toString('base64');
  const answer = (message: string): object => ({
    results: [[{ field: '@timestamp', value: '2026-01-01 10:00:00.000' }, { field: '@message', value: message }, null]],
    statistics: {},
    status: 'Complete',
  });

  test.each<[string, string | Uint8Array, string, number]>([
    ['flow-log', FLOWS, 'flow', 3],
    ['flow-log', gzipSync(FLOWS), 'flow', 3],
    ['flow-log', Buffer.concat([gzipSync(FLOWS), gzipSync(FLOWS)]), 'flow', 6],
    ['flow-log', JSON.stringify({ events: flowEvents.logEvents }, null, 2), 'flow', 2],
    [
      'flow-log',
      JSON.stringify({ awslogs: { data: gzipSync(JSON.stringify(flowEvents)).toString('base64') } }),
      'flow',
      2,
    ],
    ['flow-log', FLOWS.replaceAll(/^2 /gm, '2026-01-01T10:00:00.000Z 2 '), 'flow', 3],
    ['flow-log', Buffer.from(`\ufeff${FLOWS}`, 'utf16le'), 'flow', 3],
    ['app-log', JSON_LOG, 'connect-error', 1],
    ['app-log', JSON.stringify(subscription), 'connect-error', 1],
    ['app-log', JSON.stringify({ awslogs: { data: packed } }, null, 2), 'connect-error', 1],
    [
      'app-log',
      JSON.stringify({ awslogs: { data: deflateSync(JSON.stringify(subscription)).toString('base64') } }),
      'connect-error',
      1,
    ],
    ['app-log', `${packed}\n`, 'connect-error', 1],
    ['app-log', packed.replaceAll(/.{76}/g, '$&\n'), 'connect-error', 1],
    ['app-log', JSON.stringify({ Records: [{ kinesis: { data: packed } }] }), 'connect-error', 1],
    ['app-log', gzipSync(gzipSync(JSON.stringify(subscription))), 'connect-error', 1],
    ['app-log', JSON.stringify(subscription.logEvents, null, 2), 'connect-error', 1],
    ['app-log', JSON.stringify([subscription, subscription]), 'connect-error', 2],
    ['app-log', JSON.stringify(answer(ERROR), null, 2), 'connect-error', 1],
    ['flow-log', JSON.stringify(answer(flowLine(40_000)), null, 2), 'flow', 1],
    ['socket-table', `${HOST_LINE}\n`, 'socket', 1],
    ['socket-table', JSON.stringify({ events: [{ timestamp: 1, message: HOST_LINE }] }), 'socket', 1],
  ])('%s %#', async (source, content, kind, records) => {
    await write('input.bin', content);
    const { parts, inputs } = await read();
    expect(inputs).toMatchObject([{ source, files: 1, read: records, rejected: 0 }]);
    expect(new Set(parts.map(unpackPart).flatMap(({ observations }) => kindsOf(observations)))).toContain(kind);
  });
});

test('an answer of Logs Insights whose statistics come far behind its rows', async () => {
  const row = (at: number): object[] => [
    { field: '@timestamp', value: `2026-01-01 10:00:0${at % 10}.000` },
    { field: '@message', value: `${ERROR} ${'x'.repeat(200)}` },
  ];
  const results = Array.from({ length: 400 }, (_, at) => row(at));
  await write('answer.json', JSON.stringify({ results, statistics: {}, status: 'Complete' }, null, 2));
  const { inputs } = await read();
  expect(inputs).toMatchObject([{ source: 'app-log', read: 400, rejected: 0 }]);
});

test('messages alone, as --query prints them, and access logs without a text of their own', async () => {
  await write('messages.json', JSON.stringify([JSON_LOG.trim(), `2026-01-01T10:00:00Z ${ERROR}`], null, 2));
  const access = {
    start_time: '2026-01-01T10:00:00.000Z',
    method: 'GET',
    response_code: 200,
    upstream_host: '10.0.0.9:80',
  };
  await write('access.log', `${JSON.stringify(access)}\n${JSON.stringify({ ...access, response_code: 503 })}\n`);
  const { inputs } = await read();
  expect(inputs).toMatchObject([{ source: 'app-log', files: 2, read: 4, rejected: 0 }]);
});

describe('one input', () => {
  test('counts once however often and in whatever packing it is found', async () => {
    await write('a.log', FLOWS);
    await write('b/copy.txt', FLOWS);
    await write('c.gz', gzipSync(FLOWS));
    const { parts, inputs } = await read();
    expect(parts).toHaveLength(1);
    expect(inputs).toMatchObject([{ files: 3, read: 3 }]);
    expect(inputs[0]?.warnings).toEqual([
      `${join(folder, 'b/copy.txt')} and 1 more: the same content as ${join(folder, 'a.log')}: counted once`,
    ]);
  });

  test('has the same part ids wherever it lies', async () => {
    await write('one/a.log', FLOWS);
    await write('two/b.log.gz', gzipSync(FLOWS));
    const [one, two] = await Promise.all(
      ['one', 'two'].map((name) => readInputs([join(folder, name)], { natGateway: null })),
    );
    expect(one?.parts.map(({ id }) => id)).toEqual(two?.parts.map(({ id }) => id));
  });

  test('of sockets is of the minute in which its file was written', async () => {
    const table = 'ESTAB 0 0 10.0.0.5:40001 203.0.113.7:443\n';
    await utimes(await write('first', table), 1_767_261_600, 1_767_261_600);
    await utimes(await write('second', table), 1_767_261_660, 1_767_261_660);
    const { parts } = await read();
    const minutes = parts.flatMap(({ observations }) => observations.map(({ minute }) => minute));
    expect(minutes.sort()).toEqual([29_454_360, 29_454_361]);
  });

  test('of metrics takes the gateway from the caller, inventory goes apart', async () => {
    const series = { Label: 'ErrorPortAllocation', Timestamps: ['2026-01-01T10:00:00Z'], Values: [1] };
    await write('m.json', JSON.stringify({ MetricDataResults: [series] }));
    await write('n.json', JSON.stringify({ NatGateways: [{ NatGatewayId: 'nat-1' }] }));
    const { parts, inventory, inputs } = await read('nat-0123456789abcdef0');
    expect(parts.map(({ scope }) => scope)).toEqual(['nat-0123456789abcdef0']);
    expect(inventory).toMatchObject([{ natGateways: [{ id: 'nat-1' }] }]);
    expect(inputs.map(({ source }) => source)).toEqual(['metric', 'inventory']);
  });
});

test('metrics that name no gateway are of the one that their file is named after', async () => {
  const answer = (sum: number): string =>
    JSON.stringify({ Label: 'ErrorPortAllocation', Datapoints: [{ Timestamp: '2026-01-01T10:00:00Z', Sum: sum }] });
  await write('nat-0aaaabbbbccccdddd-errors.json', answer(3));
  await write('nat-0eeeeffff00001111/errors.json', answer(4));
  const { parts, inputs } = await read();
  expect(parts.map(({ scope }) => scope).sort()).toEqual(['nat-0aaaabbbbccccdddd', 'nat-0eeeeffff00001111']);
  expect(inputs[0]?.warnings).toEqual([]);
});

describe('what does not fit into memory', () => {
  /** 550 rows fit. */
  const memoryBytes = 185_172_000;

  test('ends with what to do, and not with a crash or half an answer', async () => {
    await write('one.log', `${flowLine(40_000)}\n`);
    const lines = Array.from({ length: 600 }, (_, i) =>
      flowLine(40_000).replace('203.0.113.7', `203.0.${i >> 8}.${i & 255}`),
    );
    expect(new Set(lines).size).toBe(600);
    await write('two.log.gz', gzipSync(lines.join('\n')));
    const reading = readInputs([folder], { natGateway: null, memoryBytes });
    await expect(reading).rejects.toThrow(InputsTooLarge);
    await expect(reading).rejects.toThrow(
      /^too much to analyse at once: with the last of 2 files the flow logs have come to \d{3} rows .* no more fit into the 0\.2 GB of memory here\.\nGive fewer hours at a time, or ask `freeport flows`/,
    );
  });

  test('is read as before where it fits', async () => {
    await write('one.log', `${flowLine(40_000)}\n`);
    const { inputs } = await readInputs([folder], { natGateway: null, memoryBytes });
    expect(inputs).toMatchObject([{ source: 'flow-log', read: 1, rejected: 0 }]);
  });
});

test('the pieces of a rotated log are one log', async () => {
  await write('app.log.1', `2026-01-01T10:00:00Z ${ERROR}\n`);
  await write('app.log', `2026-01-01T10:00:01Z ${ERROR}\n`);
  const { parts } = await read();
  const rows = parts.flatMap(({ observations }) => observations);
  expect(rows).toMatchObject([{ logSource: { group: 'app.log' } }, { logSource: { group: 'app.log' } }]);
});

describe('bad inputs stop nothing', () => {
  test('a cut gzip gives what it holds, with a warning', async () => {
    const lines = Array.from({ length: 5_000 }, (_, index) => flowLine(1_024 + index)).join('\n');
    const packed = gzipSync(lines);
    const path = await write('cut.gz', packed.subarray(0, packed.length / 2));
    const { inputs } = await read();
    expect(inputs[0]?.source).toBe('flow-log');
    expect(inputs[0]?.read).toBeGreaterThan(1_000);
    expect(inputs[0]?.warnings).toEqual([`${path}: truncated gzip: what could be read before it counts`]);
  });

  test('so does what stands behind the end of a small gzip, or a checksum that is wrong', async () => {
    const gzip = gzipSync(FLOWS);
    const wrong = Uint8Array.from(gzip);
    wrong[gzip.length - 6] = (wrong[gzip.length - 6] as number) ^ 1;
    for (const [damage, content] of [
      ['gzip with a wrong checksum', wrong],
      ['gzip with something else behind it', Buffer.concat([gzip, Buffer.from('more')])],
    ] as const) {
      const path = await write('a.log.gz', content);
      const { inputs } = await read();
      expect(inputs).toMatchObject([{ source: 'flow-log', read: 3 }]);
      expect(inputs[0]?.warnings).toEqual([`${path}: ${damage}: what could be read before it counts`]);
    }
  });

  test('a gzip within another, or within a payload, gives what it holds when it is cut, with a warning', async () => {
    const cut = gzipSync(FLOWS).subarray(0, -9);
    const path = await write('a.log.gz', gzipSync(cut));
    const { inputs } = await read();
    expect(inputs).toMatchObject([{ source: 'flow-log', read: 3 }]);
    expect(inputs[0]?.warnings).toEqual([`${path}: truncated gzip: what could be read before it counts`]);
    const logEvents = [{ id: '1', timestamp: 1_767_261_600_000, message: flowLine(40_000) }];
    const payload = deflateSync(JSON.stringify({ messageType: 'DATA_MESSAGE', logEvents })).subarray(0, -2);
    await write('a.log.gz', JSON.stringify({ awslogs: { data: payload.toString('base64') } }));
    const [payloads] = (await read()).inputs;
    expect(payloads).toMatchObject({ source: 'flow-log', read: 1, rejected: 1 });
    expect(payloads?.rejectedExamples[0]?.reason).toMatch(/^(?:truncated|damaged) gzip: what could be read/);
  });

  test('a damaged gzip is named', async () => {
    const path = await write('bad.gz', Buffer.concat([gzipSync(FLOWS).subarray(0, 12), Buffer.alloc(40, 7)]));
    const { inputs } = await read();
    expect(inputs).toMatchObject([
      { source: 'unrecognised', files: 1, rejected: 1, rejectedExamples: [{ file: path, line: 0 }] },
    ]);
    expect(inputs[0]?.rejectedExamples[0]?.reason).toMatch(/^(damaged|truncated) gzip: empty$/);
  });

  test('unrelated files are listed with a reason, settings are pointed to', async () => {
    await write('a.bin', new Uint8Array([0, 1, 2]));
    await write('b.json', '{"x":1}');
    await write('c', '');
    await write('d.json', '{"natPortsPerAddress":128}');
    await write('e.log', FLOWS);
    const { inputs } = await read();
    expect(inputs.map(({ source, files, read: count }) => [source, files, count])).toEqual([
      ['flow-log', 1, 3],
      ['unrecognised', 4, 0],
    ]);
    expect(inputs[1]?.rejectedExamples.map(({ reason }) => reason)).toEqual([
      'binary',
      'JSON of an unknown shape (fields: x)',
      'empty',
    ]);
    expect(inputs[1]?.warnings[0]).toMatch('--config');
  });

  test('links that lead in a circle are walked once; a dead link is reported', async () => {
    await write('logs/a.log', FLOWS);
    await symlink(folder, join(folder, 'logs/up'));
    await symlink(join(folder, 'nowhere'), join(folder, 'dead'));
    const { parts, inputs } = await read();
    expect(parts).toHaveLength(1);
    expect(inputs.at(-1)?.rejectedExamples).toEqual([
      { file: join(folder, 'dead'), line: 0, reason: 'no such file or folder' },
    ]);
  });

  test('only a path that the user named ends the run', async () => {
    await expect(readInputs([join(folder, 'missing')], { natGateway: null })).rejects.toThrow(UnreadablePath);
    await expect(readInputs([folder], { natGateway: null })).resolves.toEqual({ parts: [], inventory: [], inputs: [] });
  });
});

test('every file that was not read is named, with the reason', async () => {
  for (let at = 0; at < 25; at += 1) await write(`notes-${at}.md`, `Some words, number ${at}\n`);
  await write('ss-s.txt', 'Total: 28612\nTCP:   28590 (estab 480, closed 27950, orphaned 2, timewait 27948)\n');
  const [input] = (await read()).inputs;
  expect(input).toMatchObject({ source: 'unrecognised', files: 26, rejected: 26 });
  expect(input?.rejectedExamples).toHaveLength(26);
  expect(input?.rejectedExamples.at(-1)?.reason).toMatch(/^totals of sockets name no destination/);
});

test('a warning that many files give is one line', async () => {
  const series = (count: number): object => ({
    Label: 'BytesOutToSource',
    Timestamps: [],
    Values: Array(count).fill(1),
  });
  for (const count of [1, 2, 3]) await write(`m${count}`, JSON.stringify({ MetricDataResults: [series(count)] }));
  expect((await read()).inputs[0]?.warnings).toEqual([
    `${join(folder, 'm1')} and 2 more: 1 datapoints of metrics that Freeport does not use`,
  ]);
});

test('progress counts bytes on disk up to the total', async () => {
  await write('a.log', FLOWS);
  await write('b.gz', gzipSync(JSON_LOG));
  const seen: number[] = [];
  let total = 0;
  await readInputs([folder], {
    natGateway: null,
    onProgress: ({ bytesDone, bytesTotal }) => {
      seen.push(bytesDone);
      total = bytesTotal;
    },
  });
  expect(seen.at(-1)).toBe(total);
  expect(seen).toEqual([...seen].sort((a, b) => a - b));
});
