import { expect, it } from 'vitest';
import { createApi } from '../../shared/api/app.ts';
import { openapiDocument } from '../../shared/api/openapi.ts';
import { OPERATIONS } from '../../shared/api/operations.ts';
import { openStore } from '../../shared/local/store/sqlite-store.ts';

const document = openapiDocument();
const api = () =>
  createApi({ findings: openStore(':memory:').findings, clock: { nowMs: () => 0 }, callerOf: () => '' });

it('is the document published under docs', async () => {
  await expect(`${JSON.stringify(document, null, 2)}\n`).toMatchFileSnapshot('../../docs/openapi.json');
});

it('is served', async () => {
  expect(await (await api().request('/openapi.json')).json()).toEqual(document);
});

it('describes every route, and no other', () => {
  const routes = api().routes.filter(({ method }) => method !== 'ALL');
  const served = new Set(routes.map(({ method, path }) => `${method} ${path.replace(':id', '{id}')}`));
  expect(served).toEqual(new Set(OPERATIONS.map(({ method, path }) => `${method.toUpperCase()} ${path}`)));
});

it('refers to nothing it does not have', () => {
  const text = JSON.stringify(document);
  const { schemas } = document['components'] as { schemas: Record<string, unknown> };
  const referred = [...text.matchAll(/"\$ref":"#\/components\/schemas\/([^"/]+)"/g)].map(([, name]) => String(name));
  expect(referred.length).toBeGreaterThan(10);
  for (const name of referred) expect(schemas).toHaveProperty(name);
  expect(text.match(/"\$ref"/g)?.length).toBe(referred.length);
});
