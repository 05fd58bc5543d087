import { setTimeout as wait } from 'node:timers/promises';
import { Command, Option } from 'commander';
import { hostLineOf } from '../../shared/core/socket-table/host-line.ts';
import { partOfWhole, wholeNumberUpTo } from '../arguments.ts';
import { FORMATS } from '../print.ts';
import type { Format } from '../print.ts';
import { HOST_EXIT } from '../exit-codes.ts';
import { hostTableFor } from '../host/host-table.ts';
import { judgeHost, type HostVerdict } from '../host/judge-host.ts';
import { readHost } from '../host/read-host.ts';
import type { HostSnapshot } from '../host/read-host.ts';
import { renderHost } from '../host/render-host.ts';
import { UserError } from '../user-error.ts';

type Flags = {
  readonly warning: number;
  readonly critical: number;
  readonly format: Format;
  readonly watch?: number;
  readonly count?: number;
};

const DETAILS = `
Utilisation is the ports in use towards one destination as a part of the
machine's local port range:
  Linux    /proc/net/tcp and tcp6, net.ipv4.ip_local_port_range
  macOS    netstat -anl -p tcp, sysctl net.inet.ip.portrange.first and .last
  Windows  netstat -an, netsh int ipv4 show dynamicport tcp
TIME_WAIT holds a port for 60 s on Linux. There the tables are of the network
namespace that the command runs in: run it inside the pod, container or task
that is meant.

With --watch it prints one JSON line per interval and goes on until interrupted.
freeport analyze reads those lines back, from files or from any log group.

Exit codes (those of monitoring plug-ins):
  0  every destination is below the warning threshold
  1  one is at or above the warning threshold
  2  one is at or above the critical threshold
  3  cannot tell: no socket table to read, or bad arguments`;

/** `freeport host`: this machine's own sockets. */
export function hostCommand(): Command {
  return new Command('host')
    .description('ports in use, TIME_WAIT and established per destination on this machine')
    .option('--warning <part>', 'of the local range, towards one destination: 75, 75% or 0.75', partOfWhole, 0.75)
    .option('--critical <part>', 'of the local range, towards one destination: 90, 90% or 0.9', partOfWhole, 0.9)
    .addOption(new Option('--format <format>', 'what to print').choices(FORMATS).default('table'))
    .option('--watch <seconds>', 'one JSON line per interval, until interrupted', wholeNumberUpTo(86_400))
    .option('--count <lines>', 'with --watch: end after this many lines', wholeNumberUpTo(1_000_000))
    .addHelpText('after', DETAILS)
    .action(async (flags: Flags) => {
      try {
        if (flags.count !== undefined && flags.watch === undefined) throw new UserError('--count goes with --watch');
        process.exitCode = HOST_EXIT[flags.watch === undefined ? await once(flags) : await watch(flags, flags.watch)];
      } catch (error) {
        process.stderr.write(`freeport host: ${error instanceof Error ? error.message : String(error)}\n`);
        process.exitCode = HOST_EXIT.unknown;
      }
    });
}

const snapshotNow = (): Promise<HostSnapshot> =>
  readHost(() => Date.now(), hostTableFor(process.platform, process.env));

async function once(flags: Flags): Promise<HostVerdict> {
  const snapshot = await snapshotNow();
  const verdict = judgeHost(snapshot, flags);
  if (snapshot.unreadableRows > 0) {
    process.stderr.write(`freeport host: ${snapshot.unreadableRows} lines of the socket table could not be read\n`);
  }
  if (flags.format === 'table') process.stdout.write(renderHost(snapshot, verdict));
  // One line in both formats: `freeport analyze` reads socket tables by the line.
  else process.stdout.write(`${JSON.stringify({ ...hostLineOf(snapshot), verdict })}\n`);
  return verdict;
}

/** Ends with the verdict on the last line it printed. */
async function watch(flags: Flags, seconds: number): Promise<HostVerdict> {
  const interrupted = new AbortController();
  const stop = (): void => interrupted.abort();
  process.once('SIGINT', stop).once('SIGTERM', stop);
  let snapshot: HostSnapshot = await snapshotNow();
  for (let lines = 1; ; lines += 1) {
    process.stdout.write(`${JSON.stringify(hostLineOf(snapshot))}\n`);
    if (lines === flags.count) break;
    await wait(seconds * 1_000, undefined, { signal: interrupted.signal }).catch(() => {});
    if (interrupted.signal.aborted) break;
    snapshot = await snapshotNow();
  }
  return judgeHost(snapshot, flags);
}
