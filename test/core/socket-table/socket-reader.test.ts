import { describe, expect, test } from 'vitest';
import { TCP } from '../../../shared/core/model/destination.ts';
import type { SocketMinute } from '../../../shared/core/model/observation.ts';
import { HOST_LINE_DESTINATIONS_LIMIT, hostLineOf } from '../../../shared/core/socket-table/host-line.ts';
import { createSocketReader } from '../../../shared/core/socket-table/socket-reader.ts';
import { readText } from '../reading.ts';

const TAKEN_AT_MS = Date.UTC(2026, 0, 1, 10, 3, 20);
const MINUTE = Math.floor(TAKEN_AT_MS / 60_000);

const read = (text: string) => readText(createSocketReader({ file: 'sockets', takenAtMs: TAKEN_AT_MS }), text);

const rowsOf = (text: string) =>
  read(text).scopes.flatMap(({ observations }) => observations as readonly SocketMinute[]);

const boring: SocketMinute = {
  kind: 'socket',
  minute: MINUTE,
  host: '10.0.0.5',
  localAddress: '10.0.0.5',
  destination: { address: '203.0.113.7', port: 443, protocol: TCP },
  timeWait: 1,
  established: 1,
  portsInUse: 3,
  localRange: null,
};

describe('ss -tan', () => {
  const table = [
    'State     Recv-Q Send-Q Local Address:Port   Peer Address:Port Process',
    'LISTEN    0      4096         0.0.0.0:8080        0.0.0.0:*',
    'LISTEN    0      4096            [::]:8080           [::]:*',
    'ESTAB     0      0           10.0.0.5:40001   203.0.113.7:443',
    'TIME-WAIT 0      0           10.0.0.5:40002   203.0.113.7:443',
    'SYN-SENT  0      1           10.0.0.5:40003   203.0.113.7:443   users:(("node",pid=1,fd=20))',
    'ESTAB     0      0           10.0.0.5:8080      10.0.0.99:51000',
    'ESTAB     0      0      10.0.0.5%eth0:22        10.0.0.99:51001',
  ];

  test('counts outgoing connections per destination, at the time the caller gives', () => {
    const reading = read(`${table.join('\n')}\n`);
    expect(reading.scopes).toEqual([{ scope: 'host:10.0.0.5', observations: [boring] }]);
    expect(reading.counts).toEqual({ read: 7, rejected: 0, skipped: 0, rejectedExamples: [] });
    expect(reading.warnings).toEqual(['a socket table holds no time: taken to be of the file’s last change']);
  });

  test('reads IPv6 and IPv4-mapped addresses', () => {
    const rows = rowsOf('ESTAB 0 0 [::ffff:10.0.0.5]:40001 [2001:db8::7]:443\n');
    expect(rows[0]).toMatchObject({ localAddress: '10.0.0.5', destination: { address: '2001:db8::7', port: 443 } });
  });

  test('without a state column counts ports only, and says so', () => {
    const filtered = '0 0 10.0.0.5:40001 203.0.113.7:443\n0 0 10.0.0.5:40002 203.0.113.7:443\n';
    expect(rowsOf(filtered)).toEqual([{ ...boring, timeWait: 0, established: 0, portsInUse: 2 }]);
    expect(read(filtered).warnings[1]).toMatch('no State column');
  });

  test('rejects lines that are none, and goes on', () => {
    const reading = read(`what is this\n${table.join('\n')}\n`);
    expect(reading.counts).toMatchObject({ read: 7, rejected: 1 });
    expect(reading.counts.rejectedExamples[0]).toEqual({
      file: 'sockets',
      line: 1,
      reason: 'no pair of socket endpoints',
    });
  });

  test('reads netstat -tan too', () => {
    const netstat = [
      'Active Internet connections (servers and established)',
      'Proto Recv-Q Send-Q Local Address           Foreign Address         State',
      'tcp        0      0 0.0.0.0:22              0.0.0.0:*               LISTEN',
      'tcp        0      0 10.0.0.5:40001          203.0.113.7:443         TIME_WAIT',
    ];
    expect(rowsOf(netstat.join('\n'))).toEqual([{ ...boring, timeWait: 1, established: 0, portsInUse: 1 }]);
  });
});

