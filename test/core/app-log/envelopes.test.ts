import { describe, expect, it } from 'vitest';
import { createLogReader } from '../../../shared/core/app-log/log-reader.ts';
import { readLog, rowsOf } from './read-log.ts';

const FAILED = 'connect EADDRNOTAVAIL 192.0.2.7:443 - Local (0.0.0.0:0)';
const AT = Date.UTC(2026, 10, 20, 14, 0, 50);
const ISO = '2026-11-20T14:00:50';

const eventsOf = (text: string): number => rowsOf(readLog(text)).reduce((sum, row) => sum + row.eventIds.length, 0);

/** One failure among ordinary lines, wrapped line by line. */
const wrapped = (lines: readonly string[], wrap: (line: string, at: number) => string): string =>
  `${lines.map(wrap).join('\n')}\n`;

const TRACE = [
  'ready to serve',
  `Error: ${FAILED}`,
  '    at internalConnect (node:net:1095:16)',
  "  code: 'EADDRNOTAVAIL',",
  '}',
  'GET /healthz 200',
];

describe('carriers of lines', () => {
  it.each([
    [
      'Docker json-file',
      (line: string) => JSON.stringify({ log: `${line}\n`, stream: 'stderr', time: `${ISO}.123456789Z` }),
    ],
    ['CRI', (line: string) => `${ISO}.123456789Z stderr F ${line}`],
    [
      'journald',
      (line: string) =>
        JSON.stringify({ __REALTIME_TIMESTAMP: String(AT * 1000), SYSLOG_IDENTIFIER: 'checkout', MESSAGE: line }),
    ],
    ['syslog', (line: string) => `Nov 20 14:00:50 web-1 checkout[812]: ${line}`],
    ['RFC 5424', (line: string) => `<14>1 ${ISO}.000Z web-1 checkout 812 - - ${line}`],
    ['docker compose', (line: string) => `checkout-1  | ${line.replace(/^(?=\S)/, `${ISO}Z `)}`],
  ])('%s: a trace is one event, of its own time', (_, wrap) => {
    const text = wrapped(TRACE, wrap);
    // A year that is left out comes from an event that has one.
    const rows = rowsOf(readLog(text.startsWith('Nov') ? `Nov 20 14:00:49 2026 web-1 boot: x\n${text}` : text));
    expect(rows).toMatchObject([{ verdict: 'connect-exhaustion', destination: { host: '192.0.2.7', port: 443 } }]);
    expect(rows[0]?.eventIds).toHaveLength(1);
    expect(Math.floor((rows[0]?.firstEventMs ?? 0) / 1000)).toBe(AT / 1000);
  });

  it('names the service that the carrier names', () => {
    const line = (tag: string): string => `${ISO}Z web-1 ${tag}[1]: ${FAILED}`;
    expect(rowsOf(readLog(`${line('orders')}\n${line('checkout')}\n`)).map((row) => row.logSource.service)).toEqual([
      'checkout',
      'orders',
    ]);
  });

  it.each([
    [
      'Docker',
      (piece: string, isLast: boolean) =>
        JSON.stringify({ log: isLast ? `${piece}\n` : piece, stream: 'stderr', time: `${ISO}Z` }),
    ],
    ['CRI', (piece: string, isLast: boolean) => `${ISO}.000000000Z stderr ${isLast ? 'F' : 'P'} ${piece}`],
  ])('%s: the pieces of a long line are joined', (_, wrap) => {
    const pieces = ['request failed: connect EADDRNOTAVAIL 192.0', '.2.7:443 - Local (0.0.0.0:0)'];
    const rows = rowsOf(readLog(`${wrap(pieces[0] ?? '', false)}\n${wrap(pieces[1] ?? '', true)}\n`));
    expect(rows).toMatchObject([{ destination: { host: '192.0.2.7', port: 443 } }]);
  });

  it("reads rsyslog's escaped line breaks", () => {
    const text = `${ISO}Z web-1 php: PHP Fatal error:  Uncaught ConnectionException: Cannot assign requested address [tcp://192.0.2.7:6379]#012Stack trace:#012#0 x.php(128): onConnectionError('Cannot assign r...', 99)\n`;
    expect(eventsOf(text)).toBe(1);
    expect(rowsOf(readLog(text))).toMatchObject([{ destination: { host: '192.0.2.7', port: 6379 } }]);
  });
});

