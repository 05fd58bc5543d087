import { Command, Option } from 'commander';
import type { FlowFormatName } from '../../shared/core/simulate/flow-format.ts';
import type { Scenario } from '../../shared/core/simulate/scenario.ts';
import { scenarioNamed, SCENARIOS } from '../../shared/core/simulate/scenarios.ts';
import type { SimulateOptions } from '../../shared/core/simulate/simulate.ts';
import { share, wholeHourMs, wholeNumber } from '../arguments.ts';
import { writeSimulation } from '../simulate/write-simulation.ts';
import { UserError } from '../user-error.ts';

type Flags = {
  readonly out?: string;
  readonly seed: number;
  readonly format?: FlowFormatName;
  readonly level?: 'vpc' | 'nat';
  readonly aggregation: '60' | '600';
  readonly delivery: 's3' | 'cloudwatch' | 'cloudwatch-streams';
  readonly logFormat?: 'json' | 'plain';
  readonly logs: 'files' | 'subscription';
  readonly metrics: 'stream' | 'get-metric-data' | 'get-metric-statistics';
  readonly only?: 'flows' | 'metrics' | 'logs';
  readonly loss: number;
  readonly duplicates: number;
  readonly start?: number;
  readonly force?: boolean;
  readonly list?: boolean;
};

/** `freeport simulate SCENARIO --out DIR`: an incident, a look-alike or a calm day as AWS would have written it. */
export function simulateCommand(): Command {
  return new Command('simulate')
    .description(
      'write a simulated incident, look-alike or calm day: flow logs, metrics, application logs, inventory, truth',
    )
    .argument('[scenario]', 'its name; --list shows them all')
    .option('--out <dir>', 'the folder to write')
    .option('--seed <number>', 'same seed, same bytes', wholeNumber, 1)
    .addOption(
      new Option(
        '--format <format>',
        'fields of the flow log; by default those of the flow log that Freeport creates',
      ).choices(['v2', 'nat15', 'nat16', 'v5']),
    )
    .addOption(
      new Option(
        '--level <level>',
        'interfaces in the flow log; by default the NAT gateway, or the VPC where there is none',
      ).choices(['vpc', 'nat']),
    )
    .addOption(new Option('--aggregation <seconds>', 'MaxAggregationInterval').choices(['60', '600']).default('60'))
    .addOption(
      new Option('--delivery <target>', 'where the flow log is delivered to')
        .choices(['s3', 'cloudwatch', 'cloudwatch-streams'])
        .default('s3'),
    )
    .addOption(new Option('--log-format <format>', 'overrides how the programs log').choices(['json', 'plain']))
    .addOption(
      new Option('--logs <shape>', 'log files, or payloads of a subscription')
        .choices(['files', 'subscription'])
        .default('files'),
    )
    .addOption(
      new Option('--metrics <shape>', 'a metric stream, or the answers of a call')
        .choices(['stream', 'get-metric-data', 'get-metric-statistics'])
        .default('get-metric-data'),
    )
    .addOption(
      new Option('--only <source>', 'write this and the inventory alone').choices(['flows', 'metrics', 'logs']),
    )
    .option('--loss <share>', 'part of the flow records that are lost (0-1)', share, 0)
    .option('--duplicates <share>', 'part of the objects and log batches that arrive twice (0-1)', share, 0)
    .option('--start <iso>', 'when the simulation begins, on a whole hour', wholeHourMs)
    .option('--force', 'replace a simulation that is in the folder')
    .option('--list', 'list the scenarios')
    .action(run);
}

async function run(name: string | undefined, flags: Flags): Promise<void> {
  if (flags.list) {
    process.stdout.write(listing());
    return;
  }
  if (name === undefined) throw new UserError('name a scenario, or pass --list');
  const scenario = scenarioNamed(name);
  if (!scenario) throw new UserError(`no scenario "${name}"; --list shows them all`);
  if (flags.out === undefined) throw new UserError('--out DIR says where to write');
  const { truth, files, bytes } = await writeSimulation(scenario, optionsOf(scenario, flags), flags.out, {
    force: flags.force === true,
    only: flags.only ?? null,
  });
  const incidents = truth.incidents.length === 0 ? truth.verdict : truth.incidents.map(({ kind }) => kind).join(', ');
  process.stdout.write(
    `${scenario.title}\n${files} files, ${(bytes / 1e6).toFixed(1)} MB in ${flags.out} (${incidents}; truth.json says what happened)\n` +
      `freeport analyze ${flags.out} --config ${flags.out}/freeport.json\n`,
  );
}

function optionsOf(scenario: Scenario, flags: Flags): SimulateOptions {
  const level = flags.level ?? scenario.flowLevel;
  return {
    seed: flags.seed,
    ...(flags.start === undefined ? {} : { startMs: flags.start }),
    flow: {
      format: flags.format ?? scenario.flowFormat ?? 'nat15',
      level,
      intervalSeconds: flags.aggregation === '600' ? 600 : 60,
      delivery: flags.delivery,
      lossShare: flags.loss,
      duplicateShare: flags.duplicates,
    },
    metrics: flags.metrics,
    logs: flags.logs,
    ...(flags.logFormat ? { logFormat: flags.logFormat } : {}),
  };
}

function listing(): string {
  const width = Math.max(...SCENARIOS.map(({ name }) => name.length));
  return SCENARIOS.map(({ name, title }) => `${name.padEnd(width)}  ${title}\n`).join('');
}
