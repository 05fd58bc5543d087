import type { Destination } from '../model/destination.ts';
import type { RuntimeName } from './world.ts';

/** Why a connection attempt failed, as its program meets it. */
export type ConnectFailure = 'no-port' | 'no-port-bound' | 'no-port-windows' | 'timeout' | 'refused' | 'reset';

export type FailureContext = {
  readonly destination: Destination;
  /** What the program called it: a host name, or the address. */
  readonly host: string;
  readonly localAddress: string;
  readonly elapsedMs: number;
  readonly timeoutMs: number;
};

type Wording = (failure: ConnectFailure, context: FailureContext) => string;

const SYSTEM_TEXT: Readonly<Record<ConnectFailure, string>> = {
  'no-port': 'Cannot assign requested address',
  'no-port-bound': 'Address already in use',
  'no-port-windows': 'Only one usage of each socket address (protocol/network address/port) is normally permitted',
  timeout: 'Connection timed out',
  refused: 'Connection refused',
  reset: 'Connection reset by peer',
};

const LINUX_ERRNO: Readonly<Record<ConnectFailure, number>> = {
  'no-port': 99,
  'no-port-bound': 98,
  'no-port-windows': 10_048,
  timeout: 110,
  refused: 111,
  reset: 104,
};

export const NODE_CODE: Readonly<Record<ConnectFailure, string>> = {
  'no-port': 'EADDRNOTAVAIL',
  'no-port-bound': 'EADDRINUSE',
  'no-port-windows': 'EADDRINUSE',
  timeout: 'ETIMEDOUT',
  refused: 'ECONNREFUSED',
  reset: 'ECONNRESET',
};

const numbered = (failure: ConnectFailure): string => `[Errno ${LINUX_ERRNO[failure]}] ${SYSTEM_TEXT[failure]}`;
const lower = (failure: ConnectFailure): string => SYSTEM_TEXT[failure].replace(/^./, (first) => first.toLowerCase());
const endpoint = ({ destination }: FailureContext): string => `${destination.address}:${destination.port}`;

const node: Wording = (failure, context) => {
  if (failure === 'reset') return 'read ECONNRESET';
  const local = failure === 'no-port' ? ' - Local (0.0.0.0:0)' : '';
  return `connect ${NODE_CODE[failure]} ${endpoint(context)}${local}`;
};

const undici: Wording = (failure, context) =>
  failure === 'timeout'
    ? `fetch failed | cause: ConnectTimeoutError: Connect Timeout Error (attempted address: ${endpoint(context)}, timeout: ${context.timeoutMs}ms)`
    : `fetch failed | cause: ${node(failure, context)}`;

const go: Wording = (failure, context) => {
  const { destination, host, localAddress } = context;
  const request = `Get "https://${host}/v1/orders"`;
  if (failure === 'reset')
    return `${request}: read tcp ${localAddress}:0->${endpoint(context)}: read: connection reset by peer`;
  if (failure === 'timeout') return `${request}: dial tcp ${destination.address}:${destination.port}: i/o timeout`;
  if (failure === 'no-port-bound')
    return `dial tcp ${localAddress}:0->${endpoint(context)}: bind: address already in use`;
  return `${request}: dial tcp ${endpoint(context)}: ${failure === 'no-port-windows' ? 'connectex' : 'connect'}: ${lower(failure)}`;
};

const requests: Wording = (failure, { host, destination, timeoutMs }) => {
  const pool = `HTTPSConnectionPool(host='${host}', port=${destination.port}): Max retries exceeded with url: /v1/orders`;
  const object = '<urllib3.connection.HTTPSConnection object at 0x7f1c98acd490>';
  if (failure === 'timeout')
    return `${pool} (Caused by ConnectTimeoutError(${object}, 'Connection to ${host} timed out. (connect timeout=${timeoutMs / 1000})'))`;
  if (failure === 'reset') return "('Connection aborted.', ConnectionResetError(104, 'Connection reset by peer'))";
  return `${pool} (Caused by NewConnectionError('${object}: Failed to establish a new connection: ${numbered(failure)}'))`;
};

const aiohttp: Wording = (failure, { host, destination }) =>
  failure === 'timeout'
    ? `Connection timeout to host https://${host}:${destination.port}/v1/orders`
    : `Cannot connect to host ${host}:${destination.port} ssl:default [${SYSTEM_TEXT[failure]}]`;

