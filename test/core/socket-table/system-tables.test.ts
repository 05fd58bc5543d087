import { describe, expect, test } from 'vitest';
import { TCP } from '../../../shared/core/model/destination.ts';
import type { SocketMinute } from '../../../shared/core/model/observation.ts';
import { recognise } from '../../../shared/core/recognise/recognise.ts';
import { createSocketReader } from '../../../shared/core/socket-table/socket-reader.ts';
import { readText } from '../reading.ts';

const TAKEN_AT_MS = Date.UTC(2026, 0, 1, 10, 3, 20);

/** Every table is read as a file would be: only when its content is recognised. */
function read(text: string) {
  expect(recognise(new TextEncoder().encode(text), true)).toEqual({ kind: 'socket-table' });
  return readText(createSocketReader({ file: 'sockets', takenAtMs: TAKEN_AT_MS }), text);
}

const rowsOf = (text: string) =>
  read(text).scopes.flatMap(({ observations }) => observations as readonly SocketMinute[]);

/** What each of the tables below says: three sockets towards one destination. */
const boring: SocketMinute = {
  kind: 'socket',
  minute: Math.floor(TAKEN_AT_MS / 60_000),
  host: '10.0.0.5',
  localAddress: '10.0.0.5',
  destination: { address: '203.0.113.10', port: 443, protocol: TCP },
  timeWait: 1,
  established: 1,
  portsInUse: 3,
  localRange: { low: 49_152, high: 65_535 },
};

describe('netstat -an of macOS', () => {
  const heading = [
    'Active Internet connections (including servers)',
    'Proto Recv-Q Send-Q  Local Address          Foreign Address        (state)    ',
  ];
  const sockets = [
    'tcp4       0      0  10.0.0.5.49152         203.0.113.10.443       ESTABLISHED',
    'tcp4       0      0  10.0.0.5.49153         203.0.113.10.443       TIME_WAIT  ',
    'tcp4       0      0  10.0.0.5.49154         203.0.113.10.443       FIN_WAIT_2 ',
    'tcp4       0      0  10.0.0.5.8080          10.0.0.99.51000        ESTABLISHED',
    'tcp46      0      0  *.8080                 *.*                    LISTEN     ',
    'tcp6       0      0  *.8080                 *.*                    LISTEN     ',
  ];

  test('has the port after a dot', () => {
    expect(rowsOf([...heading, ...sockets].join('\n'))).toEqual([boring]);
    expect(rowsOf(sockets.join('\r\n'))).toEqual([boring]);
    expect(read(sockets.join('\n')).warnings[1]).toBe(
      'the table does not say the local port range: 49152–65535, the default of macOS, is taken',
    );
  });

  test('goes on with sockets that hold no TCP port', () => {
    const rest = [
      'udp4       0      0  *.5353                 *.*                               ',
      'Active LOCAL (UNIX) domain sockets',
      'Address          Type   Recv-Q Send-Q            Inode             Conn             Refs          Nextref Addr',
      'a1b2c3d4e5f60718 stream      0      0                0 a1b2c3d4e5f60719                0                0',
      'Registered kernel control modules',
      'id       flags    pcbcount rcvbuf   sndbuf   name ',
    ];
    const { counts, scopes } = read([...heading, ...sockets, ...rest].join('\n'));
    expect(counts).toMatchObject({ read: 6, skipped: 4, rejected: 0 });
    expect(scopes.flatMap(({ observations }) => observations)).toEqual([boring]);
  });

  test('may have cut IPv6 addresses, which are rejected unless the columns are wide', () => {
    const cut = 'tcp6       0      0  2001:db8:1:2:3:4.50000 2001:db8::1234:5.443   ESTABLISHED';
    const whole = `tcp6       0      0  ${'2001:db8::aa.50000'.padEnd(45)} ${'2001:db8::1234:5.443'.padEnd(45)} ESTABLISHED`;
    const zone = 'tcp6       0      0  fe80::1%lo0.50000      fe80::1%lo0.443        ESTABLISHED';
    const { counts } = read([...heading, cut, zone].join('\n'));
    expect(counts).toMatchObject({ read: 1, rejected: 1 });
    expect(counts.rejectedExamples[0]?.reason).toMatch('netstat -anl');
    expect(rowsOf([...heading, whole].join('\n'))[0]?.destination.address).toBe('2001:db8::1234:5');
  });
});

