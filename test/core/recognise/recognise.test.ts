import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { Recognition } from '../../../shared/core/recognise/recognition.ts';
import { recognise } from '../../../shared/core/recognise/recognise.ts';

const FLOW = '2 123456789012 eni-0a 10.0.0.1 10.0.0.2 40000 443 6 5 500 1767261600 1767261660 ACCEPT OK';
const HOST_LINE = '{"freeport":"host","version":1,"at":"2026-01-01T10:00:00Z","host":"web-1","destinations":[]}';

const kindOf = (text: string): string => {
  const recognition = recognise(new TextEncoder().encode(text), true);
  return recognition.kind === 'enclosed' ? `${recognition.content} in ${recognition.envelope}` : recognition.kind;
};

const reasonOf = (recognition: Recognition): string =>
  recognition.kind === 'unrecognised' ? recognition.reason : `recognised as ${recognition.kind}`;

const recogniseText = (text: string): Recognition => recognise(new TextEncoder().encode(text), true);

const events = (...messages: readonly string[]) =>
  messages.map((message, index) => ({ id: `${index}`, timestamp: 1_767_261_600_000 + index, message }));

describe('flow logs', () => {
  test.each([
    ['headerless records', `${FLOW}\n${FLOW}\n`],
    [
      'a header of any fields in any order',
      'dstport srcport srcaddr dstaddr protocol start\n443 1 10.0.0.1 10.0.0.2 6 1',
    ],
    ['comments before the header', `# exported\n\nversion srcaddr dstaddr srcport dstport protocol start end\n`],
    ['double spaces and no traffic', '2  123456789012 eni-0a - - - - - - - 1767261600 1767261660 - NODATA'],
    ['Windows line ends', `${FLOW}\r\n${FLOW}\r\n`],
    ['records of an unknown custom format', '5 eni-0a ACCEPT OK 1767261600 1767261660 10.0.0.1 10.0.0.2 6 443'],
  ])('with %s', (_, text) => expect(kindOf(text)).toBe('flow-log'));

  test.each([
    ['filter-log-events', JSON.stringify({ events: events(FLOW, FLOW), searchedLogStreams: [] }, null, 4)],
    ['get-log-events', JSON.stringify({ events: events(FLOW), nextForwardToken: 'f/1' })],
    ['a subscription', JSON.stringify({ messageType: 'DATA_MESSAGE', logGroup: '/flows', logEvents: events(FLOW) })],
    ['Firehose', `{"message":"${FLOW}"}\n{"message":"${FLOW}"}\n`],
  ])('inside the log events of %s', (_, text) => expect(kindOf(text)).toBe('flow-log in log-events'));

  test('behind the times of an export', () => {
    expect(kindOf(`2026-01-01T10:00:00.000Z ${FLOW}\n2026-01-01T10:00:01.000Z ${FLOW}\n`)).toBe(
      'flow-log in prefixed-lines',
    );
  });
});

describe('application logs', () => {
  test.each([
    ['plain text', '2026-01-01T10:00:00Z INFO started\nstack\n  at line\n'],
    ['syslog', 'Jan  1 10:00:00 web-1 app[1]: started\n'],
    ['nginx', '2026/01/01 10:00:00 [crit] 1#1: *1 connect() failed\n'],
    ['klog', 'E0101 10:00:00.000000       1 main.go:1] failed\n'],
    ['access logs', '10.0.0.1 - - [01/Jan/2026:10:00:00 +0000] "GET / HTTP/1.1" 503 0\n'],
    ['epoch seconds', '1767261600.123 503 upstream\n'],
    ['a bracketed time', '[2026-01-01 10:00:00] started\n'],
    ['JSON lines', '{"level":"info","time":"2026-01-01T10:00:00Z","msg":"started"}\n{"level":"info","msg":"x"}\n'],
    ['JSON with an error only', '{"time":1767261600000,"err":{"code":"EADDRNOTAVAIL"}}\n'],
    ['filter-log-events', JSON.stringify({ events: events('started'), searchedLogStreams: [] }, null, 4)],
    ['no events at all', JSON.stringify({ events: [], searchedLogStreams: [] })],
    ['a decoded subscription', JSON.stringify({ messageType: 'DATA_MESSAGE', logEvents: events('x') })],
    ['a control message', JSON.stringify({ messageType: 'CONTROL_MESSAGE', logEvents: events('health') })],
    ['JSON that names endpoints', '{"msg":"x","LocalAddress":"","LocalPort":1,"RemoteAddress":"","RemotePort":2}\n'],
    ['an export', '2026-01-01T10:00:00.000Z started\n2026-01-01T10:00:01.000Z connect EADDRNOTAVAIL\n'],
  ])('as %s', (_, text) => expect(kindOf(text)).toBe('app-log'));
});

