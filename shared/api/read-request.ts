import type { Context } from 'hono';
import * as z from 'zod/mini';
import en from 'zod/v4/locales/en.js';
import { problem, type ProblemErrors } from './problem.ts';

/** Either the checked value, or the response that says what was wrong with it. */
export type Checked<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly response: Response };

const MESSAGES = { error: en().localeError };

/** Query parameters against a schema; unknown and repeated ones are errors, so that a typo is not silently no filter. */
export function readQuery<T>(context: Context, schema: z.ZodMiniType<T>): Checked<T> {
  const given = Object.entries(context.req.queries());
  const repeated = given.filter(([, values]) => values.length > 1);
  if (repeated.length > 0) {
    const errors = repeated.map(([name]) => ({ in: 'query' as const, name, reason: 'given more than once' }));
    return { ok: false, response: problem(context, 400, 'A query parameter may be given once.', errors) };
  }
  const values = Object.fromEntries(
    given.map(([name, [value = '']]) => [name, name === 'limit' ? toNumber(value) : value]),
  );
  return check(context, 'query', schema, values);
}

export async function readBody<T>(context: Context, schema: z.ZodMiniType<T>): Promise<Checked<T>> {
  if (!/^application\/json\s*(?:;|$)/i.test(context.req.header('content-type') ?? ''))
    return { ok: false, response: problem(context, 415, 'Send the body as application/json.') };
  let body: unknown;
  try {
    body = await context.req.json();
  } catch {
    return { ok: false, response: problem(context, 400, 'The body is not JSON.') };
  }
  return check(context, 'body', schema, body);
}

function check<T>(context: Context, place: 'query' | 'body', schema: z.ZodMiniType<T>, value: unknown): Checked<T> {
  const result = z.safeParse(schema, value, MESSAGES);
  if (result.success) return { ok: true, value: result.data };
  const errors = result.error.issues.map((issue) => ({ in: place, name: issue.path.join('.'), reason: issue.message }));
  return { ok: false, response: problem(context, 400, describe(errors), errors) };
}

const describe = (errors: ProblemErrors): string =>
  errors.map(({ name, reason }) => (name === '' ? reason : `${name}: ${reason}`)).join('; ');

/** Only plain digits are a number here: not the empty text, not `1e3`, not `0x10`. */
const toNumber = (text: string): number | string => (/^\d{1,9}$/.test(text) ? Number(text) : text);
