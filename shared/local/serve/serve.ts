import { createServer } from 'node:http';
import { userInfo } from 'node:os';
import { getRequestListener } from '@hono/node-server';
import { Hono } from 'hono';
import { createApi } from '../../api/app.ts';
import { openStore } from '../store/sqlite-store.ts';
import { consoleRoutes } from './console-routes.ts';
import { guardLoopback } from './guard-loopback.ts';

export const DEFAULT_PORT = 7_350;
const LOOPBACK = '127.0.0.1';

export type ServeOptions = {
  /** The embedded store's file. */
  readonly storePath: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly onFailure?: (error: unknown) => void;
};

export type Served = { readonly url: string; close(): Promise<void> };

/** Serves the query API and the page on loopback only, until closed. Rejects when the port is taken. */
export async function startServer({ storePath, port, onFailure }: ServeOptions): Promise<Served> {
  const store = openStore(storePath);
  const app = new Hono();
  app.use(guardLoopback());
  const caller = userInfo().username;
  const api = createApi({
    findings: store.findings,
    summaries: store.summaries,
    clock: { nowMs: () => Date.now() },
    callerOf: () => caller,
    ...(onFailure && { onFailure }),
  });
  app.route('/', await consoleRoutes());
  app.mount('/', api.fetch);
  return listen(app, port, () => store.close()).catch((error: unknown) => {
    store.close();
    throw error;
  });
}

/** Methods that a `Request` cannot have; Node's server would let them in. */
const FORBIDDEN_METHODS = new Set(['TRACE', 'TRACK', 'CONNECT']);

function listen(app: Hono, port: number, onClose: () => void): Promise<Served> {
  const answer = getRequestListener(app.fetch);
  const server = createServer((request, response) => {
    if (!FORBIDDEN_METHODS.has(request.method ?? '')) return answer(request, response);
    return response.writeHead(405, { allow: 'GET, HEAD, POST', 'content-length': 0 }).end();
  });
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => {
        onClose();
        resolve();
      });
      server.closeAllConnections();
    });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, LOOPBACK, () => {
      const address = server.address();
      const bound = typeof address === 'object' && address !== null ? address.port : port;
      resolve({ url: `http://${LOOPBACK}:${bound}/`, close });
    });
  });
}
