import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Command, Option } from 'commander';
import { analyzePaths } from '../analyze-paths.ts';
import { instantMs, natGatewayId } from '../arguments.ts';
import { exitCodeOf } from '../exit-codes.ts';
import { loadSettings } from '../load-settings.ts';
import { FORMATS, textOf } from '../print.ts';
import type { Format } from '../print.ts';
import { createProgressBar } from '../progress.ts';

type Flags = {
  readonly format: Format;
  readonly quiet?: true;
  readonly config?: string;
  readonly store?: string;
  readonly natGateway?: string;
  readonly now?: number;
};

const DETAILS = `
Inputs are recognised by their content, plain or gzip:
  VPC flow logs      text, Parquet
  application logs   plain text, JSON lines, CloudWatch Logs
  metrics            of NAT gateways and NLBs: metric streams, get-metric-data,
                     get-metric-statistics
  inventory          describe-nat-gateways, -network-interfaces, -instances,
                     -subnets, -route-tables
  socket tables      ss -tan, /proc/net/tcp, netstat -an of Linux, macOS and
                     Windows, Get-NetTCPConnection as CSV or JSON, freeport host
                     --watch
  CSV                of CloudWatch Logs Insights, Athena, CloudWatch graphs
Folders are walked; hidden folders, and what macOS and Windows keep in folders,
are left out.

Exit codes:
  0  no open findings
  1  findings that are open or acknowledged
  2  the run failed`;

/** `freeport analyze PATH...`. */
export function analyzeCommand(): Command {
  return new Command('analyze')
    .description('say which layer ran out of ports, for which destination, from which source, since when and why')
    .argument('<path...>', 'files and folders; - is standard input')
    .addOption(new Option('--format <format>', 'what to print').choices(FORMATS).default('table'))
    .option('--quiet', 'print nothing, only end with the exit code; with --format json or ndjson: no progress')
    .option('--config <file>', 'settings as JSON: thresholds, hold times, port ranges, NAT ports per address')
    .option('--store <file>', 'keep parts and findings there, so that a second run adds to the first')
    .option('--nat-gateway <id>', 'the NAT gateway of metrics and flow logs that name none', natGatewayId)
    .option('--now <time>', 'evaluate as of this time (ISO 8601) instead of the end of the inputs', instantMs)
    .addHelpText('after', DETAILS)
    .action(run);
}

async function run(paths: readonly string[], flags: Flags): Promise<void> {
  const settings = await loadSettings(flags);
  if (flags.store !== undefined) await mkdir(dirname(flags.store), { recursive: true });
  const bar = flags.quiet ? null : createProgressBar(process.stderr, () => performance.now());
  const analysis = await analyzePaths({
    paths,
    settings,
    storePath: flags.store ?? null,
    nowMs: flags.now ?? null,
    isBackTested: true,
    ...(bar && { onProgress: bar.show }),
  }).finally(() => bar?.end());
  if (!flags.quiet || flags.format !== 'table') process.stdout.write(textOf(analysis, flags.format, process.stdout));
  process.exitCode = exitCodeOf(analysis.findings);
}
