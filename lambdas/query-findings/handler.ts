import type { Context as HonoContext } from 'hono';
import { handle } from 'hono/aws-lambda';
import type { ApiOptions } from '../../shared/api/api-options.ts';
import { createApi } from '../../shared/api/app.ts';
import type { Log } from '../../shared/aws/log.ts';

export type Services = Omit<ApiOptions, 'callerOf' | 'onFailure'> & { readonly log: Log };

type Bindings = { readonly event?: { readonly requestContext?: unknown } };

/** The query API behind API Gateway, which has checked the caller's signature before. */
export const createHandler = (services: Services) =>
  handle(
    createApi({
      ...services,
      callerOf,
      onFailure: (error) => services.log.error('a request failed', error),
    }),
  );

/** The caller's ARN as API Gateway verified it; nothing that the request itself says. */
function callerOf(context: HonoContext): string {
  const requestContext = (context.env as Bindings).event?.requestContext;
  const arn = readPath(requestContext, ['authorizer', 'iam', 'userArn']);
  return typeof arn === 'string' ? arn : 'unknown';
}

const readPath = (value: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>(
    (at, name) => (typeof at === 'object' && at !== null ? (Reflect.get(at, name) as unknown) : undefined),
    value,
  );