describe('what forwarders and command lines make of lines', () => {
  it('Fluent Bit takes the newlines off and names the pod', () => {
    const wrap = (line: string, at: number): string =>
      JSON.stringify({
        log: line,
        stream: 'stderr',
        time: `${ISO}.12345678${at}Z`,
        kubernetes: { pod_name: 'checkout-5d9c7', container_name: 'app' },
      });
    const rows = rowsOf(readLog(wrapped([...TRACE, `Error: ${FAILED}`], wrap)));
    expect(rows).toMatchObject([{ firstEventMs: AT + 123, logSource: { service: 'checkout-5d9c7' } }]);
    expect(rows[0]?.eventIds).toHaveLength(2);
  });

  it.each([
    ['kubectl logs --timestamps', (line: string) => `${ISO}.123456789Z ${line}`],
    ['kubectl logs --prefix --timestamps', (line: string) => `[pod/checkout-5d9c7/app] ${ISO}.123456789Z ${line}`],
    ['docker compose logs -t', (line: string) => `checkout-1  | ${ISO}.123456789Z ${line}`],
  ])('%s: a time before every line does not cut a trace', (_, wrap) => {
    const chained = [...TRACE, 'Caused by: Error: x', ...TRACE.slice(0, 1)];
    const rows = rowsOf(readLog(wrapped(chained, wrap)));
    expect(rows).toMatchObject([{ firstEventMs: AT + 123 }]);
    expect(rows[0]?.eventIds).toHaveLength(1);
  });

  it('aws logs --output text: the time of the event, or of its arrival where the message goes on', () => {
    const event = (message: string): string =>
      `EVENTS\t${'3'.repeat(56)}\t${AT + 900}\tapp/checkout/1\t${message}\t${AT}`;
    const rows = rowsOf(readLog(`${event('fine')}\n${event(FAILED)}\n${event(`${FAILED}\n    at internalConnect`)}\n`));
    expect(rows).toMatchObject([{ firstEventMs: AT, lastEventMs: AT + 900 }]);
    expect(rows[0]?.eventIds).toHaveLength(2);
  });

  it('syslog: Python’s chained exceptions are one event, JSON has its own time', () => {
    const syslog = (line: string): string => `Nov 20 14:00:50 web-1 checkout[812]: ${line}`;
    const chained = [
      '2026-11-20 14:00:50,123 ERROR call failed',
      'Traceback (most recent call last):',
      '  File "x.py", line 1, in connect',
      'OSError: [Errno 99] Cannot assign requested address',
      '',
      'During handling of the above exception, another exception occurred:',
      '',
      'Traceback (most recent call last):',
      '  File "y.py", line 2, in call',
      "requests.exceptions.ConnectionError: HTTPConnectionPool(host='db', port=80): [Errno 99] Cannot assign requested address",
    ];
    expect(eventsOf(wrapped(chained, syslog))).toBe(1);
    const rows = rowsOf(readLog(wrapped([JSON.stringify({ time: AT + 7, msg: FAILED })], syslog)));
    expect(rows).toMatchObject([{ firstEventMs: AT + 7, logSource: { service: 'checkout' } }]);
  });

  it('a file whose every time lacks its year is of the year in which it was last changed, or the one before', () => {
    const text = `Dec 31 23:59:59 web-1 checkout[812]: ${FAILED}\nDec 31 23:59:59 web-1 checkout[812]: ${FAILED}\n`;
    const readAt = (takenAtMs: number) => {
      const source = { group: 'x', stream: null, service: null };
      const reader = createLogReader({ file: 'x', logSource: source, takenAtMs });
      reader.push(new TextEncoder().encode(text));
      return reader.finish();
    };
    const reading = readAt(Date.UTC(2027, 0, 2));
    expect(rowsOf(reading)).toMatchObject([{ firstEventMs: Date.UTC(2026, 11, 31, 23, 59, 59) }]);
    expect(reading.counts).toMatchObject({ read: 2, rejected: 0 });
    expect(reading.warnings).toContain('times without a year were taken as of 2026, by the file’s last change');
    expect(rowsOf(readAt(Date.UTC(2026, 11, 31, 12)))[0]?.firstEventMs).toBe(Date.UTC(2026, 11, 31, 23, 59, 59));
  });

  it.each([
    [`${AT / 1000}`, AT],
    [`${AT / 1000}.250`, AT + 250],
    [`[${AT + 7}]`, AT + 7],
  ])('a line may begin with a count since 1970: %s', (time, ms) => {
    expect(rowsOf(readLog(`${time} ERROR ${FAILED}\n`))).toMatchObject([{ firstEventMs: ms }]);
  });

  it('a block that ends inside a JSON line is not cut there', () => {
    const docker = (line: string): string =>
      JSON.stringify({ log: `${line}\n`, stream: 'stderr', time: `${ISO}.123456789Z` });
    const trace = ['Error: boom', ...Array.from({ length: 40 }, (_, at) => `    at ${'x'.repeat(at)} (a.js:1)`)];
    const failed = [...trace, `  [cause]: Error: ${FAILED}`, ...trace.slice(1), `  errors: ${FAILED}`];
    const lines = Array.from({ length: 400 }, () => failed).flat();
    expect(eventsOf(wrapped(lines, docker))).toBe(400);
  });
});

