import { Command, Option } from 'commander';
import { type Change, whatIf, type WhatIf } from '../../shared/core/advise/what-if.ts';
import type { Finding } from '../../shared/core/finding/schema.ts';
import type { Settings } from '../../shared/core/model/settings.ts';
import { analyzePaths } from '../analyze-paths.ts';
import { natGatewayId, portRange, wholeNumberUpTo } from '../arguments.ts';
import { loadSettings } from '../load-settings.ts';
import { UserError } from '../user-error.ts';

type Flags = {
  readonly addAddresses?: number;
  readonly pool?: number;
  readonly keepAlive?: true;
  readonly portRange?: { readonly low: number; readonly high: number };
  readonly endpoint?: true;
  readonly finding?: string;
  readonly format: 'table' | 'json';
  readonly config?: string;
  readonly natGateway?: string;
};

const COUNT_LIMIT = 1_000_000;

const DETAILS = `
The same observations are replayed under each change, one change at a time: the
ports wanted in each minute (those in use, and those that the connections which
found none would have held) against the capacity. --pool and --keep-alive assume
that requests arrive as they did.

Exit codes:
  0  what there is was tried
  2  the run failed`;

/** `freeport whatif PATH...`: would this change have helped? */
export function whatifCommand(): Command {
  return new Command('whatif')
    .description('replay the same observations under a change: would it have helped?')
    .argument('<path...>', 'files and folders, as for analyze')
    .option('--add-addresses <n>', 'more addresses at the NAT gateway', wholeNumberUpTo(COUNT_LIMIT))
    .option('--pool <size>', 'at most this many connections per source', wholeNumberUpTo(COUNT_LIMIT))
    .option('--keep-alive', 'connections are reused as soon as they are free')
    .option('--port-range <lo-hi>', 'another ephemeral range on the host', portRange)
    .option('--endpoint', 'a VPC endpoint takes the destination off the NAT gateway')
    .option('--finding <id>', 'only this finding')
    .addOption(new Option('--format <format>', 'what to print').choices(['table', 'json']).default('table'))
    .option('--config <file>', 'settings as JSON')
    .option('--nat-gateway <id>', 'the NAT gateway of metrics and flow logs that name none', natGatewayId)
    .addHelpText('after', DETAILS)
    .action(run);
}

async function run(paths: readonly string[], flags: Flags): Promise<void> {
  const settings = await loadSettings(flags);
  const changes = changesOf(flags, settings);
  if (changes.length === 0)
    throw new UserError(
      'no change to try: give at least one of --add-addresses, --pool, --keep-alive, --port-range, --endpoint',
    );
  const { findings } = await analyzePaths({ paths, settings, storePath: null, nowMs: null });
  const chosen = findings.filter(({ id }) => flags.finding === undefined || id === flags.finding);
  if (flags.finding !== undefined && chosen.length === 0)
    throw new UserError(`there is no finding ${flags.finding} in these inputs: freeport analyze shows their ids`);
  const tried = chosen.flatMap((finding) =>
    changes.map((change) => ({ finding, change, result: whatIf(finding, change) })),
  );
  process.stdout.write(flags.format === 'json' ? jsonOf(tried) : tableOf(tried));
}

type Tried = { readonly finding: Finding; readonly change: Change; readonly result: WhatIf };

function changesOf(flags: Flags, settings: Settings): Change[] {
  const { addAddresses, pool, portRange: range } = flags;
  return [
    ...(addAddresses === undefined
      ? []
      : [{ kind: 'add-addresses' as const, addresses: addAddresses, portsPerAddress: settings.natPortsPerAddress }]),
    ...(pool === undefined ? [] : [{ kind: 'pool' as const, connectionsPerSource: pool }]),
    ...(flags.keepAlive ? [{ kind: 'keep-alive' as const }] : []),
    ...(range === undefined ? [] : [{ kind: 'port-range' as const, ...range }]),
    ...(flags.endpoint ? [{ kind: 'endpoint' as const }] : []),
  ];
}

const jsonOf = (tried: readonly Tried[]): string =>
  `${JSON.stringify(
    tried.map(({ finding, change, result }) => ({ findingId: finding.id, title: finding.title, change, ...result })),
    null,
    2,
  )}\n`;

function tableOf(tried: readonly Tried[]): string {
  if (tried.length === 0) return 'No findings: nothing to try a change on.\n';
  return [...Map.groupBy(tried, ({ finding }) => finding)]
    .map(([finding, own]) =>
      [finding.title, ...own.map(({ change, result }) => `  ${nameOf(change).padEnd(24)}${result.statement}`), ''].join(
        '\n',
      ),
    )
    .join('\n');
}

function nameOf(change: Change): string {
  switch (change.kind) {
    case 'add-addresses':
      return `${change.addresses} more addresses`;
    case 'pool':
      return `pool of ${change.connectionsPerSource} per source`;
    case 'keep-alive':
      return 'keep-alive';
    case 'port-range':
      return `range ${change.low}–${change.high}`;
    case 'endpoint':
      return 'VPC endpoint';
  }
}
