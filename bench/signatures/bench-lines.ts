import { createRandom, type Random } from './random.ts';

/** What programs print when ports run out; one line in two thousand carries one. */
const FAILURES = [
  'connect EADDRNOTAVAIL 10.0.3.7:443 - Local (0.0.0.0:0)',
  'dial tcp 10.0.3.7:443: connect: cannot assign requested address',
  'java.net.ConnectException: Cannot assign requested address (connect failed)',
  'bind: Address already in use (EADDRINUSE)',
  '[Errno 99] Cannot assign requested address',
  'Connect() failed for backend orders: no free ports.',
  'nf_conntrack: table full, dropping packet',
  'Only one usage of each socket address (protocol/network address/port) is normally permitted',
];
const LINES_PER_FAILURE = 2_000;

const SERVICES = ['checkout', 'payments', 'catalog', 'search', 'auth', 'gateway', 'inventory', 'orders'];
const PATHS = [
  '/api/v1/orders',
  '/api/v1/cart/items',
  '/healthz',
  '/api/v2/search',
  '/login',
  '/static/app.js',
  '/metrics',
];
const MESSAGES = [
  'request completed',
  'cache miss for key',
  'connected to database',
  'retrying upstream call',
  'session refreshed',
  'published message to topic',
  'connection pool size adjusted',
  'user address updated',
  'assigning request to worker',
  'port mapping created',
  'upstream connect error or disconnect/reset before headers',
];
const LOGGERS = ['c.e.s.OrderService', 'o.s.w.s.DispatcherServlet', 'c.z.h.p.HikariPool', 'o.a.k.c.NetworkClient'];

export type LogKind = 'json' | 'plain';

export type BenchLog = { readonly bytes: Uint8Array; readonly lines: number; readonly failures: number };

/** A log of about `size` bytes: pino lines of 370 bytes, or Spring and access-log lines of 160. The same every time. */
export function benchLog(kind: LogKind, size: number): BenchLog {
  const random = createRandom(12_345);
  const bytes = new Uint8Array(size);
  const encoder = new TextEncoder();
  let [filled, lines, failures, ms] = [0, 0, 0, 1_767_261_600_000];
  for (;;) {
    ms += random.below(7);
    const fails = random.below(LINES_PER_FAILURE) === 0;
    const message = fails ? random.pick(FAILURES) : `${random.pick(MESSAGES)} ${random.hex(8)}`;
    const line = `${(kind === 'json' ? jsonLine : plainLine)(random, new Date(ms).toISOString(), fails, message)}\n`;
    if (filled + line.length > size) return { bytes: bytes.subarray(0, filled), lines, failures };
    filled += encoder.encodeInto(line, bytes.subarray(filled)).written;
    lines += 1;
    failures += fails ? 1 : 0;
  }
}

function jsonLine(r: Random, time: string, fails: boolean, message: string): string {
  return `{"level":${fails ? 50 : 30},"time":"${time}","pid":${1 + r.below(40_000)},"hostname":"${r.pick(SERVICES)}-${r.hex(9)}-${r.hex(5)}","service":"${r.pick(SERVICES)}","traceId":"${r.hex(32)}","spanId":"${r.hex(16)}","req":{"method":"${r.pick(['GET', 'POST', 'PUT'])}","url":"${r.pick(PATHS)}/${r.below(1e6)}","remoteAddress":"10.${r.below(256)}.${r.below(256)}.${r.below(256)}","remotePort":${1024 + r.below(64_000)}},"res":{"statusCode":${r.pick([200, 201, 204, 404, 500])}},"responseTime":${r.below(2000)},"msg":"${message}"}`;
}

function plainLine(r: Random, time: string, fails: boolean, message: string): string {
  if (r.below(2) === 0)
    return `10.${r.below(256)}.${r.below(256)}.${r.below(256)} - - [${time}] "${r.pick(['GET', 'POST'])} ${r.pick(PATHS)}/${r.below(1e6)} HTTP/1.1" ${r.pick([200, 304, 404, 502])} ${r.below(90_000)} "-" "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36" rt=0.${r.below(999)} ${fails ? message : '-'}`;
  return `${time.replace('T', ' ').slice(0, 23)} ${fails ? 'ERROR' : r.pick(['INFO ', 'DEBUG', 'WARN '])} [${r.pick(SERVICES)},${r.hex(16)},${r.hex(16)}] ${1 + r.below(9)} --- [nio-8080-exec-${r.below(200)}] ${r.pick(LOGGERS)} : ${message} in ${r.below(900)} ms`;
}
