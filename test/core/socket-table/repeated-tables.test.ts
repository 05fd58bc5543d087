import { expect, test } from 'vitest';
import type { SocketMinute } from '../../../shared/core/model/observation.ts';
import { createSocketReader } from '../../../shared/core/socket-table/socket-reader.ts';

const TAKEN = Date.UTC(2026, 0, 1, 12);
const HEADING = 'State Recv-Q Send-Q Local Address:Port Peer Address:Port';
const LISTENING = 'LISTEN 0 128 0.0.0.0:22 0.0.0.0:*';

const table = (ports: readonly number[]): string =>
  [HEADING, LISTENING, ...ports.map((port) => `TIME-WAIT 0 0 10.0.0.5:${port} 203.0.113.7:443`)].join('\n');

function read(text: string) {
  const reader = createSocketReader({ file: 'ss.txt', takenAtMs: TAKEN });
  reader.push(new TextEncoder().encode(`${text}\n`));
  const reading = reader.finish();
  const rows = reading.scopes.flatMap(({ observations }) => observations as readonly SocketMinute[]);
  return {
    ...reading,
    rows: rows.map(({ minute, portsInUse }) => [new Date(minute * 60_000).toISOString(), portsInUse]),
  };
}

test.each([
  ['date', 'Thu Jan  1 10:00:00 UTC 2026', 'Thu Jan  1 10:01:00 UTC 2026'],
  ['date -Is, with ornaments', '--- 2026-01-01T11:00:00+01:00 ---', '--- 2026-01-01T11:01:00+01:00 ---'],
  ['date +%s', '1767261600', '1767261660'],
])('a time above each table dates it: %s', (_, first, second) => {
  const { rows, counts, warnings } = read(`${first}\n${table([40_000])}\n${second}\n${table([40_001, 40_002])}`);
  expect(rows).toEqual([
    ['2026-01-01T10:00:00.000Z', 1],
    ['2026-01-01T10:01:00.000Z', 2],
  ]);
  expect(counts).toMatchObject({ read: 5, rejected: 0 });
  expect(warnings).toEqual([]);
});

test('a table printed again without a time is another look at the same ports, not more of them', () => {
  const { rows, warnings } = read(`${table([40_000, 40_001])}\n${table([40_002, 40_003, 40_004])}`);
  expect(rows).toEqual([['2026-01-01T12:00:00.000Z', 3]]);
  expect(warnings).toContain('a socket table holds no time: taken to be of the file’s last change');
});

test('another part of the same table is added to it', () => {
  const other = [HEADING, 'TIME-WAIT 0 0 10.0.0.5:40009 203.0.113.7:443'].join('\n');
  expect(read(`${table([40_000])}\n${other}`).rows).toEqual([['2026-01-01T12:00:00.000Z', 2]]);
});
