/**
 * Fuzzes the local server with schemathesis by its own OpenAPI document: `npm run fuzz:api`. Makes a Python environment
 * for it beside the other tools' when there is none; exits with schemathesis's code, and 77 where Python is missing.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startServer } from '../../shared/local/serve/serve.ts';
import { openStore } from '../../shared/local/store/sqlite-store.ts';
import { boringFinding, isoAfterTen } from '../contract/boring.ts';
import { boringSummary } from '../contract/boring-summary.ts';
import { CACHE } from '../system/emulators.ts';

const SCHEMATHESIS = 'schemathesis==4.32.5';
const CONFIG = fileURLToPath(new URL('schemathesis.toml', import.meta.url));

function schemathesis(): string | null {
  const folder = join(CACHE, SCHEMATHESIS.replace('==', '-'));
  const program = join(folder, 'bin', 'schemathesis');
  if (existsSync(program)) return program;
  mkdirSync(CACHE, { recursive: true });
  const made = spawnSync('python3', ['-m', 'venv', folder], { stdio: 'inherit' });
  if (made.status !== 0) return null;
  const installed = spawnSync(join(folder, 'bin', 'pip'), ['install', '--quiet', SCHEMATHESIS], { stdio: 'inherit' });
  return installed.status === 0 ? program : null;
}

async function fillStore(storePath: string): Promise<void> {
  const store = openStore(storePath);
  const findings = Array.from({ length: 120 }, (_, index) =>
    boringFinding({ id: `finding-${index}`, lastSeenAt: isoAfterTen(index), episode: index + 1 }),
  );
  await store.findings.save(findings, []);
  await store.summaries.put(boringSummary());
  store.close();
}

async function firstCursor(url: string): Promise<string> {
  const page = (await (await fetch(`${url}findings?limit=10`)).json()) as { nextCursor: string };
  return page.nextCursor;
}

const run = (program: string, args: readonly string[], cursor: string, cwd: string): Promise<number> =>
  new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: 'inherit', cwd, env: { ...process.env, FUZZ_CURSOR: cursor } });
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });

const program = schemathesis();
if (program === null) {
  console.error('fuzz-api: not run: python3 with venv and pip is needed to install schemathesis');
  process.exit(77);
}
const folder = mkdtempSync(join(tmpdir(), 'freeport-fuzz-'));
const storePath = join(folder, 'store.db');
await fillStore(storePath);
let failures = 0;
const served = await startServer({ storePath, port: 0, onFailure: (error) => console.error(++failures, error) });
const examples = process.env['FUZZ_EXAMPLES'] ?? '50';
// The same questions each time, unless FUZZ_SEED asks for others.
const seed = process.env['FUZZ_SEED'] ?? '1';
const options = [`--max-examples=${examples}`, `--seed=${seed}`, ...process.argv.slice(2)];
const args = [`--config-file=${CONFIG}`, 'run', `${served.url}openapi.json`, ...options];
const code = await run(program, args, await firstCursor(served.url), folder);
await served.close();
rmSync(folder, { recursive: true });
process.exit(code === 0 && failures === 0 ? 0 : 1);
