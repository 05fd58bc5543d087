import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const PROJECT = fileURLToPath(new URL('../..', import.meta.url));
export const INCIDENTS = 'test/fixtures/incidents';

export type Ended = { readonly code: number; readonly stdout: string; readonly stderr: string };

/** Runs an entry point of the command line as a child process, as a user would. */
export function run(entry: string, args: readonly string[], input?: Uint8Array): Promise<Ended> {
  return new Promise((resolve) => {
    const options = { cwd: PROJECT, timeout: 20_000, maxBuffer: 32 * 1024 * 1024 };
    const child = execFile(process.execPath, [entry, ...args], options, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? -1), stdout, stderr });
    });
    child.stdin?.end(input);
  });
}

export const freeport = (...args: readonly string[]): Promise<Ended> => run('cli/freeport.mjs', args);