describe('/proc/net/tcp', () => {
  const heading = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode';
  const rest = '00000000:00000000 00:00000000 00000000     0        0 1065 1 0000000000000000 100 0 0 10 0';

  test('holds little-endian addresses and hexadecimal ports', () => {
    const table = [
      heading,
      `   0: 00000000:1F90 00000000:0000 0A ${rest}`,
      `   1: 0500000A:9C41 077100CB:01BB 01 ${rest}`,
      `   2: 0500000A:9C42 077100CB:01BB 06 ${rest}`,
      `   3: 0500000A:9C43 077100CB:01BB 04 ${rest}`,
    ];
    expect(rowsOf(table.join('\n'))).toEqual([boring]);
  });

  test('of IPv6 holds four words, mapped addresses among them', () => {
    const mapped = '0000000000000000FFFF00000500000A';
    const table = [
      heading.replace('rem_address  ', 'remote_address'),
      `   0: ${mapped}:9C41 B80D0120000000000000000007000000:01BB 01 ${rest}`,
    ];
    expect(rowsOf(table.join('\n'))[0]).toMatchObject({
      localAddress: '10.0.0.5',
      destination: { address: '2001:db8::7', port: 443 },
    });
  });
});

describe('freeport host --watch', () => {
  const usage = {
    localAddress: '10.0.0.5',
    destination: boring.destination,
    timeWait: 1,
    established: 1,
    portsInUse: 3,
  };
  const localRange = { low: 32_768, high: 60_999 };
  const line = (overrides: object = {}) =>
    JSON.stringify(hostLineOf({ atMs: TAKEN_AT_MS, host: 'web-1', localRange, usage: [{ ...usage, ...overrides }] }));

  test('comes back as the rows it was made of, with its own time and host', () => {
    const reading = readText(createSocketReader({ file: 'watch.jsonl', takenAtMs: 0 }), `${line()}\n`);
    expect(reading.scopes).toEqual([{ scope: 'host:web-1', observations: [{ ...boring, host: 'web-1', localRange }] }]);
    expect(reading.warnings).toEqual([]);
  });

  test('merges lines of one minute by maxima', () => {
    const rows = rowsOf(`${line({ timeWait: 9 })}\n${line({ portsInUse: 12 })}\n`);
    expect(rows).toEqual([{ ...boring, host: 'web-1', localRange, timeWait: 9, portsInUse: 12 }]);
  });

  test('states what it left out, and stays readable at its limit', () => {
    const many = Array.from({ length: HOST_LINE_DESTINATIONS_LIMIT + 5 }, (_, index) => ({
      ...usage,
      localAddress: `2001:db8:aaaa:bbbb:cccc:dddd:eeee:${(0x1000 + index).toString(16)}`,
      destination: {
        ...boring.destination,
        address: `2001:db8:1111:2222:3333:4444:5555:${(0x1000 + index).toString(16)}`,
      },
      portsInUse: 28_232 - index,
    }));
    const hostLine = hostLineOf({ atMs: TAKEN_AT_MS, host: 'web-1', localRange, usage: many });
    expect(hostLine.dropped).toEqual({ destinations: 5, largestPortsInUse: 28_232 - HOST_LINE_DESTINATIONS_LIMIT });
    expect(read(JSON.stringify(hostLine)).counts).toMatchObject({ read: HOST_LINE_DESTINATIONS_LIMIT, rejected: 0 });
  });

  test('rejects a JSON line of another kind', () => {
    expect(read('{"t":1,"ESTAB":0}\n').counts).toMatchObject({ read: 0, rejected: 1 });
  });
});
