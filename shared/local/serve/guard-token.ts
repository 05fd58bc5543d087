import { randomBytes, timingSafeEqual } from 'node:crypto';
import { Buffer } from 'node:buffer';
import type { MiddlewareHandler } from 'hono';
import { problem } from '../../api/problem.ts';

const TOKEN_BYTES = 24;

/** 192 random bits, in characters that an address can carry. */
export const createToken = (): string => randomBytes(TOKEN_BYTES).toString('base64url');

/** Lets in only requests that carry the token: other users and other programs of this machine have none. */
export function guardToken(token: string): MiddlewareHandler {
  const wanted = Buffer.from(`Bearer ${token}`);
  return async (context, next) => {
    const given = Buffer.from(context.req.header('authorization') ?? '');
    if (given.length === wanted.length && timingSafeEqual(given, wanted)) return next();
    const response = problem(context, 401, 'This request carries no token, or one of an earlier run.');
    response.headers.set('www-authenticate', 'Bearer');
    return response;
  };
}
