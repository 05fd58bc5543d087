import type { MiddlewareHandler } from 'hono';
import { problem } from '../../api/problem.ts';

const LOOPBACK_HOST = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d{1,5})?$/i;

/**
 * Lets in only requests that name this machine: a foreign page whose name was rebound to 127.0.0.1 still sends its own
 * name as Host, and any page of another origin sends its Origin.
 */
export function guardLoopback(): MiddlewareHandler {
  return async (context, next) => {
    const host = context.req.header('host') ?? '';
    const origin = context.req.header('origin');
    const site = context.req.header('sec-fetch-site') ?? 'none';
    // A link in a chat or a ticket may lead here: opening the page gives the page that linked to it nothing.
    const isVisit = context.req.method === 'GET' && context.req.header('sec-fetch-mode') === 'navigate';
    if (!LOOPBACK_HOST.test(host)) return problem(context, 403, 'This server answers to the name localhost only.');
    if ((origin !== undefined && origin !== `http://${host}`) || !(isVisit || ['none', 'same-origin'].includes(site)))
      return problem(context, 403, 'This server answers to its own page only.');
    return next();
  };
}
