import { availableParallelism } from 'node:os';
import { Command, InvalidArgumentError, Option } from 'commander';
import { canonicalAddress } from '../../shared/core/model/address.ts';
import type { RankBy, RankOptions, RankSort } from '../../shared/core/flow-log/rank/ranking.ts';
import { rankFlowLogs, type FlowRanking } from '../../shared/local/flow-workers/rank-flow-logs.ts';
import { listFiles, type FileList } from '../../shared/local/files/list-files.ts';
import { wholeNumberUpTo } from '../arguments.ts';
import { flowNotes } from '../flows/flow-notes.ts';
import { progressLabel } from '../flows/progress-label.ts';
import { FLOW_FORMATS, renderFlows, type FlowFormat } from '../flows/render-flows.ts';
import { createProgressBar } from '../progress.ts';
import { UserError } from '../user-error.ts';

const RANK_BY: readonly RankBy[] = ['destination', 'source', 'nat'];
const RANK_SORT: readonly RankSort[] = ['ports', 'opens', 'unanswered'];
const THREADS_LIMIT = 64;
const TOP_LIMIT = 100_000;

type Flags = {
  readonly by: RankBy;
  readonly sort: RankSort;
  readonly byMinute?: true;
  readonly destination?: NonNullable<RankOptions['destination']>;
  readonly top: number;
  readonly threads: number;
  readonly format: FlowFormat;
  readonly fields?: readonly string[];
  readonly engine: 'wasm' | 'plain';
};

const DETAILS = `
Reads VPC and transit gateway flow logs of every version: text with a header (any fields, any order), the default
format without one, other formats without one by --fields; plain, gzip or Parquet. Folders are walked; what is no flow
log is left out.

Ports are those of the initiator; replies are counted with the connection they answer. Over all minutes, "ports" are
those seen in any of them. Opens of formats without tcp-flags are inferred from ports unseen in the two minutes before.

  --by destination   whoever holds the ports: hosts, and NAT gateways at their own side
  --by source        whoever began: hosts, and the clients behind a NAT gateway
  --by nat           NAT gateways alone; needs pkt-srcaddr and pkt-dstaddr

JSON: an array of { scope, localAddress, destination { address, port, protocol }, minute, distinctPorts, opens,
unanswered, bytes, records, topSources [{ address, distinctPorts }] }; minute is null over all minutes.

Exit codes:
  0  everything was read
  2  no flow log was found, or the run failed`;

/** `freeport flows PATH...`. */
export function flowsCommand(): Command {
  return new Command('flows')
    .description('rank the flows of VPC flow logs by ports in use, opens and unanswered opens')
    .argument('<path...>', 'files and folders')
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
    .addOption(new Option('--format <format>', 'what to print').choices(FLOW_FORMATS).default('table'))
    .option('--fields <names>', 'the fields of logs without a header, separated by spaces', fieldsOf)
    .addOption(new Option('--engine <name>', 'how to read').choices(['wasm', 'plain']).default('wasm').hideHelp())
    .addHelpText('after', DETAILS)
    .action(run);
}

async function run(paths: readonly string[], flags: Flags): Promise<void> {
  const list = await listFiles(paths, Date.now());
  const ranking = await rankWithProgress(list, flags);
  for (const note of flowNotes(ranking, list.unreadable)) process.stderr.write(`freeport: ${note}\n`);
  if (ranking.files.every(({ counts }) => counts === null)) throw new UserError('no flow log was found');
  process.stdout.write(renderFlows(ranking.flows, flags.format));
}

async function rankWithProgress({ files }: FileList, flags: Flags): Promise<FlowRanking> {
  const bar = createProgressBar(process.stderr, () => performance.now());
  const bytesTotal = files.reduce((total, { bytes }) => total + bytes, 0);
  const startMs = performance.now();
  const { by, sort, top, threads, engine, fields, destination = null } = flags;
  try {
    return await rankFlowLogs(
      files.map(({ path }) => path),
      {
        by,
        sort,
        top,
        threads,
        engine,
        destination,
        perMinute: flags.byMinute === true,
        format: fields,
        onProgress({ bytesDone, file }) {
          const perSecond = (bytesDone * 1000) / Math.max(performance.now() - startMs, 1);
          bar.show({ bytesDone, bytesTotal, file: progressLabel(perSecond, file, process.stderr.columns || 80) });
        },
      },
    );
  } finally {
    bar.end();
  }
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
