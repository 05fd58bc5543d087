import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { answering, freePort } from '../aws/dynamodb-emulator.ts';

/** Exactly the versions that the suite was written against. */
const MOTO = 'moto[server]==5.2.5';
const INSTALL_LIMIT_MS = 240_000;

export const CACHE = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'freeport');

export type Emulator = { readonly endpoint: string; stop(): void };

/** S3, SQS, SNS, Logs, EC2, CloudWatch and more over the wire, by moto's server in a virtual environment of its own. */
export async function startMoto(): Promise<Emulator> {
  const server = motoServer();
  const port = await freePort();
  const child = spawn(server, ['-H', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' });
  const endpoint = `http://127.0.0.1:${port}`;
  await answering(endpoint, child);
  return { endpoint, stop: () => void child.kill() };
}

function motoServer(): string {
  const environment = join(CACHE, 'emulators');
  const server = join(environment, 'bin', 'moto_server');
  if (existsSync(server)) return server;
  mkdirSync(CACHE, { recursive: true });
  run('python3', ['-m', 'venv', environment]);
  run(join(environment, 'bin', 'pip'), ['install', '--quiet', MOTO]);
  return server;
}

function run(command: string, argumentsOf: readonly string[]): void {
  const { status, stderr } = spawnSync(command, argumentsOf, { timeout: INSTALL_LIMIT_MS, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${argumentsOf.join(' ')} failed:\n${stderr}`);
}