describe('netstat -an of Windows', () => {
  const table = (...states: readonly [string, string, string, string]) => [
    '',
    'Active Connections',
    '',
    '  Proto  Local Address          Foreign Address        State           PID',
    `  TCP    0.0.0.0:8080           0.0.0.0:0              ${states[0]}       1234`,
    `  TCP    10.0.0.5:49152         203.0.113.10:443       ${states[1]}     4321`,
    `  TCP    10.0.0.5:49153         203.0.113.10:443       ${states[2]}       0`,
    `  TCP    10.0.0.5:49154         203.0.113.10:443       ${states[3]}      4321`,
    '  TCP    10.0.0.5:8080          10.0.0.99:7000         ESTABLISHED     1234',
    '  TCP    [::]:8080              [::]:0                 LISTENING       1234',
    '  UDP    0.0.0.0:5353           *:*                                    2222',
  ];
  const english = table('LISTENING', 'ESTABLISHED', 'TIME_WAIT', 'CLOSE_WAIT');

  test('is read with PIDs or without, whole or without its headings', () => {
    expect(rowsOf(english.join('\r\n'))).toEqual([boring]);
    expect(rowsOf(english.map((line) => line.replace(/ +\d+$/, '')).join('\n'))).toEqual([boring]);
    expect(rowsOf(english.slice(4).join('\n'))).toEqual([boring]);
    expect(read(english.join('\n')).counts).toEqual({ read: 6, rejected: 0, skipped: 1, rejectedExamples: [] });
  });

  test('is read in German, also in the console’s code page', () => {
    for (const listening of ['ABHÖREN', 'ABH\uFFFDREN']) {
      const german = table(listening, 'HERGESTELLT', 'WARTEND', 'SCHLIESSEN_WARTEN').map((line) =>
        line
          .replace('Active Connections', 'Aktive Verbindungen')
          .replace(/Proto.*/, 'Proto  Lokale Adresse         Remoteadresse          Status           PID'),
      );
      expect(rowsOf(german.join('\r\n'))).toEqual([boring]);
    }
  });

  test('counts ports where the state is in a language that is not known, and says so', () => {
    const unknown = table('??', 'ESTABLISHED', 'CZAS', 'CLOSE_WAIT');
    expect(rowsOf(unknown.join('\n'))).toEqual([{ ...boring, timeWait: 0 }]);
    expect(read(unknown.join('\n')).warnings[1]).toMatch('1 sockets without a known state');
  });

  test('with -b names programs on lines of their own', () => {
    const named = english.flatMap((line) => (line.includes('TCP') ? [line, ' [svchost.exe]', '  RpcSs'] : [line]));
    expect(read(named.join('\n')).counts).toMatchObject({ read: 6, rejected: 0 });
  });
});

