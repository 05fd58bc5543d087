/**
 * How fast the query API answers with 100,000 stored findings: `node bench/api/load.ts [--findings N] [--seconds N]
 * [--store sqlite|dynamodb]`.
 * The API runs in this process, autocannon in another; both stores hold the same findings. Prints one line per store
 * and request, latencies in milliseconds, at ten connections that ask as fast as they are answered.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { createApi } from '../../shared/api/app.ts';
import { createFindingStore } from '../../shared/aws/store/finding-store.ts';
import { startServer } from '../../shared/local/serve/serve.ts';
import { openStore } from '../../shared/local/store/sqlite-store.ts';
import type { FindingStore } from '../../shared/ports.ts';
import { createTables, startDynamoDb } from '../../test/aws/dynamodb-emulator.ts';
import { storedFindings } from './stored-findings.ts';

const { values } = parseArgs({
  options: {
    findings: { type: 'string', default: '100000' },
    seconds: { type: 'string', default: '10' },
    store: { type: 'string', default: 'both' },
  },
});
const FINDINGS = Number(values.findings);
const CONNECTIONS = 10;
const SAVED_AT_ONCE = 500;
const WRITERS = 16;

const REQUESTS: readonly (readonly [name: string, path: string])[] = [
  ['list, 25', 'findings'],
  ['list, 100', 'findings?limit=100'],
  ['list, 25, open', 'findings?status=open'],
  ['list, 25, one destination', 'findings?destination=198.51.0.7:443'],
  ['list, 25, three filters', 'findings?status=resolved&severity=critical&layer=host'],
  ['list, 25, one subject', 'findings?subject=nat-0a1b2c3d4e5f60718'],
  ['list, 25, from the middle', 'middle'],
  ['get', `findings/fp-${Math.floor(FINDINGS / 2)}`],
];

type Cannon = {
  requests: { average: number };
  latency: { p50: number; p99: number; max: number };
  non2xx: number;
  errors: number;
};

async function shoot(url: string, token: string | null): Promise<Cannon> {
  const program = fileURLToPath(import.meta.resolve('autocannon'));
  const header = token === null ? [] : ['-H', `authorization=Bearer ${token}`];
  const args = [program, '--json', '-c', String(CONNECTIONS), '-d', values.seconds, ...header, url];
  const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 1 << 24 });
  return JSON.parse(stdout) as Cannon;
}

/** Several at once: DynamoDB writes a finding per request. */
async function fill(store: FindingStore, writers: number): Promise<number> {
  const started = performance.now();
  let next = 0;
  const write = async (): Promise<void> => {
    for (let first = next; first < FINDINGS; first = next) {
      next += SAVED_AT_ONCE;
      await store.save(storedFindings(first, Math.min(FINDINGS, first + SAVED_AT_ONCE)), []);
    }
  };
  await Promise.all(Array.from({ length: writers }, write));
  return (performance.now() - started) / 1_000;
}

async function measure(name: string, url: string, token: string | null): Promise<void> {
  const base = new URL('/', url);
  const headers: Record<string, string> = token === null ? {} : { authorization: `Bearer ${token}` };
  for (const [request, path] of REQUESTS) {
    const target = path === 'middle' ? await middleOfList(base, headers) : new URL(path, base);
    const body = await (await fetch(target, { headers })).text();
    const { requests, latency, non2xx, errors } = await shoot(target.href, token);
    const cells = [
      requests.average.toFixed(0),
      latency.p50,
      latency.p99,
      latency.max,
      Math.round(body.length / 1_024),
      non2xx + errors,
    ];
    console.log([name, request, ...cells].join(' | '));
  }
}

/** A cursor half way down the list, as somebody who pages on would hold. */
async function middleOfList(base: URL, headers: Record<string, string>): Promise<URL> {
  const found = (await (await fetch(new URL(`findings/fp-${Math.floor(FINDINGS / 2)}`, base), { headers })).json()) as {
    lastSeenAt: string;
  };
  const page = (await (
    await fetch(new URL(`findings?until=${found.lastSeenAt}&limit=1`, base), { headers })
  ).json()) as { nextCursor: string };
  return new URL(`findings?cursor=${page.nextCursor}`, base);
}

async function measureSqlite(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'freeport-load-'));
  const storePath = join(folder, 'store.db');
  const store = openStore(storePath);
  const seconds = await fill(store.findings, 1);
  store.close();
  console.error(
    `SQLite: ${FINDINGS} findings saved in ${seconds.toFixed(1)} s, ${Math.round(statSync(storePath).size / 1e6)} MB`,
  );
  const served = await startServer({ storePath, port: 0 });
  await measure('SQLite', served.url, served.token);
  await served.close();
  rmSync(folder, { recursive: true });
}

async function measureDynamoDb(): Promise<void> {
  const emulator = await startDynamoDb();
  if (emulator === null) return console.error('DynamoDB: not measured: the emulator has no binary for this platform');
  const dynamodb = emulator.client();
  await createTables(dynamodb, { parts: 'parts', findings: 'findings' });
  const clock = { nowMs: () => Date.now() };
  const findings = createFindingStore({ dynamodb, tableName: 'findings', clock });
  const seconds = await fill(findings, WRITERS);
  console.error(`DynamoDB emulator: ${FINDINGS} findings saved in ${seconds.toFixed(1)} s`);
  const api = createApi({ findings, clock, callerOf: () => 'bench', onFailure: console.error });
  const served = await startServer({ answer: api.fetch, port: 0 });
  await measure('DynamoDB emulator', served.url, served.token);
  await served.close();
  emulator.stop();
}

console.log('store | request | requests/s | p50 ms | p99 ms | max ms | kB | failed');
if (values.store !== 'dynamodb') await measureSqlite();
if (values.store !== 'sqlite') await measureDynamoDb();