describe('structured logs', () => {
  it.each([
    ['pino', { level: 50, time: AT, service: 'checkout', msg: 'failed', err: { type: 'Error', message: FAILED } }],
    ['winston', { level: 'error', message: FAILED, timestamp: `${ISO}.000Z`, app: 'checkout' }],
    ['bunyan', { name: 'checkout', v: 0, level: 50, time: `${ISO}.000Z`, msg: 'x', err: { message: FAILED } }],
    ['logback', { '@timestamp': `${ISO}.000Z`, message: 'x', stack_trace: `E: ${FAILED}`, 'service.name': 'checkout' }],
    ['zap', { level: 'error', ts: AT / 1000, msg: 'x', error: FAILED, service: 'checkout' }],
    ['structlog', { event: FAILED, timestamp: `${ISO}Z`, level: 'error', service: { name: 'checkout' } }],
    ['log4j2', { instant: { epochSecond: AT / 1000, nanoOfSecond: 0 }, message: FAILED, application: 'checkout' }],
    ['a nested cause', { t: AT, service: 'checkout', err: { message: 'fetch failed', cause: { message: FAILED } } }],
    ['a list of errors', { time: AT, service: 'checkout', err: { message: '', errors: [{ message: FAILED }] } }],
    [
      'fields alone',
      {
        time: AT,
        service: 'checkout',
        msg: 'x',
        err: { code: 'EADDRNOTAVAIL', syscall: 'connect', address: '192.0.2.7', port: 443 },
      },
    ],
  ])('%s', (_, record) => {
    expect(rowsOf(readLog(`${JSON.stringify(record)}\n`))).toMatchObject([
      {
        verdict: 'connect-exhaustion',
        firstEventMs: AT,
        destination: { host: '192.0.2.7', port: 443 },
        logSource: { service: 'checkout' },
      },
    ]);
  });

  it('counts a text that one event prints twice once', () => {
    const record = { time: AT, msg: FAILED, err: { message: FAILED, stack: `Error: ${FAILED}\n    at x` } };
    expect(eventsOf(`${JSON.stringify(record)}\n`)).toBe(1);
  });

  it('keeps identical events apart', () => {
    const line = JSON.stringify({ time: AT, msg: FAILED });
    expect(eventsOf(`${line}\n${line}\n`)).toBe(2);
  });
});

