import { availableParallelism } from 'node:os';
import { Command, InvalidArgumentError, Option } from 'commander';
import { canonicalAddress } from '../../shared/core/model/address.ts';
import type { RankBy, RankOptions, RankSort } from '../../shared/core/flow-log/rank/ranking.ts';
import { wholeNumberUpTo } from '../arguments.ts';
import type { FlowFormat } from '../flows/render-flows.ts';
import type { FlowFlags } from '../flows/run-flows.ts';

const RANK_BY: readonly RankBy[] = ['destination', 'source', 'nat'];
const RANK_SORT: readonly RankSort[] = ['ports', 'opens', 'unanswered'];
const FORMATS: readonly FlowFormat[] = ['table', 'json', 'csv'];
const THREADS_LIMIT = 64;
const TOP_LIMIT = 100_000;

const DETAILS = `
Reads VPC and transit gateway flow logs of every version: text with a header
(any fields, any order), the default format without one, other formats without
one by --fields or, where they are usual, by their look; plain, gzip or Parquet;
also inside exports of CloudWatch Logs, JSON, CSV and subscription payloads.
Folders are walked; what is no flow log is left out.

Ports are those of the initiator; replies are counted with the connection they
answer. Over all minutes, "ports" are those seen in any of them. Opens of
formats without tcp-flags are inferred from ports unseen in the two minutes
before.

  --by destination   whoever holds the ports: hosts, and NAT gateways at their
                     own side
  --by source        whoever began: hosts, and the clients behind a NAT gateway
  --by nat           NAT gateways alone; needs pkt-srcaddr and pkt-dstaddr

JSON: an array of { scope, localAddress, destination { address, port,
protocol }, minute, distinctPorts, opens, unanswered, bytes, records,
topSources [{ address, distinctPorts }] }; minute is null over all minutes.

Exit codes:
  0  flow logs were read; standard error says what was left out, rejected or
     damaged
  2  no flow log was found, no record could be read, or the run failed`;

/** `freeport flows PATH...`. */
export function flowsCommand(): Command {
  return new Command('flows')
    .description('rank the flows of VPC flow logs by ports in use, opens and unanswered opens')
    .argument('<path...>', 'files and folders, or - for standard input')
    .addOption(new Option('--by <what>', 'whose ports to count').choices(RANK_BY).default('destination'))
    .addOption(new Option('--sort <figure>', 'what to rank by').choices(RANK_SORT).default('ports'))
    .option('--by-minute', 'one row per minute instead of one over all minutes')
    .option('--destination <address>', 'only this destination: address, address:port or [address]:port', destinationOf)
    .option('--top <n>', 'how many rows', wholeNumberUpTo(TOP_LIMIT), 20)
    .option(
      '--threads <n>',
      'threads to read with',
      wholeNumberUpTo(THREADS_LIMIT),
      Math.min(availableParallelism(), 8),
    )
    .addOption(new Option('--format <format>', 'what to print').choices(FORMATS).default('table'))
    .option('--fields <names>', 'the fields of logs without a header, separated by spaces', fieldsOf)
    .addOption(new Option('--engine <name>', 'how to read').choices(['wasm', 'plain']).default('wasm').hideHelp())
    .addHelpText('after', DETAILS)
    .action(run);
}

/** What it takes is loaded only now: help and mistakes do not wait for it. */
async function run(paths: readonly string[], flags: FlowFlags): Promise<void> {
  const { runFlows } = await import('../flows/run-flows.ts');
  await runFlows(paths, flags);
}

function fieldsOf(text: string): readonly string[] {
  const fields = text.split(/[\s,]+/).filter((field) => field !== '');
  if (fields.length === 0 || fields.length > 100) throw new InvalidArgumentError('give the names of the fields');
  return fields;
}

function destinationOf(text: string): NonNullable<RankOptions['destination']> {
  const [, bracketed, plain, portText] = /^(?:\[([^\]]+)\]|([^[\]]*?))(?::(\d{1,5}))?$/.exec(text) ?? [];
  const whole = canonicalAddress(text);
  if (whole !== null) return { address: whole, port: null };
  const address = canonicalAddress(bracketed ?? plain ?? '');
  const port = portText === undefined ? null : Number(portText);
  if (address === null || (port !== null && port > 65_535))
    throw new InvalidArgumentError('give an address such as 203.0.113.10, 203.0.113.10:443 or [2001:db8::1]:443');
  return { address, port };
}
