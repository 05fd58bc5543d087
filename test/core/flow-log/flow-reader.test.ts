import { describe, expect, it } from 'vitest';
import { createFlowReader } from '../../../shared/core/flow-log/flow-reader.ts';
import { LINE_BYTES_LIMIT } from '../../../shared/core/flow-log/lines.ts';
import { coverageOf, flowRowsOf, plainReading, plainRow, readText } from './plain-rows.ts';

const START = 1_767_261_605;
const MINUTE = Math.floor(START / 60);
const FLAGS = 'interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end tcp-flags log-status';

const v2 = (overrides: Record<string, string | number> = {}): string => {
  const row: Record<string, string | number> = {
    version: 2,
    account: '123456789012',
    eni: 'eni-1',
    src: '10.0.0.5',
    dst: '203.0.113.10',
    srcport: 40_000,
    dstport: 443,
    protocol: 6,
    packets: 3,
    bytes: 180,
    start: START,
    end: START + 20,
    action: 'ACCEPT',
    status: 'OK',
    ...overrides,
  };
  return `${Object.values(row).join(' ')}\n`;
};

const rowsOf = (text: string, format?: readonly string[]) =>
  flowRowsOf(readText(text, format ? { format } : {})).map(plainRow);

describe('formats', () => {
  it('reads the default format without a header', () => {
    expect(rowsOf(v2())).toMatchObject([
      {
        minute: MINUTE,
        interfaceId: 'eni-1',
        localAddress: '10.0.0.5',
        destination: { address: '203.0.113.10', port: 443, protocol: 6 },
        via: null,
        ports: [40_000],
        opened: [],
        opensInferred: true,
        bytes: 180,
        packets: 3,
        records: 1,
      },
    ]);
  });

  it('reads columns by the names of the header, in any order and with underscores', () => {
    const text = `log_status end start dstport srcport dstaddr srcaddr protocol\nOK ${START + 1} ${START} 443 40000 10.0.0.9 10.0.0.5 6\n`;
    expect(rowsOf(text)).toMatchObject([{ interfaceId: '-', localAddress: '10.0.0.5', ports: [40_000] }]);
  });

  it('takes a new header in the middle of the text, and a given format when there is none', () => {
    const flagged = `eni-2 10.0.0.5 10.0.0.9 40001 443 6 1 40 ${START} ${START} 2 OK\n`;
    expect(rowsOf(`${v2()}${FLAGS}\n${flagged}`).map((row) => row.opensInferred)).toEqual([true, false]);
    expect(rowsOf(flagged, FLAGS.split(' '))).toMatchObject([{ opened: [40_001], opensInferred: false }]);
  });

  it('reads past CRLF, double spaces, comments, blank lines, repeated headers, and a byte order mark', () => {
    const header =
      'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status';
    const text = `\ufeff${header}\r\n# a comment\r\n\r\n${v2().replace('\n', '\r\n')}${header}\n${v2().replaceAll(' ', '  ')}`;
    const reading = readText(text);
    expect(reading.counts).toMatchObject({ read: 2, rejected: 0, skipped: 0 });
    expect(flowRowsOf(reading)).toMatchObject([{ records: 2 }]);
  });

  it('says which of its fields the format carries', () => {
    expect(readText(`${FLAGS}\neni-2 10.0.0.5 10.0.0.9 40001 443 6 1 40 ${START} ${START} 2 OK\n`).fields).toEqual(
      FLAGS.split(' ').sort(),
    );
  });

  it('rejects every row of a format without ports', () => {
    const reading = readText(
      'tgw-id tgw-attachment-id srcaddr dstaddr start\ntgw-1 tgw-attach-1 10.0.0.1 10.0.0.2 1\n',
    );
    expect(reading.counts.rejectedExamples).toEqual([
      { file: 'flows.log', line: 2, reason: 'the format has no srcport, dstport, protocol' },
    ]);
  });
});

