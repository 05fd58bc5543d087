import { cloudwatchClient } from '../clients.ts';
import type { Send, Sign } from './sign-request.ts';

/** The deployed query API of a stack, as a function from request to response. */

const API_URL = /^https:\/\/[a-z0-9]{1,32}\.execute-api\.[a-z0-9-]{1,32}\.amazonaws\.com(?:\.cn)?$/;
const TIMEOUT_MS = 29_000;

/** Thrown when the stack cannot be asked, or has no query API. */
export class NoSuchApi extends Error {
  override readonly name = 'NoSuchApi';
}

/**
 * Finds the address of the stack's query API in its outputs. `send` is `fetch`. As for every AWS service, an
 * `AWS_ENDPOINT_URL_…` in the environment says where it is reached instead.
 */
export async function findStackApi(stackName: string, sign: Sign, send: Send): Promise<URL> {
  const endpoint = process.env['AWS_ENDPOINT_URL_CLOUDFORMATION'] ?? (await cloudformationEndpoint());
  const query = new URLSearchParams({ Action: 'DescribeStacks', StackName: stackName, Version: '2010-05-15' });
  const request = new Request(`${endpoint}/?${query.toString()}`, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  const response = await send(await sign('cloudformation', request));
  const text = await response.text();
  if (!response.ok)
    throw new NoSuchApi(`stack ${stackName}: ${elementOf(text, 'Message') ?? `HTTP ${response.status}`}`);
  const values = [...text.matchAll(/<OutputValue>([^<]*)<\/OutputValue>/g)].map(([, value]) => String(value).trim());
  const url = values.find((value) => API_URL.test(value));
  if (url === undefined) throw new NoSuchApi(`stack ${stackName} has no output with the address of a query API`);
  return new URL(process.env['AWS_ENDPOINT_URL_EXECUTE_API'] ?? url);
}

async function cloudformationEndpoint(): Promise<string> {
  const region = await cloudwatchClient()
    .config.region()
    .catch((cause: unknown) => {
      throw new NoSuchApi('in which region? Set AWS_REGION, or AWS_PROFILE to a profile that names one', { cause });
    });
  return `https://cloudformation.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;
}

/** Passes requests on to `api`, signed; only path, query, body and `If-None-Match` go along, never the caller's headers. */
export function createStackApi(api: URL, sign: Sign, send: Send): Send {
  return async (request) => {
    const { pathname, search } = new URL(request.url);
    const target = new URL(`${pathname}${search}`, api);
    const headers = new Headers();
    for (const name of ['content-type', 'if-none-match']) {
      const value = request.headers.get(name);
      if (value !== null) headers.set(name, value);
    }
    const body = request.method === 'GET' ? null : await request.text();
    const response = await send(
      await sign('execute-api', new Request(target, { method: request.method, headers, body })),
    );
    return response.status === 403 ? refusalOf(response) : answerOf(response);
  };
}

/** The API's answer without headers that were for this connection alone. */
async function answerOf(response: Response): Promise<Response> {
  const headers = new Headers({ 'cache-control': 'private, no-cache', 'x-content-type-options': 'nosniff' });
  for (const name of ['content-type', 'etag', 'allow']) {
    const value = response.headers.get(name);
    if (value !== null) headers.set(name, value);
  }
  const isBare = response.status === 304 || response.status === 204;
  return new Response(isBare ? null : await response.arrayBuffer(), { status: response.status, headers });
}

/** What AWS says of a caller whom it does not let in, in the API's own form; the API itself forbids nothing. */
async function refusalOf(response: Response): Promise<Response> {
  const said = /"[Mm]essage":"([^"\\]{1,300})/.exec(await response.text())?.[1] ?? 'Forbidden';
  const detail = `AWS says: ${said}. Your credentials need execute-api:Invoke on this API, and a clock that is right.`;
  const headers = { 'content-type': 'application/problem+json', 'cache-control': 'private, no-cache' };
  return Response.json({ type: 'about:blank', title: 'Forbidden', status: 403, detail }, { status: 403, headers });
}

const elementOf = (xml: string, name: string): string | null =>
  new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1] ?? null;
