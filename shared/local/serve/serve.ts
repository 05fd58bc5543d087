import { createServer } from 'node:http';
import { userInfo } from 'node:os';
import { getRequestListener } from '@hono/node-server';
import { Hono } from 'hono';
import { createApi } from '../../api/app.ts';
import { problem } from '../../api/problem.ts';
import { openStore } from '../store/sqlite-store.ts';
import { consoleRoutes } from './console-routes.ts';
import { guardLoopback } from './guard-loopback.ts';
import { createToken, guardToken } from './guard-token.ts';

export const DEFAULT_PORT = 7_350;
const LOOPBACK = '127.0.0.1';

type Answer = (request: Request) => Response | Promise<Response>;

export type ServeOptions = {
  /** 0 takes any free port. */
  readonly port: number;
  readonly onFailure?: (error: unknown) => void;
} & (
  | {
      /** The embedded store's file. */
      readonly storePath: string;
      /** Whether API requests must carry the token that is in `url`; off unless asked for. */
      readonly isTokenNeeded?: boolean;
    }
  | {
      /** Answers API requests in the caller's name, so those always need the token. */
      readonly answer: Answer;
    }
);

/** `url` opens the console; with a token, after the `#`, where no server and no log sees it. */
export type Served = { readonly url: string; readonly token: string | null; close(): Promise<void> };

/** Serves the query API and the page on loopback only, until closed. Rejects when the port is taken. */
export async function startServer(options: ServeOptions): Promise<Served> {
  const { answer, close, isTokenNeeded } = apiOf(options);
  const token = isTokenNeeded ? createToken() : null;
  const app = new Hono();
  app.use(guardLoopback());
  app.route('/', await consoleRoutes());
  if (token !== null) app.use(guardToken(token));
  app.mount('/', answer);
  app.onError((error, context) => {
    options.onFailure?.(error);
    return problem(context, 502, 'The API behind this server did not answer; what went wrong is on its terminal.');
  });
  try {
    const { origin, stop } = await listen(app, options.port);
    const url = token === null ? `${origin}/` : `${origin}/#token=${token}`;
    return { url, token, close: () => stop().finally(close) };
  } catch (error) {
    close();
    throw error;
  }
}

function apiOf(options: ServeOptions): { answer: Answer; close: () => void; isTokenNeeded: boolean } {
  if ('answer' in options) return { answer: options.answer, close: () => {}, isTokenNeeded: true };
  const store = openStore(options.storePath);
  const caller = userInfo().username;
  const api = createApi({
    findings: store.findings,
    summaries: store.summaries,
    clock: { nowMs: () => Date.now() },
    callerOf: () => caller,
    ...(options.onFailure && { onFailure: options.onFailure }),
  });
  return { answer: api.fetch, close: () => store.close(), isTokenNeeded: options.isTokenNeeded ?? false };
}

/** Methods that a `Request` cannot have; Node's server would let them in. */
const FORBIDDEN_METHODS = new Set(['TRACE', 'TRACK', 'CONNECT']);

function listen(app: Hono, port: number): Promise<{ origin: string; stop: () => Promise<void> }> {
  const answer = getRequestListener(app.fetch);
  const server = createServer((request, response) => {
    if (!FORBIDDEN_METHODS.has(request.method ?? '')) return answer(request, response);
    return response.writeHead(405, { allow: 'GET, HEAD, POST', 'content-length': 0 }).end();
  });
  const stop = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, LOOPBACK, () => {
      const address = server.address();
      const bound = typeof address === 'object' && address !== null ? address.port : port;
      resolve({ origin: `http://${LOOPBACK}:${bound}`, stop });
    });
  });
}
