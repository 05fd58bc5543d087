import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { logMinutesOf } from '../../../shared/core/app-log/log-reader.ts';
import { readLog, rowsOf } from './read-log.ts';

const incident = (path: string): Uint8Array =>
  gunzipSync(readFileSync(new URL(`../../fixtures/incidents/${path}`, import.meta.url)));
const events = (rows: ReturnType<typeof rowsOf>): number => rows.reduce((sum, row) => sum + row.eventIds.length, 0);

const FAILED = 'connect EADDRNOTAVAIL 192.0.2.7:443 - Local (0.0.0.0:0)';
const AT = Date.UTC(2026, 0, 1, 10, 0, 5);

describe('recorded incidents', () => {
  it('finds every failed connect of the host that ran out, and its destination', () => {
    const reading = readLog(incident('host-churn/app.log.gz'));
    const rows = rowsOf(reading);
    expect(reading.counts).toMatchObject({ read: 2098, rejected: 0 });
    expect(events(rows)).toBe(421);
    expect(rows.map(({ minute }) => minute)).toEqual([29_919_756, 29_919_757]);
    expect(new Set(rows.map(({ verdict }) => verdict))).toEqual(new Set(['connect-exhaustion']));
    expect(rows[0]).toMatchObject({
      destination: { host: '10.92.0.1', port: 443 },
      logSource: { service: 'checkout' },
      runtime: 'node',
    });
  });

  it.each([
    ['app-c1', 79],
    ['app-c2', 96],
    ['app-c3', 89],
  ])('finds the timeouts of client %s behind the full NAT gateway', (client, timeouts) => {
    const rows = rowsOf(readLog(incident(`nat-exhaustion/${client}.log.gz`)));
    expect(events(rows)).toBe(timeouts);
    expect(new Set(rows.map(({ verdict }) => verdict))).toEqual(new Set(['nat-timeout-suspect']));
    expect(new Set(rows.map(({ destination }) => destination?.host))).toEqual(new Set(['203.0.113.10']));
  });

  it('reads the same whatever the size of the chunks', () => {
    const bytes = incident('host-churn/app.log.gz');
    expect(readLog(bytes, 997)).toEqual(readLog(bytes, bytes.length));
  });
});

describe('envelopes', () => {
  const filtered = {
    events: [
      { logStreamName: 'web/1', timestamp: AT, message: FAILED, ingestionTime: AT, eventId: '36' },
      { logStreamName: 'web/2', timestamp: AT + 1, message: 'ready', ingestionTime: AT, eventId: '37' },
    ],
    searchedLogStreams: [],
  };

  it.each([2, 0])('reads the output of aws logs filter-log-events, indented by %s', (indent) => {
    const reading = readLog(JSON.stringify(filtered, null, indent));
    expect(reading.counts).toMatchObject({ read: 2, rejected: 0 });
    expect(rowsOf(reading)).toMatchObject([
      { logSource: { group: 'app.log', stream: 'web/1' }, firstEventMs: AT, destination: { host: '192.0.2.7' } },
    ]);
  });

  const payload = {
    messageType: 'DATA_MESSAGE',
    owner: '123456789012',
    logGroup: '/ecs/checkout',
    logStream: 'web/app/0a1b',
    subscriptionFilters: ['freeport'],
    logEvents: [{ id: '36', timestamp: AT, message: FAILED }],
  };

  it.each(['', '\n', ' \n\n'])('reads subscription payloads with %j between them', (between) => {
    const probe = { ...payload, messageType: 'CONTROL_MESSAGE', logEvents: [] };
    const reading = readLog([payload, probe, payload].map((document) => JSON.stringify(document)).join(between));
    expect(reading.counts).toMatchObject({ read: 2, skipped: 1, rejected: 0 });
    const rows = rowsOf(reading);
    expect(rows).toMatchObject([{ logSource: { group: '/ecs/checkout', stream: 'web/app/0a1b' } }]);
    expect(rows[0]?.eventIds, 'a redelivered event counts once').toHaveLength(1);
  });

  it('gives a filtered event the id that its subscription gave it', () => {
    expect(rowsOf(readLog(JSON.stringify(payload)))[0]?.eventIds).toEqual(
      rowsOf(readLog(JSON.stringify(filtered)))[0]?.eventIds,
    );
  });

  it('reads an export to S3, where every event begins with its time', () => {
    const text = `2026-01-01T10:00:05.000Z Error: ${FAILED}\n    at internalConnect (node:net:1)\n2026-01-01T10:00:06.000Z GET /\n`;
    const reading = readLog(text);
    expect(reading.counts).toMatchObject({ read: 2 });
    expect(rowsOf(reading)).toMatchObject([{ firstEventMs: AT }]);
  });
});

describe('times', () => {
  it('rejects an event that has none, and carries the last one forward', () => {
    const reading = readLog(`${FAILED}\n2026-01-01T10:00:05Z ready\n${FAILED}\n`);
    expect(reading.counts).toMatchObject({
      read: 2,
      rejected: 1,
      rejectedExamples: [{ file: 'app.log', line: 1, reason: 'no timestamp' }],
    });
    expect(rowsOf(reading)).toMatchObject([{ firstEventMs: AT }]);
  });

  it('takes a time without a zone as UTC and says so', () => {
    const reading = readLog(`2026/01/01 10:00:05 dial tcp 192.0.2.7:80: connect: cannot assign requested address\n`);
    expect(rowsOf(reading)).toMatchObject([{ firstEventMs: AT }]);
    expect(reading.warnings).toEqual(['times without a zone were taken as UTC']);
  });
});

it('gives the same rows whatever the order of the events and the number of their deliveries', () => {
  const source = { group: 'g', stream: null, service: null };
  const batch = Array.from({ length: 50 }, (_, at) => ({
    id: `event-${at}`,
    timestampMs: AT + at,
    message: FAILED,
    source,
  }));
  expect(logMinutesOf([...batch.toReversed(), ...batch])).toEqual(logMinutesOf(batch));
});
