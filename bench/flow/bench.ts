import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { compareWithSql } from './differential.ts';
import { makeFlowLogs, type FlowLogOptions, type FlowLogsMade } from './make-flow-logs.ts';
import { measureInTurns, type Measured, type Program } from './measure.ts';
import { flowlogsReader, gzipFiles, installPeers, npmPeers, type Peers } from './peers.ts';
import { targetTable, type Engine } from './targets.ts';

/**
 * Measures `freeport flows` against gunzip, DuckDB, ClickHouse and flowlogs-reader: whole processes, in turns, ratios of
 * medians, and peak memory. `npm run bench:flow -- --help` says what can be set.
 */
const { values } = parseArgs({
  options: {
    records: { type: 'string', default: '6600000' },
    rounds: { type: 'string', default: '5' },
    folder: { type: 'string', default: join(tmpdir(), 'freeport-bench-flow') },
    peers: { type: 'string', default: 'all' },
    first: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

const HELP = `npm run bench:flow -- [--records 6600000] [--rounds 5] [--folder TEMP] [--peers all|none] [--first]

Makes its data and installs its peers in the folder (about 1.5 GB), once; measures; compares every row with DuckDB's;
and prints the targets beside the figures.

  --first   let what is measured go before all else the machine has to do (needs root)

node bench/flow/scale.ts shows time and memory from 1 to 100 million records, node bench/flow/stages.ts each stage.`;

const FLOWS = fileURLToPath(new URL('./flows.mjs', import.meta.url));

const ours = (data: string, engine: Engine, threads: number): Program => ({
  name: `${engine} ${threads}`,
  command: [process.execPath, FLOWS, data, '--by-minute', '--threads', String(threads), '--engine', engine],
});

const gunzip = (data: string): Program => ({ name: 'gunzip', command: ['gunzip', '-c', ...gzipFiles(data)] });

type DataSet = { readonly folder: string; readonly made: FlowLogsMade };

async function dataSet(name: string, options: Omit<FlowLogOptions, 'folder'>): Promise<DataSet> {
  const folder = join(values.folder, `${name}-${options.records}`);
  const manifest = `${folder}.json`;
  if (!existsSync(manifest)) {
    console.error(`making ${folder}`);
    writeFileSync(manifest, JSON.stringify(makeFlowLogs({ ...options, folder })));
  }
  const { default: made } = (await import(manifest, { with: { type: 'json' } })) as { default: FlowLogsMade };
  return { folder, made };
}

const mega = (bytes: number): string => (bytes / 1e6).toFixed(0);

/** Every program of a set, as it was measured. */
function report(title: string, { made }: DataSet, results: readonly Measured[]): void {
  const base = results[0] as Measured;
  const size = `${made.records} records, ${mega(made.textBytes)} MB of text, ${mega(made.gzipBytes)} MB gzip`;
  const heads = [`of ${base.name}`, 'its cpu', 'wall s', 'cpu s', 'ns/record', 'peak MB'];
  console.log(`\n${title}: ${size}\n`);
  console.log(`${'program'.padEnd(18)}${heads.map((head) => head.padStart(11)).join('')}`);
  for (const { name, wallSeconds, cpuSeconds, peakMegabytes } of results) {
    const cells = [
      (wallSeconds / base.wallSeconds).toFixed(2),
      (cpuSeconds / base.cpuSeconds).toFixed(2),
      wallSeconds.toFixed(2),
      cpuSeconds.toFixed(2),
      ((wallSeconds * 1e9) / made.records).toFixed(0),
      peakMegabytes.toFixed(0),
    ];
    console.log(`${name.padEnd(18)}${cells.map((cell) => cell.padStart(11)).join('')}`);
  }
}

const say = (): string =>
  loadavg()
    .map((load) => load.toFixed(1))
    .join(' ');

async function main(): Promise<void> {
  mkdirSync(values.folder, { recursive: true });
  const records = Number(values.records);
  const options = { rounds: Number(values.rounds), isFirst: values.first };
  const peers: Peers = values.peers === 'none' ? { npm: null, python: null } : installPeers(values.folder);
  const v2 = await dataSet('v2', { format: 'v2', records, seed: 1, shards: 10 });
  const custom = await dataSet('custom', { format: 'custom', records: records / 3, seed: 2, shards: 6 });
  const small = await dataSet('small', { format: 'v2', records: records / 10, seed: 3, shards: 2 });
  const machine = `${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, node ${process.version}`;
  console.log(`${machine}, medians of ${options.rounds}, load before ${say()}`);

  const engines = ['wasm', 'plain'] as const;
  const both = (data: string): Program[] =>
    [1, 2].flatMap((threads) => engines.map((engine) => ours(data, engine, threads)));
  const ofPeers = peers.npm ? npmPeers(peers.npm, v2.folder) : [];
  const v2Results = measureInTurns([gunzip(v2.folder), ...both(v2.folder), ...ofPeers], options);
  report('Default format', v2, v2Results);
  const customResults = measureInTurns([gunzip(custom.folder), ...both(custom.folder)], options);
  report('23 fields', custom, customResults);
  // flowlogs-reader takes minutes for what the others take seconds: a tenth of the records, once.
  const slow = peers.python
    ? measureInTurns([flowlogsReader(peers.python, small.folder)], { ...options, rounds: 1 })
    : [];
  if (slow.length > 0) report('A tenth of the records', small, slow);

  /** At full length, where starting a process no longer counts: seconds per record of each. */
  const readerFactor = (engine: Engine): number => {
    const own = v2Results.find(({ name }) => name === `${engine} 1`)?.wallSeconds ?? Number.NaN;
    return (slow[0]?.wallSeconds ?? Number.NaN) / small.made.records / (own / v2.made.records);
  };
  console.log(`\nload after ${say()}\n`);
  console.log(targetTable({ v2: v2Results, custom: customResults, readerFactor }));
  if (peers.npm && !(await compareWithSql(small.folder, peers.npm))) process.exitCode = 1;
}

if (values.help) console.log(HELP);
else await main();
