import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startServer, type Served } from '../../../shared/local/serve/serve.ts';
import { openStore } from '../../../shared/local/store/sqlite-store.ts';
import { boringFinding } from '../../contract/boring.ts';

const folder = mkdtempSync(join(tmpdir(), 'freeport-serve-'));
const storePath = join(folder, 'store.db');
let served: Served;

beforeAll(async () => {
  const store = openStore(storePath);
  await store.findings.save([boringFinding()], []);
  store.close();
  served = await startServer({ storePath, port: 0 });
});

afterAll(async () => {
  await served.close();
  rmSync(folder, { recursive: true });
});

/** `fetch` sets Host itself, so requests with a foreign one are made by hand. */
function statusOf(path: string, headers: Record<string, string>, method = 'GET'): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const sent = request(new URL(path, served.url), { headers, method }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    sent.on('error', reject);
    sent.end();
  });
}

it('serves the API over the store', async () => {
  const response = await fetch(new URL('findings', served.url));
  expect(response.headers.get('content-type')).toBe('application/json');
  expect(await response.json()).toEqual({ findings: [boringFinding()], nextCursor: null });
  expect((await fetch(new URL('nowhere', served.url))).status).toBe(404);
});

it('serves the page with a policy that lets nothing else in', async () => {
  const response = await fetch(served.url);
  const policy = response.headers.get('content-security-policy') ?? '';
  expect(response.headers.get('content-type')).toMatch(/^text\/html/);
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toContain('unsafe');
  const page = await response.text();
  expect(page).not.toMatch(/https?:|<style|<script(?! type="module" src="\/)|\son\w+=/);
  for (const [, path] of page.matchAll(/(?:src|href)="(\/console[^"]+)"/g))
    expect((await fetch(new URL(String(path), served.url))).status, path).toBe(200);
});

it('is bound to this machine', () => {
  expect(new URL(served.url).hostname).toBe('127.0.0.1');
});

it('answers to its own name and its own page only', async () => {
  const host = new URL(served.url).host;
  expect(await statusOf('/findings', { host: `localhost:${new URL(served.url).port}` })).toBe(200);
  expect(await statusOf('/findings', { host: 'rebound.example.com' })).toBe(403);
  expect(await statusOf('/', { host: 'rebound.example.com' })).toBe(403);
  expect(await statusOf('/findings', { host, origin: 'https://evil.example.com' })).toBe(403);
  expect(await statusOf('/findings', { host, origin: 'null' })).toBe(403);
  expect(await statusOf('/findings', { host, origin: `http://${host}` })).toBe(200);
  expect(await statusOf('/findings', { host, 'sec-fetch-site': 'cross-site' })).toBe(403);
  expect(await statusOf('/findings/finding-1/resolve', { host, 'sec-fetch-site': 'same-site' }, 'POST')).toBe(403);
});

it('may be opened by a link from elsewhere', async () => {
  const visit = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' };
  expect(await statusOf('/', visit)).toBe(200);
  expect(await statusOf('/findings/finding-1/resolve', visit, 'POST')).toBe(403);
});

it('says when the port is taken', async () => {
  const port = Number(new URL(served.url).port);
  await expect(startServer({ storePath, port })).rejects.toThrow(/EADDRINUSE/);
});
