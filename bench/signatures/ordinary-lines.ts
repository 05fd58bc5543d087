import type { Random } from './random.ts';

/**
 * Lines that healthy and unhealthy machines write all day and that say nothing of exhausted ports: many programs, and
 * many words that come near (addresses, ports, binding, 99, 10048, "in use", "exhausted", refused connections).
 */
export function ordinaryLine(random: Random, ms: number): string {
  return random.pick(PROGRAMS)(random, new Date(ms));
}

type Program = (random: Random, at: Date) => string;

const ip = (r: Random): string =>
  `${r.pick(['10', '172', '192', '198'])}.${r.below(256)}.${r.below(256)}.${r.below(256)}`;
const port = (r: Random): number => r.pick([80, 443, 5432, 6379, 8080, 9092, 1024 + r.below(64_000)]);
const iso = (at: Date): string => at.toISOString();
const spaced = (at: Date): string => iso(at).replace('T', ' ').slice(0, 23);
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const month = (at: Date): string => MONTHS[at.getUTCMonth()] ?? 'Jan';
const clock = (at: Date): string => iso(at).slice(11, 19);
const syslog = (at: Date): string => `${month(at)} ${String(at.getUTCDate()).padStart(2)} ${clock(at)}`;
const clf = (at: Date): string =>
  `${String(at.getUTCDate()).padStart(2, '0')}/${month(at)}/${at.getUTCFullYear()}:${clock(at)} +0000`;

const SERVICES = ['checkout', 'payments', 'catalog', 'search', 'auth', 'gateway', 'inventory', 'orders', 'ledger'];
const PATHS = [
  '/api/v1/orders',
  '/healthz',
  '/api/v2/search?q=shoes',
  '/login',
  '/static/app.js',
  '/metrics',
  '/docs/errors',
];
const AGENT = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko)';

const MESSAGES: readonly ((r: Random) => string)[] = [
  () => 'request completed',
  (r) => `cache miss for key user:${r.below(99_999)}`,
  (r) => `connected to ${ip(r)}:${port(r)} in ${r.below(99)} ms`,
  (r) => `retrying upstream call ${r.below(99)} of 99`,
  (r) => `connection to ${ip(r)}:${port(r)} refused, attempt ${r.below(9)}`,
  (r) => `Error: connect ECONNREFUSED ${ip(r)}:${port(r)}`,
  (r) => `read tcp ${ip(r)}:${port(r)}->${ip(r)}:${port(r)}: read: connection reset by peer`,
  (r) => `dial tcp ${ip(r)}:${port(r)}: connect: connection refused`,
  () => 'connection pool exhausted, waiting for a free connection',
  (r) => `thread pool exhausted: active=${r.below(200)} queued=${r.below(1000)}`,
  () => 'The e-mail address is already in use by another account',
  (r) => `Username user${r.below(9999)} already taken`,
  (r) => `address not available for delivery in zone ${r.below(99)}`,
  (r) => `user address updated for customer ${r.below(99_999)}`,
  (r) => `assigning request ${r.hex(8)} to worker ${r.below(99)}`,
  (r) => `port mapping created: ${port(r)} -> ${port(r)}`,
  (r) => `listening on 0.0.0.0:${port(r)}`,
  (r) => `server bound to port ${port(r)}`,
  (r) => `processed ${r.pick([99, 10_048, 10_055, 4231])} records in ${r.below(900)} ms`,
  (r) => `job exited with code ${r.pick([0, 1, 99, 49])}`,
  (r) => `ephemeral storage usage at ${r.below(99)}%`,
  (r) => `${r.below(28_232)} of 28232 local ports in use`,
  () => 'upstream connect error or disconnect/reset before headers. reset reason: connection termination',
  (r) => `timeout of ${r.below(5000)}ms exceeded while reading the response body`,
  (r) => `Read timed out. (read timeout=${r.below(60)})`,
  (r) => `SQL: select * from addresses where id = ${r.below(99_999)}`,
  () => 'HikariPool-1 - Connection is not available, request timed out after 30000ms.',
  () => 'session refreshed',
  (r) => `published message ${r.hex(12)} to topic orders.v1`,
  () => 'too many open files in system, backing off',
  () => 'getaddrinfo ENOTFOUND db.internal',
  () => 'no route to host, retrying',
  () => 'certificate verify failed: unable to get local issuer certificate',
];

