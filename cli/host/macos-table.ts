import type { HostTable } from './host-access.ts';
import { NoSocketTables, portRangeOf } from './host-access.ts';
import type { RunCommand } from './run-command.ts';

/** By full path: cron's PATH on macOS holds neither folder. */
const NETSTAT = '/usr/sbin/netstat';
const SYSCTL = '/usr/sbin/sysctl';

const FIRST = 'net.inet.ip.portrange.first';
const LAST = 'net.inet.ip.portrange.last';

/** `-l` keeps netstat from cutting IPv6 addresses. */
export async function macosTable(run: RunCommand): Promise<HostTable> {
  const ran = (program: string, args: readonly string[]): Promise<string> =>
    run(program, args).catch((error: unknown) => {
      const command = [program, ...args].join(' ');
      throw new NoSocketTables(`\`${command}\` failed: run it by hand to see why`, { cause: error });
    });
  const [rows, settings] = await Promise.all([ran(NETSTAT, ['-anl', '-p', 'tcp']), ran(SYSCTL, [FIRST, LAST])]);
  const range = portRangeOf(settingOf(settings, FIRST), settingOf(settings, LAST));
  if (range === null) throw new NoSocketTables(`\`${SYSCTL} ${FIRST} ${LAST}\` names no range of ports`);
  return { rows, range };
}

/** `net.inet.ip.portrange.first: 49152`, one line each. */
function settingOf(text: string, name: string): number | undefined {
  const line = text.split('\n').find((each) => each.startsWith(name));
  const [, value] = /[:=]\s*(\d+)\s*$/.exec(line ?? '') ?? [];
  return value === undefined ? undefined : Number(value);
}