describe('values', () => {
  it('takes milliseconds for what they are', () => {
    expect(rowsOf(v2({ start: START * 1000 + 999, end: START * 1000 + 20_999 }))).toEqual(rowsOf(v2()));
  });

  it.each(['2001:db8::1', '2001:0DB8:0:0:0:0:0:1', '2001:db8:0:0::1'])('knows %s in any spelling', (dst) => {
    expect(rowsOf(v2({ src: '2001:DB8::5', dst }))).toMatchObject([
      { localAddress: '2001:db8::5', destination: { address: '2001:db8::1' } },
    ]);
  });

  it.each([
    [{ bytes: 'many' }, 'bytes is not a number'],
    [{ srcport: 65_536 }, 'srcport is too large'],
    [{ dst: '10.0.0.256' }, 'dstaddr is not an IP address'],
    [{ dst: '-' }, 'dstaddr is missing'],
    [{ end: START - 1 }, 'end is before start'],
    [{ status: 'FINE' }, 'log-status is none of OK, NODATA, SKIPDATA'],
    [{ status: 'OK more' }, '14 fields expected, 15 found'],
  ])('rejects %j and goes on', (overrides, reason) => {
    const reading = readText(v2(overrides) + v2());
    expect(reading.counts).toMatchObject({ read: 1, rejected: 1, rejectedExamples: [{ line: 1, reason }] });
  });

  it('rejects a line that never ends, whatever its chunks, and reads the next', () => {
    const reader = createFlowReader({ file: 'flows.log' });
    for (let i = 0; i <= LINE_BYTES_LIMIT; i += 1000) reader.push(new Uint8Array(1000).fill(120));
    reader.push(new TextEncoder().encode(`\n${v2()}`));
    expect(reader.finish().counts).toMatchObject({ read: 1, rejected: 1 });
  });

  it('dates a record by its end when its start is beyond belief', () => {
    expect(rowsOf(v2({ start: 164_000_066 }))).toMatchObject([{ minute: MINUTE }]);
  });
});

describe('records without flows', () => {
  const silent = (status: string): string => `2 123456789012 eni-1 - - - - - - - ${START} ${START + 58} - ${status}\n`;

  it('counts NODATA and SKIPDATA in every minute they touch and skips them', () => {
    const reading = readText(silent('NODATA') + silent('SKIPDATA') + v2());
    expect(reading.counts).toMatchObject({ read: 1, skipped: 2, rejected: 0 });
    expect(coverageOf(reading)).toMatchObject([
      { minute: MINUTE, interfaceId: 'eni-1', records: 1, noData: 1, skipData: 1 },
      { minute: MINUTE + 1, records: 0, noData: 1, skipData: 1 },
    ]);
    expect(reading.warnings).toHaveLength(1);
  });

  it('counts records whose initiator cannot be known, and covers their minute', () => {
    const reading = readText(v2({ srcport: 0, dstport: 0, protocol: 1 }));
    expect(reading.counts).toMatchObject({ read: 0, skipped: 1 });
    expect(coverageOf(reading)).toMatchObject([{ records: 1 }]);
    expect(reading.warnings[0]).toContain('1 records do not tell who began');
  });
});

