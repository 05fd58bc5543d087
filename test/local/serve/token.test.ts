import { afterAll, beforeAll, expect, it } from 'vitest';
import { startServer, type Served } from '../../../shared/local/serve/serve.ts';

let served: Served;
const asked: string[] = [];

beforeAll(async () => {
  served = await startServer({
    port: 0,
    answer: async (request) => {
      asked.push(`${request.method} ${new URL(request.url).pathname}`);
      if (request.url.endsWith('/broken')) throw new Error('secret detail');
      return Response.json({ findings: [], nextCursor: null });
    },
  });
});

afterAll(() => served.close());

const ask = (path: string, authorization?: string) =>
  fetch(new URL(path, served.url), { headers: authorization === undefined ? {} : { authorization } });

it('puts a token into the address, where no server sees it', () => {
  expect(new URL(served.url).hash).toMatch(/^#token=[A-Za-z0-9_-]{32}$/);
  expect(new URL(served.url).hash).toContain(served.token);
});

it('gives the page to anybody on this machine, and answers of the API to the token alone', async () => {
  for (const path of ['/', '/console.js', '/console.css']) expect((await ask(path)).status).toBe(200);
  for (const given of [undefined, '', 'Bearer', `Bearer ${'x'.repeat(32)}`, String(served.token)]) {
    const response = await ask('/findings', given);
    expect(response.status, given).toBe(401);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
  }
  expect(asked).toEqual([]);
  expect((await ask('/findings', `Bearer ${served.token}`)).status).toBe(200);
  expect(asked).toEqual(['GET /findings']);
});

it('keeps to itself why the API behind it did not answer', async () => {
  const response = await ask('/broken', `Bearer ${served.token}`);
  expect(response.status).toBe(502);
  expect(await response.text()).not.toContain('secret');
});

it('gives each run its own token', async () => {
  const other = await startServer({ port: 0, answer: () => new Response() });
  expect(other.token).not.toBe(served.token);
  await other.close();
});
