import { readFile } from 'node:fs/promises';
import { NoSocketTables } from './host-access.ts';
import type { HostAccess, ReadHostTable } from './host-access.ts';
import { linuxTable } from './linux-table.ts';
import { macosTable } from './macos-table.ts';
import { runCommand } from './run-command.ts';
import { windowsTable } from './windows-table.ts';

const THIS_MACHINE: HostAccess = { run: runCommand, readText: (path) => readFile(path, 'utf8') };

/** The adapter for a system, by Node's name for it. */
export function hostTableFor(
  platform: string,
  environment: Readonly<Record<string, string | undefined>>,
  access: HostAccess = THIS_MACHINE,
): ReadHostTable {
  if (platform === 'linux') return () => linuxTable(access.readText);
  if (platform === 'darwin') return () => macosTable(access.run);
  if (platform === 'win32') return () => windowsTable(access.run, environment['SystemRoot']);
  throw new NoSocketTables(
    `cannot read the sockets of ${platform}: write \`netstat -an\` to a file and run freeport analyze on it`,
  );
}