describe('Get-NetTCPConnection', () => {
  const rows = [
    ['0.0.0.0', 8080, '0.0.0.0', 0, 'Listen', 2],
    ['10.0.0.5', 49_152, '203.0.113.10', 443, 'Established', 5],
    ['10.0.0.5', 49_153, '203.0.113.10', 443, 'TimeWait', 11],
    ['10.0.0.5', 49_154, '203.0.113.10', 443, 'CloseWait', 8],
    ['10.0.0.5', 49_155, '203.0.113.10', 443, 'Closed', 1],
    ['0.0.0.0', 49_152, '0.0.0.0', 0, 'Bound', 100],
    ['10.0.0.5', 8080, '10.0.0.99', 51_000, 'Established', 5],
  ] as const;
  const csv = (delimiter: string, quote: string): string =>
    [['LocalAddress', 'LocalPort', 'RemoteAddress', 'RemotePort', 'State'], ...rows.map((row) => row.slice(0, 5))]
      .map((cells) => cells.map((cell) => `${quote}${cell}${quote}`).join(delimiter))
      .join('\r\n');

  test.each([
    ['quoted', csv(',', '"')],
    ['bare', csv(',', '')],
    ['for a culture with decimal commas', csv(';', '"')],
    ['under a #TYPE line', `#TYPE Selected.Microsoft.Management.Infrastructure.CimInstance\r\n${csv(',', '"')}`],
    ['with tabs', csv('\t', '')],
    ['after a byte order mark', `\uFEFF${csv(',', '"')}`],
  ])('as CSV %s', (_, text) => {
    expect(rowsOf(text)).toEqual([boring]);
    expect(read(text).counts).toMatchObject({ read: rows.length, rejected: 0 });
  });

  test('as CSV with other columns in other places, which may hold anything', () => {
    const text = [
      '"State","Path","RemotePort","RemoteAddress","LocalPort","LocalAddress"',
      '"Established","C:\\a, ""b"",\\c.exe","443","203.0.113.10","49152","10.0.0.5"',
      '"TimeWait",,"443","203.0.113.10","49153","10.0.0.5"',
      '"SynSent","open quote,"443","203.0.113.10","49154","10.0.0.5"',
    ].join('\n');
    expect(rowsOf(text)).toEqual([{ ...boring, portsInUse: 2 }]);
    expect(read(text).counts).toMatchObject({ read: 2, rejected: 1 });
  });

  test('as PowerShell shows it', () => {
    const shown = [
      '',
      'LocalAddress                        LocalPort RemoteAddress                       RemotePort State       AppliedSetting OwningProcess',
      '------------                        --------- -------------                       ---------- -----       -------------- -------------',
      ...rows.map((row) => `${row.slice(0, 5).join('          ')}      Internet       4321`),
    ];
    expect(rowsOf(shown.join('\r\n'))).toEqual([boring]);
  });

  const objects = (state: 4 | 5) =>
    rows.map((row) => ({
      CreationTime: '/Date(1767261600000)/',
      State: row[state],
      LocalAddress: row[0],
      LocalPort: row[1],
      RemoteAddress: row[2],
      RemotePort: row[3],
      CimClass: { CimClassName: 'MSFT_NetTCPConnection', CimClassProperties: ['a ] } "', null] },
    }));

  test.each([
    ['states as numbers', JSON.stringify(objects(5), null, 4)],
    ['states as words', JSON.stringify(objects(4))],
    ['a wrapped list', JSON.stringify({ value: objects(5), Count: rows.length }, null, 4)],
    ['a list that ends in blanks', `\uFEFF${JSON.stringify(objects(5))}\r\n \n`],
  ])('as JSON with %s', (_, text) => {
    expect(rowsOf(text)).toEqual([boring]);
    expect(read(text).counts).toMatchObject({ read: rows.length, rejected: 0 });
  });

  test('as one JSON object', () => {
    const [, one] = objects(5);
    expect(rowsOf(JSON.stringify(one))).toEqual([{ ...boring, timeWait: 0, portsInUse: 1 }]);
  });

  test('rows that are none are counted with their line', () => {
    const broken = [
      ...objects(5).slice(1, 2),
      null,
      { ...objects(5)[1], LocalPort: 70_000 },
      { ...objects(5)[1], State: {}, RemoteAddress: '__proto__' },
    ];
    const text = JSON.stringify(broken).replaceAll('},', '},\n');
    const { counts } = read(text);
    expect(counts).toMatchObject({ read: 1, rejected: 3 });
    expect(counts.rejectedExamples.at(-1)).toEqual({
      file: 'sockets',
      line: 3,
      reason: 'not a row of Get-NetTCPConnection with both endpoints',
    });
  });
});

describe('netstat -tan of Linux', () => {
  test('may have cut IPv6 addresses', () => {
    const { counts } = read(
      [
        'Active Internet connections (servers and established)',
        'Proto Recv-Q Send-Q Local Address           Foreign Address         State      ',
        'tcp        0      0 10.0.0.5:40001          203.0.113.7:443         TIME_WAIT  ',
        'tcp6       0      0 2001:db8:1:2:3:40:50000 2001:db8:1:2:3:4:5:443  ESTABLISHED',
      ].join('\n'),
    );
    expect(counts).toMatchObject({ read: 1, rejected: 1 });
    expect(counts.rejectedExamples[0]?.reason).toMatch('netstat -tanW');
  });

  test('does not say its range, and Linux hosts change theirs: none is assumed', () => {
    const text = 'tcp        0      0 10.0.0.5:40001          203.0.113.7:443         TIME_WAIT\n';
    expect(rowsOf(text)[0]?.localRange).toBeNull();
  });
});

describe('the local range of a table that does not say it', () => {
  const windows = (lowest: number, count: number): string =>
    Array.from(
      { length: count },
      (_, index) => `  TCP    10.0.0.5:${lowest + index}          203.0.113.10:443       ESTABLISHED     4321`,
    ).join('\n');

  test('is wider than the default where ports below it are in use', () => {
    const text = windows(1_025, 40_000);
    expect(rowsOf(text)[0]).toMatchObject({ portsInUse: 40_000, localRange: { low: 1_025, high: 65_535 } });
    expect(read(text).warnings[1]).toMatch('1025–65535, down to the lowest port in use');
  });

  test('is the default where a few clients chose lower ports', () => {
    expect(rowsOf(`${windows(5_000, 15)}\n${windows(50_000, 9)}`)[0]?.localRange).toEqual(boring.localRange);
  });
});

