/**
 * How one runtime or proxy keeps its connections and uses them again. Keys are the runtimes that log signatures tell
 * (`shared/core/app-log`); settings as their own documentation names them.
 */
const POOLING: ReadonlyMap<string, string> = new Map(
  Object.entries({
    node: 'Node: one http(s).Agent({ keepAlive: true, maxSockets }) or undici Pool({ connections }) per process, and every body read or resumed (res.resume(), body.dump())',
    java: 'Java: one HttpClient per process (Apache: PoolingHttpClientConnectionManager with setMaxConnPerRoute; OkHttp: one client), responses closed in try-with-resources',
    go: 'Go: one http.Client per process, Transport.MaxIdleConnsPerHost raised from its default of 2 and MaxConnsPerHost set, every Body read to its end and closed (defer resp.Body.Close())',
    python:
      'Python: one requests.Session (HTTPAdapter(pool_connections, pool_maxsize)), httpx.Client or aiohttp.ClientSession per process, streamed responses closed (with)',
    dotnet:
      '.NET: one HttpClient or IHttpClientFactory, SocketsHttpHandler.MaxConnectionsPerServer and PooledConnectionLifetime set, responses disposed (using)',
    'azure-functions': '.NET on Functions: a static HttpClient, never one per invocation',
    php: 'PHP: no pool outlives a request: curl_share_init or persistent connections, or a pooling proxy (HAProxy, Envoy, PgBouncer) beside the workers',
    ruby: 'Ruby: net-http-persistent, or Faraday with a persistent adapter; bodies read to their end',
    rust: 'Rust: one reqwest::Client (pool_max_idle_per_host) per process, cloned and never rebuilt',
    perl: 'Perl: LWP::UserAgent with keep_alive, one per process',
    curl: 'curl: several URLs in one invocation, or one handle used again: each new process connects anew',
    nginx: 'nginx: upstream { keepalive 64; } with proxy_http_version 1.1 and proxy_set_header Connection ""',
    haproxy: 'HAProxy: http-reuse safe (or always) and pool-max-conn on the server lines',
    envoy:
      'Envoy: HTTP/2 upstream where the service speaks it, circuit_breakers max_connections, no max_requests_per_connection',
    'apache-httpd': 'Apache httpd: ProxyPass … enablereuse=on max=…, without proxy-nokeepalive',
    squid: 'Squid: server_persistent_connections on',
    varnish: 'Varnish: .max_connections per backend, and backends that keep connections alive',
    postgres: 'PostgreSQL clients: PgBouncer or a client pool with a bound, transactions ended',
    pgbouncer: 'PgBouncer: pool_mode transaction, default_pool_size, server_idle_timeout not too short',
    mysql: 'MySQL clients: a pool with a bound and wait_timeout longer than the pool’s own idle time',
    proxysql: 'ProxySQL: mysql-max_connections and connection multiplexing left on',
    redis: 'Redis clients: one connection, or a small pool, per process: commands are pipelined',
    mongodb: 'MongoDB: one MongoClient per process (maxPoolSize)',
  }),
);

const RUNTIMES_SHOWN = 3;
const COMMON = ['node', 'java', 'go', 'python', 'dotnet', 'nginx'] as const;

/** For the runtimes that the logs tell, else for the commonest. */
export function poolingOf(runtimes: readonly string[]): string {
  const known = [...new Set(runtimes)].sort().flatMap((runtime) => POOLING.get(runtime) ?? []);
  const shown =
    known.length > 0 ? known.slice(0, RUNTIMES_SHOWN) : COMMON.map((runtime) => POOLING.get(runtime) as string);
  return `${shown.join('. ')}.`;
}