describe('rows', () => {
  const flagged = (words: string): string => `eni-2 ${words} OK\n`;

  it('folds the reply into the row of the initiator', () => {
    const text =
      `${FLAGS}\n` +
      flagged(`10.0.0.5 10.0.0.9 40001 8443 6 5 500 ${START} ${START + 10} 3`) +
      flagged(`10.0.0.9 10.0.0.5 8443 40001 6 4 400 ${START} ${START + 10} 19`) +
      flagged(`10.0.0.5 10.0.0.9 40002 8443 6 1 60 ${START} ${START} 2`);
    expect(rowsOf(text)).toMatchObject([
      {
        localAddress: '10.0.0.5',
        destination: { address: '10.0.0.9', port: 8443 },
        ports: [40_001, 40_002],
        opened: [40_001, 40_002],
        answered: [40_001],
        closed: [40_001],
        overlap: [0, 1, 0, 0],
        bytes: 960,
        packets: 10,
        records: 3,
        lifetimes: [0, 0, 0, 1, 0, 0, 0],
      },
    ]);
  });

  it('knows the initiator by its SYN even when its port is the lower one', () => {
    const text = `${FLAGS}\n${flagged(`10.0.0.5 10.0.0.9 1025 8443 6 1 60 ${START} ${START} 2`)}`;
    expect(rowsOf(text)).toMatchObject([{ localAddress: '10.0.0.5', destination: { port: 8443 }, ports: [1025] }]);
  });

  it('spreads a long record: open first, ports everywhere, totals last', () => {
    const text = `${FLAGS}\n${flagged(`10.0.0.5 10.0.0.9 40001 443 6 5 500 ${START} ${START + 120} 3`)}`;
    expect(rowsOf(text)).toMatchObject([
      { minute: MINUTE, opened: [40_001], ports: [40_001], records: 0, bytes: 0, overlap: [0, 1, 1, 1] },
      { minute: MINUTE + 1, opened: [], ports: [40_001], records: 0, overlap: [1, 1, 1, 1] },
      {
        minute: MINUTE + 2,
        opened: [],
        ports: [40_001],
        records: 1,
        bytes: 500,
        closed: [40_001],
        overlap: [1, 0, 0, 0],
      },
    ]);
  });

  it('tells the four legs of a NAT gateway apart by packet-level addresses', () => {
    const format = `${FLAGS} pkt-srcaddr pkt-dstaddr`;
    const leg = (words: string, pkt: string): string => `eni-nat ${words} OK ${pkt}\n`;
    const text =
      `${format}\n` +
      leg(`10.0.1.5 10.0.0.220 40001 443 6 5 500 ${START} ${START} 3`, '10.0.1.5 203.0.113.5') +
      leg(`10.0.0.220 203.0.113.5 1024 443 6 5 500 ${START} ${START} 3`, '10.0.0.220 203.0.113.5') +
      leg(`203.0.113.5 10.0.0.220 443 1024 6 4 400 ${START} ${START} 19`, '203.0.113.5 10.0.0.220') +
      leg(`10.0.0.220 10.0.1.5 443 40001 6 4 400 ${START} ${START} 19`, '203.0.113.5 10.0.1.5');
    expect(rowsOf(text)).toMatchObject([
      { localAddress: '10.0.0.220', via: null, ports: [1024], answered: [1024], records: 2 },
      {
        localAddress: '10.0.1.5',
        via: '10.0.0.220',
        destination: { address: '203.0.113.5' },
        ports: [40_001],
        records: 2,
      },
    ]);
  });

  it('counts rejected traffic', () => {
    expect(rowsOf(v2({ action: 'REJECT' }))).toMatchObject([{ records: 1, rejected: 1 }]);
  });
});

describe('scopes', () => {
  const format = [
    'account-id',
    'vpc-id',
    'resource-id',
    'interface-id',
    ...'srcaddr dstaddr srcport dstport protocol start'.split(' '),
  ];
  it.each([
    ['1 vpc-1 nat-1 -', 'nat-1', 'nat-1'],
    ['1 vpc-1 - eni-1', 'vpc-1', 'eni-1'],
    ['1 - - eni-1', '1', 'eni-1'],
    ['- - - eni-1', 'eni-1', 'eni-1'],
  ])('%s belongs to %s', (words, scope, interfaceId) => {
    const reading = readText(`${words} 10.0.0.1 10.0.0.2 40000 443 6 ${START}\n`, { format });
    expect(reading.scopes.map((entry) => entry.scope)).toEqual([scope]);
    expect(flowRowsOf(reading)).toMatchObject([{ interfaceId }]);
  });
});

it('does not see where chunks were cut', () => {
  const text = `${v2()}${v2({ src: '2001:db8::5', dst: '2001:db8::6' })}bad line\n${v2({ srcport: 40_001 })}`;
  const bytes = new TextEncoder().encode(text);
  const whole = plainReading(readText(text));
  for (let at = 0; at <= bytes.length; at += 1) {
    const reader = createFlowReader({ file: 'flows.log' });
    reader.push(bytes.subarray(0, at));
    reader.push(bytes.subarray(at));
    expect(plainReading(reader.finish())).toEqual(whole);
  }
});