describe('other sources', () => {
  const base64 = gzipSync(JSON.stringify({ messageType: 'DATA_MESSAGE', logEvents: [] })).toString('base64');

  test.each([
    ['metric', JSON.stringify({ MetricDataResults: [] }, null, 4)],
    ['metric', JSON.stringify({ Label: 'ErrorPortAllocation', Datapoints: [] })],
    ['metric', '{"metric_stream_name":"s","namespace":"AWS/NATGateway","metric_name":"x","value":{"sum":1}}\n'],
    ['inventory', JSON.stringify({ NatGateways: [] })],
    ['inventory', JSON.stringify({ NetworkInterfaces: [{ Description: 'message' }] }, null, 2)],
    ['inventory', JSON.stringify({ Subnets: [] })],
    ['inventory', JSON.stringify({ RouteTables: [] })],
    ['socket-table', 'State Recv-Q Send-Q Local Address:Port Peer Address:Port Process\n'],
    ['socket-table', 'ESTAB 0 0 10.0.0.1:40000 10.0.0.2:443\nTIME-WAIT 0 0 10.0.0.1:40001 10.0.0.2:443\n'],
    ['socket-table', '0 0 10.0.0.1:40000 10.0.0.2:443\n'],
    ['socket-table', '   0: 0100007F:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 1 1\n'],
    ['socket-table', `${HOST_LINE}\n${HOST_LINE}\n`],
    ['socket-table', 'tcp4 0 0 10.0.0.1.50000 10.0.0.2.443 ESTABLISHED\n'],
    ['socket-table', '\r\nAktive Verbindungen\r\n\r\n  Proto  Lokale Adresse  Remoteadresse  Status\r\n'],
    ['socket-table', '  TCP    10.0.0.1:50000    10.0.0.2:443    HERGESTELLT\r\n'],
    ['socket-table', '"LocalAddress","LocalPort","RemoteAddress","RemotePort"\r\n"::","1","::","0"\r\n'],
    ['socket-table', '[{"State":5,"LocalAddress":"::","LocalPort":1,"RemoteAddress":"::","RemotePort":0}]'],
    ['socket-table in log-events', JSON.stringify({ events: events(HOST_LINE) })],
    ['encoded-log-events', JSON.stringify({ awslogs: { data: base64 } })],
    ['encoded-log-events', JSON.stringify({ Records: [{ kinesis: { data: base64 } }] }, null, 4)],
    ['encoded-log-events', `${base64}\n`],
    ['settings', JSON.stringify({ natPortsPerAddress: 128 })],
  ])('are told: %s', (kind, text) => expect(kindOf(text)).toBe(kind));

  test('archives and protobuf are named', () => {
    const tar = new Uint8Array(512);
    tar.set(new TextEncoder().encode('app.log'));
    tar.set(new TextEncoder().encode('ustar'), 257);
    expect(recognise(tar, true)).toMatchObject({ reason: 'a tar archive: unpack it first' });
    const stream = new TextEncoder().encode('\u0000\u0001amazonaws.com/AWS/NATGateway/ErrorPortAllocation\u0002');
    expect(recognise(stream, true)).toMatchObject({ reason: expect.stringMatching(/protobuf/) as string });
  });

  test('are told by magic numbers', () => {
    expect(recognise(gzipSync('x'), true)).toEqual({ kind: 'compressed' });
    expect(recognise(new TextEncoder().encode('PAR1....'), true)).toEqual({ kind: 'parquet-flow-log' });
    expect(reasonOf(recognise(new Uint8Array([0x50, 0x4b, 3, 4, 0, 0]), true))).toMatch('zip archive');
  });
});

