import type { HostAccess, HostTable } from './host-access.ts';
import { NoSocketTables, portRangeOf } from './host-access.ts';

/** procfs, of the network namespace that this process runs in. `root` is where it is mounted. */
export async function linuxTable(readText: HostAccess['readText'], root = '/proc'): Promise<HostTable> {
  const textOf = (path: string): Promise<string> =>
    readText(path).catch((error: unknown) => {
      const advice = 'mount procfs there, or write `ss -tan` to a file and run freeport analyze on it';
      throw new NoSocketTables(`cannot read ${path}: ${advice}`, { cause: error });
    });
  const [tcp, tcp6, rangeText] = await Promise.all([
    textOf(`${root}/net/tcp`),
    // Absent where IPv6 is switched off.
    textOf(`${root}/net/tcp6`).catch(() => ''),
    textOf(`${root}/sys/net/ipv4/ip_local_port_range`),
  ]);
  const [low, high] = rangeText.trim().split(/\s+/).map(Number);
  const range = portRangeOf(low, high);
  if (range === null) throw new NoSocketTables(`${root}/sys/net/ipv4/ip_local_port_range holds no range of ports`);
  return { rows: `${tcp}\n${tcp6}`, range };
}