const java: Wording = (failure, { host, destination }) => {
  if (failure === 'reset') return 'java.net.SocketException: Connection reset';
  const connect = `Connect to ${host}:${destination.port} [${host}/${destination.address}] failed`;
  if (failure === 'timeout') return `org.apache.http.conn.ConnectTimeoutException: ${connect}: Connect timed out`;
  if (failure === 'no-port')
    return `org.apache.http.conn.HttpHostConnectException: ${connect}: Cannot assign requested address`;
  return `java.net.BindException: ${connect}: ${SYSTEM_TEXT[failure]}`;
};

const ruby: Wording = (failure, { host, destination }) => {
  const opening = `Failed to open TCP connection to ${host}:${destination.port}`;
  if (failure === 'timeout') return `Net::OpenTimeout: ${opening} (execution expired)`;
  const name = `Errno::${NODE_CODE[failure]}`;
  return `${name}: ${opening} (${SYSTEM_TEXT[failure]} - connect(2) for "${host}" port ${destination.port})`;
};

const rust: Wording = (failure, { host, destination }) => {
  const cause =
    failure === 'timeout'
      ? 'operation timed out'
      : `tcp connect error: ${SYSTEM_TEXT[failure]} (os error ${LINUX_ERRNO[failure]})`;
  return `error sending request for url (https://${host}:${destination.port}/v1/orders): client error (Connect): ${cause}`;
};

const php: Wording = (failure, { host, destination, elapsedMs }) =>
  failure === 'timeout'
    ? `cURL error 28: Failed to connect to ${host} port ${destination.port} after ${Math.round(elapsedMs)} ms: Timeout was reached`
    : `stream_socket_client(): Unable to connect to tcp://${host}:${destination.port} (${SYSTEM_TEXT[failure]})`;

const dotnet: Wording = (failure, context) => {
  const what = `${SYSTEM_TEXT[failure]} (${endpoint(context)})`;
  return `System.Net.Http.HttpRequestException: ${what} ---> System.Net.Sockets.SocketException (${LINUX_ERRNO[failure]}): ${SYSTEM_TEXT[failure]}`;
};

const nginx: Wording = (failure, context) => {
  const tail = `client: 10.0.9.14, server: shop.example, request: "GET /orders/42 HTTP/1.1", upstream: "http://${endpoint(context)}/orders/42", host: "shop.example"`;
  if (failure === 'timeout')
    return `upstream timed out (110: Connection timed out) while connecting to upstream, ${tail}`;
  if (failure === 'reset')
    return `recv() failed (104: Connection reset by peer) while reading response header from upstream, ${tail}`;
  const call = failure === 'no-port-bound' ? `bind(${context.localAddress})` : `connect() to ${endpoint(context)}`;
  return `${call} failed (${LINUX_ERRNO[failure]}: ${SYSTEM_TEXT[failure]}) while connecting to upstream, ${tail}`;
};

const haproxy: Wording = (failure, { elapsedMs }) =>
  failure === 'no-port'
    ? 'Connect() failed for backend be_orders: no free ports.'
    : `10.0.9.14:57016 fe_main be_orders/s1 0/0/-1/-1/${Math.round(elapsedMs)} 503 217 - - sC-- 1/1/0/0/1 0/0 "GET /orders/42 HTTP/1.1"`;

const envoy: Wording = (failure, context) => {
  const detail =
    failure === 'timeout'
      ? 'upstream_reset_before_response_started{connection_timeout}'
      : `upstream_reset_before_response_started{remote_connection_failure|immediate_connect_error:_${SYSTEM_TEXT[failure].replaceAll(' ', '_')}}`;
  return `"GET /orders/42 HTTP/1.1" 503 UF ${detail} - "-" 0 145 ${Math.round(context.elapsedMs)} - "-" "curl/8.5" "${context.host}" "${endpoint(context)}" orders`;
};

/** Real programs' wording (recorded in the lab, or quoted from their issue trackers), one entry per runtime. */
export const WORDINGS: Readonly<Record<RuntimeName, Wording>> = {
  node,
  undici,
  go,
  'python-requests': requests,
  'python-aiohttp': aiohttp,
  java,
  ruby,
  rust,
  php,
  dotnet,
  nginx,
  haproxy,
  envoy,
};
