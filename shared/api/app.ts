import { Hono, type Context } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { etag } from 'hono/etag';
import { methodNotAllowed } from 'hono/method-not-allowed';
import type { ApiOptions } from './api-options.ts';
import { addFindingRoutes } from './finding-routes.ts';
import { openapiDocument } from './openapi.ts';
import { problem } from './problem.ts';
import { addSummaryRoutes } from './summary-routes.ts';

const BODY_BYTES_LIMIT = 16 * 1_024;

/** The query API: the same app in Lambda and behind `freeport serve`. It reads the store and records what people do. */
export function createApi(options: ApiOptions): Hono {
  const app = new Hono();
  app.use(methodNotAllowed({ app, onMethodNotAllowed: refuseMethod }));
  app.use(
    bodyLimit({
      maxSize: BODY_BYTES_LIMIT,
      onError: (context) => problem(context, 413, `A body may have ${BODY_BYTES_LIMIT} bytes.`),
    }),
  );
  app.use(async (context, next) => {
    await next();
    context.header('x-content-type-options', 'nosniff');
    if (!context.res.headers.has('cache-control')) context.header('cache-control', 'private, no-cache');
  });
  app.use(etag());
  addFindingRoutes(app, options);
  addSummaryRoutes(app, options);
  app.get('/openapi.json', (context) => context.json(openapiDocument()));
  app.notFound((context) => problem(context, 404, 'There is nothing at this address.'));
  app.onError((error, context) => {
    options.onFailure?.(error);
    return problem(context, 500, 'Try again; if it stays, look at the log of the API.');
  });
  return app;
}

function refuseMethod(context: Context, allowed: string[]): Response {
  const response = problem(context, 405, `Use ${allowed.join(' or ')} here.`);
  response.headers.set('allow', allowed.join(', '));
  return response;
}