test('200,000 rows take well under two seconds of processor time', () => {
  const rows = Array.from(
    { length: 200_000 },
    (_, at) =>
      `  TCP    10.0.0.5:${49_152 + (at % 16_384)}         203.0.${(at >> 8) % 200}.${(at % 250) + 1}:443       TIME_WAIT`,
  );
  const text = rows.join('\n');
  const before = process.cpuUsage();
  const { counts } = readText(createSocketReader({ file: 'f', takenAtMs: 0 }), text);
  expect(counts).toMatchObject({ read: 200_000, rejected: 0 });
  expect(process.cpuUsage(before).user).toBeLessThan(2_000_000);
});

test('hostile tables cost only themselves', () => {
  const long = 'x'.repeat(1024 * 1024);
  const good = '  TCP    10.0.0.5:49152         203.0.113.10:443       ESTABLISHED     4321';
  const table = [
    '  Proto  Local Address          Foreign Address        State           PID',
    good,
    long,
    `  TCP    ${long}`,
    '  TCP    10.0.0.5:99999         203.0.113.10:443       ESTABLISHED     1',
    '  TCP    999.0.0.5:1            203.0.113.10:443       ESTABLISHED     1',
    'tcp4 0 0 constructor.1 __proto__.2 toString',
    `${'1.'.repeat(4000)} ${':'.repeat(4000)}`,
    '\u001b[31m\u202egarbage\u0007',
    good.replace('49152', '49153'),
  ];
  const startedMs = performance.now();
  const { counts } = readText(createSocketReader({ file: 'f', takenAtMs: 0 }), table.join('\n'));
  expect(performance.now() - startedMs).toBeLessThan(1_000);
  expect(counts.read).toBe(2);
  expect(counts.rejectedExamples.map(({ line }) => line)).toEqual([3, 4, 5, 6, 7, 8, 9]);
  expect(counts.rejectedExamples[0]?.reason).toMatch('longer than 16384 bytes');
});

describe('netstat in other languages', () => {
  const windowsRows = [
    '  TCP    0.0.0.0:135            0.0.0.0:0              LISTENING       912',
    '  TCP    10.0.0.5:49152         203.0.113.10:443       ESTABLISHED     4100',
    '  TCP    10.0.0.5:49153         203.0.113.10:443       TIME_WAIT       0',
    '  TCP    10.0.0.5:49154         203.0.113.10:443       CLOSE_WAIT      4100',
    ...Array.from(
      { length: 9 },
      (_, at) => `  UDP    0.0.0.0:${5_350 + at}           *:*                                    1288`,
    ),
  ];

  test.each([
    ['活动连接', '  协议  本地地址          外部地址        状态           PID'],
    ['Активные подключения', '  Имя    Локальный адрес        Внешний адрес          Состояние       PID'],
    ['アクティブな接続', '  プロトコル  ローカル アドレス          外部アドレス        状態            PID'],
    ['Conexões ativas', '  Proto  Endereço local          Endereço externo        Estado           PID'],
  ])('has headings that are no rejected rows, and end a table: %s', (section, heading) => {
    const text = ['', section, '', heading, ...windowsRows].join('\r\n');
    expect(rowsOf(text)).toEqual([boring]);
    expect(read(text).counts.rejected).toBe(0);
    expect(rowsOf(`${text}\r\n${text}`)).toEqual([boring]);
  });

  test('of Linux goes on with sockets of the machine itself', () => {
    const rows = [
      'Connexions Internet actives (serveurs et établies)',
      'Proto Recv-Q Send-Q Adresse locale          Adresse distante        Etat',
      'tcp        0      0 10.0.0.5:49152          203.0.113.10:443        ESTABLISHED',
      'Sockets du domaine UNIX actives(serveurs et établies)',
      'Proto RefCnt Flags       Type       State         I-Node   Chemin',
      'unix  2      [ ACC ]     STREAM     LISTENING     19231    /run/app',
    ];
    expect(read(rows.join('\n')).counts).toMatchObject({ read: 1, rejected: 0 });
  });

  test('still rejects what is no table', () => {
    const rows = [...windowsRows, 'netstat: command not found'];
    expect(read(rows.join('\n')).counts.rejected).toBe(1);
  });
});