const message = (r: Random): string => r.pick(MESSAGES)(r);

const PROGRAMS: readonly Program[] = [
  // pino, bunyan
  (r, at) =>
    `{"level":30,"time":"${iso(at)}","pid":${1 + r.below(40_000)},"hostname":"${r.pick(SERVICES)}-${r.hex(9)}-${r.hex(5)}","service":"${r.pick(SERVICES)}","traceId":"${r.hex(32)}","req":{"method":"GET","url":"${r.pick(PATHS)}","remoteAddress":"${ip(r)}","remotePort":${port(r)}},"res":{"statusCode":${r.pick([200, 204, 404, 499, 502])}},"responseTime":${r.below(2000)},"msg":${JSON.stringify(message(r))}}`,
  // zap
  (r, at) =>
    `{"level":"${r.pick(['info', 'warn', 'error'])}","ts":${at.getTime() / 1000},"caller":"${r.pick(SERVICES)}/server.go:${r.below(999)}","msg":${JSON.stringify(message(r))},"code":${r.pick([0, 5, 99])}}`,
  // logback as JSON
  (r, at) =>
    `{"@timestamp":"${iso(at)}","log.level":"INFO","message":${JSON.stringify(message(r))},"service.name":"${r.pick(SERVICES)}","process.thread.name":"nio-8080-exec-${r.below(99)}"}`,
  // Spring Boot
  (r, at) =>
    `${spaced(at)} ${r.pick(['INFO ', 'WARN ', 'ERROR'])} [${r.pick(SERVICES)},${r.hex(16)},${r.hex(16)}] ${1 + r.below(9)} --- [nio-8080-exec-${r.below(200)}] ${r.pick(['c.e.s.OrderService', 'o.s.w.s.DispatcherServlet', 'c.z.h.p.HikariPool', 'o.a.k.c.NetworkClient'])} : ${message(r)}`,
  (r) =>
    `\tat ${r.pick(['java.base/java.net.Socket.connect', 'org.example.net.Binder.bind', 'io.netty.channel.nio.NioEventLoop.run'])}(${r.pick(['Socket', 'Binder', 'NioEventLoop'])}.java:${r.below(999)})`,
  // access logs
  (r, at) =>
    `${ip(r)} - - [${clf(at)}] "GET ${r.pick(PATHS)} HTTP/1.1" ${r.pick([200, 304, 404, 499, 502])} ${r.below(90_000)} "-" "${AGENT}" rt=0.${r.below(999)}`,
  (r, at) =>
    `${ip(r)}:${port(r)} [${clf(at).replace(' +0000', `.${r.below(999)}`)}] fe orders/s${r.below(4)} 0/0/${r.below(9)}/${r.below(99)}/${r.below(200)} 200 ${r.below(9999)} - - ---- 12/12/0/0/0 0/0 "GET ${r.pick(PATHS)} HTTP/1.1"`,
  (r, at) =>
    `${(at.getTime() / 1000).toFixed(3)} ${r.below(9999)} ${ip(r)} TCP_MISS/${r.pick([200, 503])} ${r.below(9999)} GET http://example.com/ - HIER_DIRECT/${ip(r)} text/html`,
  // nginx error log
  (r, at) =>
    `${spaced(at).slice(0, 19).replaceAll('-', '/')} [error] ${r.below(99)}#${r.below(99)}: *${r.below(99_999)} connect() failed (111: Connection refused) while connecting to upstream, client: ${ip(r)}, server: shop.example.com, request: "GET ${r.pick(PATHS)} HTTP/1.1", upstream: "http://${ip(r)}:${port(r)}/", host: "shop.example.com"`,
  (r, at) =>
    `${spaced(at).slice(0, 19).replaceAll('-', '/')} [error] ${r.below(99)}#${r.below(99)}: *${r.below(99_999)} upstream timed out (110: Connection timed out) while reading response header from upstream, client: ${ip(r)}, server: , request: "GET / HTTP/1.1", upstream: "http://${ip(r)}:${port(r)}/", host: "x"`,
  // syslog
  (r, at) =>
    `${syslog(at)} web-${r.below(9)} sshd[${r.below(32_768)}]: ${r.pick([`Accepted publickey for deploy from ${ip(r)} port ${port(r)} ssh2`, `Failed password for root from ${ip(r)} port ${port(r)} ssh2`, `Received disconnect from ${ip(r)} port ${port(r)}:11: Bye Bye`, 'error: Bind to port 22 on 0.0.0.0 failed: Address already in use.', `Server listening on 0.0.0.0 port 22.`])}`,
  (r, at) =>
    `${syslog(at)} web-${r.below(9)} kernel: [${r.below(99_999)}.${r.below(999_999)}] ${r.pick(['TCP: request_sock_TCP: Possible SYN flooding on port 443. Sending cookies.', 'TCP: time wait bucket table overflow', 'eth0: link up, 10000 Mbps', 'nf_conntrack version 0.5.0 (65536 buckets, 262144 max)', 'Out of memory: Killed process 99 (java)'])}`,
  (r, at) =>
    `${syslog(at)} web-${r.below(9)} systemd[1]: ${r.pick(['Started Session 99 of user deploy.', 'nginx.service: Succeeded.', 'Listening on Docker Socket for the API.', 'Bound to unit dev-sda.device, but unit is not active'])}`,
  (r, at) =>
    `${syslog(at)} fw dhcpd: ${r.pick([`DHCPDISCOVER from 00:11:43:e3:ba:${r.hex(2)} via eth1: network A: no free leases`, `DHCPACK on ${ip(r)} to 00:11:43:e3:ba:${r.hex(2)}`])}`,
  (r, at) =>
    `${syslog(at)} ns named[${r.below(999)}]: ${r.pick([`client ${ip(r)}#${port(r)}: query: example.com IN A`, `listening on IPv4 interface lo, 127.0.0.1#53`, 'address not available resolving example.com/AAAA/IN'])}`,
  (r, at) =>
    `${syslog(at)} mx postfix/smtp[${r.below(9999)}]: connect to mx.example.com[${ip(r)}]:25: ${r.pick(['Connection refused', 'No route to host', 'Connection timed out'])}`,
  // klog
  (r, at) =>
    `I${String(at.getUTCMonth() + 1).padStart(2, '0')}${String(at.getUTCDate()).padStart(2, '0')} ${iso(at).slice(11, 23)}456 ${r.below(99_999)} ${r.pick([`conntrack.go:36] Setting nf_conntrack_max to ${r.below(999_999)}`, `proxier.go:812] "SyncProxyRules complete" elapsed="${r.below(99)}ms"`, `kubelet.go:2183] "SyncLoop (probe)" probe="readiness" status="ready"`])}`,
  // databases
  (r, at) =>
    `${spaced(at)} UTC [${r.below(9999)}] LOG:  ${r.pick([`connection authorized: user=app database=app`, `checkpoint complete: wrote ${r.below(10_060)} buffers`, 'listening on IPv4 address "0.0.0.0", port 5432', 'could not bind IPv6 address "::1": Cannot assign requested address', 'FATAL:  sorry, too many clients already'])}`,
  (r, at) =>
    `${r.below(9999)}:M ${at.getUTCDate()} ${month(at)} ${at.getUTCFullYear()} ${iso(at).slice(11, 23)} * ${r.pick(['10000 changes in 60 seconds. Saving...', 'Background saving terminated with success', `Connection with replica ${ip(r)}:6379 lost.`, 'Ready to accept connections'])}`,
  (r) => `ERROR 1045 (28000): Access denied for user 'app'@'${ip(r)}' (using password: YES)`,
  // load balancers and gateways
  (r, at) =>
    `${syslog(at)} lb haproxy[${r.below(999)}]: ${r.pick([`Proxy web started.`, `Server be/s${r.below(4)} is DOWN, reason: Layer4 connection problem, info: "Connection refused", check duration: 0ms.`, `Server be/s${r.below(4)} is UP, reason: Layer7 check passed, code: 200`, 'backend orders has no server available!'])}`,
  (r, at) =>
    `[${spaced(at)}][${r.below(40)}][info][upstream] [source/common/upstream/cds_api_helper.cc:${r.below(99)}] cds: add ${r.below(99)} cluster(s), remove 0 cluster(s)`,
  (r, at) =>
    `date=${iso(at).slice(0, 10)} time=${clock(at)} devname="fw" logid="0000000013" type="traffic" srcip=${ip(r)} srcport=${port(r)} dstip=${ip(r)} dstport=${port(r)} proto=6 action="close" transip=${ip(r)} transport=${port(r)}`,
  // AWS
  (r) => `START RequestId: ${r.hex(8)}-${r.hex(4)}-${r.hex(4)}-${r.hex(4)}-${r.hex(12)} Version: $LATEST`,
  (r) =>
    `REPORT RequestId: ${r.hex(8)}-${r.hex(4)}-${r.hex(4)}-${r.hex(4)}-${r.hex(12)}\tDuration: ${r.below(9999)}.99 ms\tBilled Duration: ${r.below(9999)} ms\tMemory Size: 1024 MB\tMax Memory Used: 99 MB`,
  // Windows
  (r, at) =>
    `${iso(at).slice(0, 19).replace('T', ' ')}, Info                  CBS    ${r.pick(['Loaded Servicing Stack v6.1.7601.23505', 'SQM: Failed to start upload [HRESULT = 0x80004005]', 'Read out cached package applicability for package: 4231'])}`,
  (r, at) =>
    `Information\t${at.getUTCMonth() + 1}/${at.getUTCDate()}/${at.getUTCFullYear()} ${clock(at)} AM\tService Control Manager\t${r.pick([7036, 4227, 4231, 10_048])}\tThe service entered the running state.`,
  // Python, Ruby, PHP, .NET, Rust, Erlang
  (r, at) =>
    `${spaced(at).replace('.', ',')} ${r.pick(['INFO', 'WARNING', 'ERROR'])} urllib3.connectionpool ${r.pick(['Starting new HTTPS connection (99): api.example.com:443', 'Retrying (Retry(total=2)) after connection broken by ReadTimeoutError', '[Errno 111] Connection refused', '[Errno 2] No such file or directory', '[Errno 13] Permission denied'])}`,
  (r, at) =>
    `I, [${iso(at).slice(0, 23)} #${r.below(9999)}]  INFO -- : [${r.hex(8)}] Completed 200 OK in ${r.below(99)}ms (Views: 1.2ms | ActiveRecord: ${r.below(99)}.9ms)`,
  (r, at) =>
    `[${iso(at).slice(0, 19).replace('T', ' ')}] production.${r.pick(['INFO', 'ERROR'])}: ${message(r)} {"userId":${r.below(9999)}}`,
  (r, at) => `${iso(at)} info: Microsoft.Hosting.Lifetime[0] Now listening on: http://[::]:${port(r)}`,
  (r, at) => `[${iso(at)} ${r.pick(['INFO', 'WARN'])}  hyper::client] ${message(r)}`,
  (r, at) => `${clock(at)}.${r.below(999)} [info] Running Web.Endpoint with cowboy 2.9.0 at :::${port(r)} (http)`,
  // fields and prose
  (r, at) =>
    `level=info ts=${iso(at)} caller=web.go:${r.below(999)} component=web msg=${JSON.stringify(message(r))} address=0.0.0.0:${port(r)}`,
  (r) => `     ${r.pick(['bw_in', 'pps', 'conntrack', 'linklocal'])}_allowance_exceeded: 0`,
  (r) => `net.ipv4.ip_local_port_range = ${r.below(32_768)} 60999`,
  (r) => message(r),
];
