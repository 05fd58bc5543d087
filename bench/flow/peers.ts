import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Program } from './measure.ts';

const SCRIPTS = fileURLToPath(new URL('./peers/', import.meta.url));

/** Pinned, and installed beside the data: nothing of the project depends on them. */
const NPM_PEERS = ['@duckdb/node-api@1.5.6-r.1', 'chdb@3.4.0'];
const PYTHON_PEERS = ['flowlogs-reader==5.0.0'];

export type Peers = { readonly npm: string | null; readonly python: string | null };

/** Installs what is not there yet; a peer that cannot be installed is left out, loudly. */
export function installPeers(folder: string): Peers {
  const npm = join(folder, 'npm');
  mkdirSync(npm, { recursive: true });
  if (!existsSync(join(npm, 'package.json'))) writeFileSync(join(npm, 'package.json'), '{ "private": true }\n');
  const hasNpm =
    existsSync(join(npm, 'node_modules')) || run('npm', ['install', '--no-audit', '--no-fund', ...NPM_PEERS], npm);
  const python = join(folder, 'python');
  const hasPython =
    existsSync(join(python, 'bin', 'python')) ||
    (run('python3', ['-m', 'venv', python], folder) &&
      run(join(python, 'bin', 'pip'), ['install', '-q', ...PYTHON_PEERS], folder));
  return { npm: hasNpm ? npm : null, python: hasPython ? join(python, 'bin', 'python') : null };
}

function run(command: string, args: readonly string[], cwd: string): boolean {
  const ended = spawnSync(command, args, { cwd, stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' });
  if (ended.status !== 0) console.error(`${command} ${args.join(' ')} failed: ${ended.stderr.slice(-500)}`);
  return ended.status === 0;
}

/** DuckDB and ClickHouse with 1 and 2 threads. */
export const npmPeers = (cwd: string, data: string): Program[] =>
  ['duckdb', 'chdb'].flatMap((peer) =>
    ['1', '2'].map((threads) => ({
      name: `${peer} ${threads}`,
      command: [process.execPath, join(SCRIPTS, `${peer}.mjs`), data, threads],
      cwd,
    })),
  );

export const flowlogsReader = (python: string, data: string): Program => ({
  name: 'flowlogs-reader',
  command: [python, join(SCRIPTS, 'flowlogs_reader_peer.py'), ...gzipFiles(data)],
});

export const gzipFiles = (folder: string): string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.gz'))
    .sort()
    .map((name) => join(folder, name));
