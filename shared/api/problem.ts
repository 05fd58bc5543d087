import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { Problem } from './schemas.ts';

const TITLES = {
  400: 'The request is not valid',
  401: 'The token is missing',
  403: 'Forbidden',
  404: 'Not found',
  405: 'Method not allowed',
  409: 'The finding is over',
  413: 'The request is too large',
  415: 'The body must be JSON',
  422: 'The request cannot be done',
  500: 'Freeport failed to answer',
  502: 'The API did not answer',
} as const satisfies Partial<Record<ContentfulStatusCode, string>>;

export type ProblemStatus = keyof typeof TITLES;
export type ProblemErrors = NonNullable<Problem['errors']>;

export const problemTitle = (status: ProblemStatus): string => TITLES[status];

/** An error anywhere in the API, as RFC 9457 `application/problem+json`. */
export function problem(context: Context, status: ProblemStatus, detail: string, errors?: ProblemErrors): Response {
  const body: Problem = { type: 'about:blank', title: TITLES[status], status, detail, ...(errors && { errors }) };
  return context.body(JSON.stringify(body), status, {
    'content-type': 'application/problem+json',
    'cache-control': 'no-store',
  });
}
