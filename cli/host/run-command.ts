import { execFile } from 'node:child_process';

/** Runs a program by its full path, without a shell, and gives what it printed; rejects when it fails. */
export type RunCommand = (program: string, args: readonly string[]) => Promise<string>;

const TIMEOUT_MS = 30_000;
/** 65,536 ports on several addresses are some tens of megabytes of table. */
const OUTPUT_BYTES_LIMIT = 256 * 1024 * 1024;

/** C, so that tools print English words and plain numbers; Windows takes no notice. */
export const runCommand: RunCommand = (program, args) =>
  new Promise((resolve, reject) => {
    const options = {
      timeout: TIMEOUT_MS,
      maxBuffer: OUTPUT_BYTES_LIMIT,
      windowsHide: true,
      env: { ...process.env, LC_ALL: 'C' },
    };
    execFile(program, args, options, (error, stdout) => (error === null ? resolve(stdout) : reject(error)));
  });
