import type { Problem, Send } from '../client/api-client.ts';

/** What the API says is wrong, in words for people; `status` 0 when it could not be reached at all. */
export class AskFailure extends Error {
  override readonly name = 'AskFailure';
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

type Answer = { readonly etag: string; readonly json: unknown };

const ANSWERS_LIMIT = 60;
const TIMEOUT_MS = 20_000;

/**
 * Requests to the page's own server. An answer that has not changed (304) is the very object given before, so that what
 * shows it is not drawn again.
 */
export function createSend(token: string | null): Send {
  const answers = new Map<string, Answer>();
  return async (method, path, body) => {
    const known = method === 'GET' ? answers.get(path) : undefined;
    const response = await request(
      method,
      path,
      {
        ...(token !== null && { authorization: `Bearer ${token}` }),
        ...(known && { 'if-none-match': known.etag }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      body,
    );
    if (response.status === 304 && known) return known.json;
    if (!response.ok) throw await failureOf(response);
    const json: unknown = await response.json();
    const etag = response.headers.get('etag');
    if (method === 'GET' && etag !== null) remember(answers, path, { etag, json });
    return json;
  };
}

async function request(method: string, path: string, headers: HeadersInit, body: unknown): Promise<Response> {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const init: RequestInit = { method, headers, cache: 'no-store', signal };
  if (body !== undefined) init.body = JSON.stringify(body);
  try {
    return await fetch(path, init);
  } catch {
    throw new AskFailure(0, 'The server does not answer. Is “freeport serve” still running?');
  }
}

async function failureOf(response: Response): Promise<AskFailure> {
  try {
    const { detail } = (await response.json()) as Problem;
    if (typeof detail === 'string') return new AskFailure(response.status, detail);
  } catch {
    // Not a problem document: the status alone has to do.
  }
  return new AskFailure(response.status, `The server answered ${response.status}.`);
}

function remember(answers: Map<string, Answer>, path: string, answer: Answer): void {
  answers.delete(path);
  answers.set(path, answer);
  const oldest = answers.keys().next();
  if (answers.size > ANSWERS_LIMIT && !oldest.done) answers.delete(oldest.value);
}
