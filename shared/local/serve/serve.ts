import { userInfo } from 'node:os';
import { serve } from '@hono/node-server';
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

function listen(app: Hono, port: number, onClose: () => void): Promise<Served> {
  return new Promise((resolve, reject) => {
    const server = serve({ fetch: app.fetch, hostname: LOOPBACK, port }, ({ port: bound }) => {
      const close = (): Promise<void> =>
        new Promise((closed) => {
          server.close(() => {
            onClose();
            closed();
          });
          if ('closeAllConnections' in server) server.closeAllConnections();
        });
      resolve({ url: `http://${LOOPBACK}:${bound}/`, close });
    });
    server.once('error', reject);
  });
}