describe('Windows events', () => {
  const xml = (id: number, second: number): string =>
    `<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='Tcpip'/><EventID Qualifiers='32768'>${id}</EventID><TimeCreated SystemTime='2026-11-20T14:00:${second}.0000000Z'/><Computer>web-1</Computer></System></Event>`;

  it.each(['', '\n', '\r\n'])('as XML with %j between them', (between) => {
    const reading = readLog([xml(4231, 50), xml(7036, 51), xml(4227, 52)].join(between));
    expect(reading.counts).toMatchObject({ read: 3, rejected: 0 });
    expect(rowsOf(reading)).toMatchObject([{ signature: 'tcpip-event', firstEventMs: AT, lastEventMs: AT + 2_000 }]);
  });

  it('as XML over many lines', () => {
    const text = `<?xml version="1.0"?>\n<Events>\n${xml(4231, 50).replaceAll('><', '>\n  <')}\n</Events>\n`;
    expect(rowsOf(readLog(text))).toMatchObject([{ signature: 'tcpip-event', firstEventMs: AT }]);
  });

  it.each([
    ['Log Name', 'Source', 'Date', '11/20/2026 2:00:50 PM', 'Event ID'],
    ['Protokollname', 'Quelle', 'Datum', '20.11.2026 14:00:50', 'Ereignis-ID'],
  ])('as text that begins with %s', (log, source, date, time, id) => {
    const event = (number: number): string =>
      `${log}: System\n${source}:        Tcpip\n${date}:          ${time}\n${id}:      ${number}\nDescription:\nsome words\n`;
    const reading = readLog(`${event(4231)}\n${event(1014)}`);
    expect(reading.counts).toMatchObject({ read: 2 });
    expect(rowsOf(reading)).toMatchObject([{ signature: 'tcpip-event', firstEventMs: AT }]);
  });
});

describe('events of many lines in plain text', () => {
  it.each([
    [
      'Python',
      [
        'Traceback (most recent call last):',
        '  File "/app/x.py", line 7, in call',
        '    sock.connect(address)',
        'OSError: [Errno 99] Cannot assign requested address',
        '',
        'During handling of the above exception, another exception occurred:',
        '',
        'Traceback (most recent call last):',
        '  File "/app/y.py", line 9, in run',
        "requests.exceptions.ConnectionError: HTTPConnectionPool(host='192.0.2.7', port=443): Max retries exceeded (Caused by NewConnectionError('Failed to establish a new connection: [Errno 99] Cannot assign requested address'))",
      ],
    ],
    [
      'Java',
      [
        'java.net.ConnectException: Cannot assign requested address',
        '\tat java.base/sun.nio.ch.Net.pollConnect(Native Method)',
        'Caused by: java.net.BindException: Cannot assign requested address: /192.0.2.7:443',
        '\t... 12 more',
      ],
    ],
    [
      'Node',
      [
        'node:events:497',
        "      throw er; // Unhandled 'error' event",
        '      ^',
        '',
        `Error: ${FAILED}`,
        '    at internalConnect (node:net:1095:16)',
        "Emitted 'error' event on Socket instance at:",
        '    at emitErrorNT (node:internal/streams/destroy:170:8) {',
        "  code: 'EADDRNOTAVAIL'",
        '}',
        '',
        'Node.js v24.7.0',
      ],
    ],
  ])('%s: one failure is one event', (_, trace) => {
    const text = [`${ISO}Z starting`, ...trace, `${ISO}Z done`, 'ready', ''].join('\n');
    expect(eventsOf(text)).toBe(1);
    expect(rowsOf(readLog(text))).toMatchObject([{ destination: { host: '192.0.2.7', port: 443 } }]);
  });

  it('joins text that a terminal wrapped, where every event begins with its time', () => {
    const text = `${ISO}Z one\n${ISO}Z request failed: connect to 192.0.2.7:443: Cannot assign requested\naddress\n${ISO}Z two\n${'x'.repeat(3)}\n${Array.from({ length: 30 }, (_, at) => `${ISO}Z line ${at}`).join('\n')}\n`;
    expect(rowsOf(readLog(text))).toMatchObject([{ verdict: 'connect-exhaustion', destination: { port: 443 } }]);
  });

  it('reads traces that lie across the blocks in which a file is read', () => {
    const filler = Array.from({ length: 900 }, (_, at) => `${ISO}Z request ${at} took ${at} ms, all is well with it`);
    const trace = [
      `${ISO}Z failed`,
      'Traceback (most recent call last):',
      '  File "x.py", line 1, in connect',
      `OSError: ${FAILED}`,
    ];
    const text = `${Array.from({ length: 40 }, () => [...filler, ...trace].join('\n')).join('\n')}\n`;
    expect(eventsOf(text)).toBe(40);
    expect(readLog(text, 777)).toEqual(readLog(text));
  });

  it('keeps the beginning of a line that is longer than a block', () => {
    const text = `${ISO}Z ${FAILED} ${'x'.repeat(700_000)}\n${ISO}Z ${FAILED}\n`;
    const reading = readLog(text);
    expect(reading.counts).toMatchObject({ read: 2 });
    expect(eventsOf(text)).toBe(2);
  });
});
