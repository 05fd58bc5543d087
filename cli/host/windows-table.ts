import type { HostTable } from './host-access.ts';
import { NoSocketTables, portRangeOf } from './host-access.ts';
import type { RunCommand } from './run-command.ts';

const DEFAULT_SYSTEM_ROOT = 'C:\\Windows';

/**
 * By full path: Windows would look into the current folder first. Windows keeps one range for IPv4 and one for IPv6,
 * which are alike unless somebody changed one; that of IPv4 is taken.
 */
export async function windowsTable(run: RunCommand, systemRoot = DEFAULT_SYSTEM_ROOT): Promise<HostTable> {
  const ran = (program: string, args: readonly string[]): Promise<string> =>
    run(`${systemRoot}\\System32\\${program}`, args).catch((error: unknown) => {
      const command = [program, ...args].join(' ');
      throw new NoSocketTables(`\`${command}\` failed: run it by hand to see why`, { cause: error });
    });
  const [rows, settings] = await Promise.all([
    ran('netstat.exe', ['-an']),
    ran('netsh.exe', ['int', 'ipv4', 'show', 'dynamicport', 'tcp']),
  ]);
  const range = rangeOfNetsh(settings);
  if (range === null) {
    throw new NoSocketTables('`netsh int ipv4 show dynamicport tcp` printed no range of ports: run it by hand');
  }
  return { rows, range };
}

/** `Start Port : 49152`, then `Number of Ports : 16384`; Windows translates the names, but keeps their order. */
function rangeOfNetsh(text: string): HostTable['range'] | null {
  const [start, ports] = [...text.matchAll(/:\s*(\d+)\s*$/gm)].map(([, number]) => Number(number));
  return start === undefined || ports === undefined ? null : portRangeOf(start, start + ports - 1);
}