test('text stays text with a NUL in it, or filled up with them', () => {
  const line = '2 123456789012 eni-1 10.0.0.5 10.0.0.9 40001 443 6 1 40 1767261600 1767261605 ACCEPT OK\n';
  for (const text of [`${line}${line}${line.replace('443', '4\u00003')}`, `${line}${line}${'\0'.repeat(4_000)}`])
    expect(recognise(new TextEncoder().encode(text), true)).toEqual({ kind: 'flow-log' });
  expect(reasonOf(recognise(new Uint8Array(4_000), true))).toBe('binary');
});

describe('what is none of them says why', () => {
  test.each([
    ['', 'empty'],
    [' \n\n', 'empty'],
    ['a\0b', 'binary'],
    ['{"kind":"x","t0":1}', 'JSON of an unknown shape (fields: kind, t0)'],
    ['{"t":1,"ESTAB":0}\n{"t":2,"ESTAB":1}\n', 'JSON lines without a log message (fields: t, ESTAB)'],
    ['{}', 'JSON without fields'],
    ['{"LocalAddress":"::","LocalPort":1}', 'JSON of an unknown shape (fields: LocalAddress, LocalPort)'],
    ['{"value":[1,2],"Count":2}', 'JSON of an unknown shape (fields: value, Count)'],
    ['{not json', 'not JSON'],
    [
      '# Notes\n\nNothing happened.\n',
      'text, but no log: too few lines begin with a time (docker logs and kubectl logs write it with --timestamps)',
    ],
    [
      '\nAn error occurred (AccessDeniedException) when calling the FilterLogEvents operation: not authorized\n',
      'an error of the AWS CLI (AccessDeniedException at FilterLogEvents)',
    ],
    [
      '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>NoSuchKey</Code><Message>The key is missing</Message></Error>',
      'an error of S3 (NoSuchKey), not the object',
    ],
    ['<!DOCTYPE html><html><body>Sign in</body></html>', 'a web page'],
    ['-----------\n|  FilterLogEvents  |\n+------+\n', 'a table of the AWS CLI: ask for --output json'],
    ['EVENTS\t1\t1767261600000\tall is well\tweb/1\n', 'tabbed text of the AWS CLI: ask for --output json'],
    ['NatGateways:\n- NatGatewayId: nat-1\n', 'YAML of the AWS CLI: ask for --output json'],
  ])('%j', (text, reason) => expect(reasonOf(recogniseText(text))).toBe(reason));
});

test('a first piece that breaks off anywhere is recognised like the whole', () => {
  const whole = JSON.stringify({ events: events(...Array.from({ length: 50 }, () => FLOW)) }, null, 4);
  for (const length of [300, 2_000, 5_001]) {
    const piece = new TextEncoder().encode(whole.slice(0, length));
    expect(recognise(piece, false)).toEqual({ kind: 'enclosed', envelope: 'log-events', content: 'flow-log' });
  }
  const lines = new TextEncoder().encode(`${FLOW}\n${FLOW.slice(0, 30)}`);
  expect(recognise(lines, false)).toEqual({ kind: 'flow-log' });
});

describe('public samples', () => {
  const corpus = new URL('../../../../shared/corpus/', import.meta.url);
  const available = existsSync(corpus);

  test.skipIf(!available)('of flow logs are all recognised', () => {
    const names = ['elastic-integrations/test-tcp-flag-sequence.log', 'elastic-integrations/test-extra-samples.log'];
    const versions = ['v2_records', 'v3_file', 'v4_file', 'v5_file', 'v6_file'];
    for (const name of [...names, ...versions.map((version) => `flowlogs-reader/${version}.log`)]) {
      const bytes = readFileSync(new URL(`flowlogs/${name}`, corpus));
      const plain = bytes[0] === 0x1f ? gunzipSync(bytes) : bytes;
      expect([name, recognise(plain, true).kind]).toEqual([name, 'flow-log']);
    }
  });

  test.skipIf(!available)('of events are log events where they carry some', () => {
    const kinds = [
      ['powertools-cloudWatchLogEvent.json', 'encoded-log-events'],
      ['powertools-cloudWatchLogEventWithPolicyLevel.json', 'encoded-log-events'],
      ['powertools-kinesisStreamCloudWatchLogsEvent.json', 'encoded-log-events'],
      ['powertools-cloudWatchAlarmEventSingleMetric.json', 'unrecognised'],
    ] as const;
    for (const [name, kind] of kinds) {
      expect([name, recognise(readFileSync(new URL(`aws-events/${name}`, corpus)), true).kind]).toEqual([name, kind]);
    }
  });
});
