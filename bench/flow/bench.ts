import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { makeFlowLogs, type FlowLogOptions, type FlowLogsMade } from './make-flow-logs.ts';
import { measureInTurns, type Measured, type Program } from './measure.ts';
import { flowlogsReader, gzipFiles, installPeers, npmPeers, type Peers } from './peers.ts';

/**
 * Measures `freeport flows` against gunzip, DuckDB, ClickHouse and flowlogs-reader: whole processes, in turns, ratios of
 * medians. `npm run bench:flow -- --help` says what can be set.
 */
const { values } = parseArgs({
  options: {
    records: { type: 'string', default: '6600000' },
    rounds: { type: 'string', default: '5' },
    folder: { type: 'string', default: join(tmpdir(), 'freeport-bench-flow') },
    peers: { type: 'string', default: 'all' },
    help: { type: 'boolean', default: false },
  },
});

const HELP = `node bench/flow/bench.ts [--records 6600000] [--rounds 5] [--folder TEMP] [--peers all|none]

Makes its data and installs its peers in the folder (about 1.5 GB), once, and prints a table.`;

const FLOWS = fileURLToPath(new URL('./flows.mjs', import.meta.url));

const ours = (data: string, engine: 'wasm' | 'plain', threads: number): Program => ({
  name: `freeport ${engine} ${threads}`,
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

function report(title: string, { made }: DataSet, results: readonly Measured[], floor: string): void {
  const base = results.find(({ name }) => name === floor);
  console.log(
    `\n${title}: ${made.records} records, ${mega(made.textBytes)} MB of text, ${mega(made.gzipBytes)} MB gzip\n`,
  );
  console.log(
    `${'program'.padEnd(18)}${[`of ${floor}`, 'wall s', 'cpu s', 'ns/record', 'peak MB'].map((head) => head.padStart(11)).join('')}`,
  );
  for (const { name, wallSeconds, cpuSeconds, peakMegabytes } of results) {
    const ratio = wallSeconds / (base?.wallSeconds ?? Number.NaN);
    const cells = [
      ratio.toFixed(2),
      wallSeconds.toFixed(2),
      cpuSeconds.toFixed(2),
      ((wallSeconds * 1e9) / made.records).toFixed(0),
      peakMegabytes.toFixed(0),
    ];
    console.log(`${name.padEnd(18)}${cells.map((cell) => cell.padStart(11)).join('')}`);
  }
}

const mega = (bytes: number): string => (bytes / 1e6).toFixed(0);

/** How many times slower a peer is than our best with as many threads. */
function reportPeers(results: readonly Measured[]): void {
  const wall = new Map(results.map(({ name, wallSeconds }) => [name, wallSeconds]));
  for (const engine of ['wasm', 'plain'])
    for (const [peer, threads] of [
      ['duckdb', 1],
      ['duckdb', 2],
      ['chdb', 1],
      ['chdb', 2],
    ] as const) {
      const ratio =
        (wall.get(`${peer} ${threads}`) ?? Number.NaN) / (wall.get(`freeport ${engine} ${threads}`) ?? Number.NaN);
      if (!Number.isNaN(ratio)) console.log(`${peer} with ${threads} against ${engine}: ${ratio.toFixed(1)} × slower`);
    }
}

async function main(): Promise<void> {
  mkdirSync(values.folder, { recursive: true });
  const records = Number(values.records);
  const rounds = Number(values.rounds);
  const peers: Peers = values.peers === 'none' ? { npm: null, python: null } : installPeers(values.folder);
  console.log(
    `${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, node ${process.version}, medians of ${rounds}`,
  );

  const v2 = await dataSet('v2', { format: 'v2', records, seed: 1, shards: 10 });
  const programs = [
    gunzip(v2.folder),
    ...[1, 2].flatMap((threads) => [ours(v2.folder, 'wasm', threads), ours(v2.folder, 'plain', threads)]),
  ];
  const results = measureInTurns([...programs, ...(peers.npm ? npmPeers(peers.npm, v2.folder) : [])], rounds);
  report('Default format', v2, results, 'gunzip');
  reportPeers(results);

  const custom = await dataSet('custom', { format: 'custom', records: records / 3, seed: 2, shards: 6 });
  const wide = [
    gunzip(custom.folder),
    ours(custom.folder, 'wasm', 1),
    ours(custom.folder, 'wasm', 2),
    ours(custom.folder, 'plain', 1),
  ];
  report('23 fields', custom, measureInTurns(wide, rounds), 'gunzip');

  if (!peers.python) return;
  // flowlogs-reader takes minutes for what the others take seconds: a tenth of the records, once, and rates.
  const small = await dataSet('small', { format: 'v2', records: records / 10, seed: 3, shards: 2 });
  const slow = measureInTurns(
    [ours(small.folder, 'wasm', 1), ours(small.folder, 'plain', 1), flowlogsReader(peers.python, small.folder)],
    1,
  );
  report('A tenth of the records', small, slow, 'freeport wasm 1');
  reportRates(slow, small, results, v2);
}

/** At full length, where starting a process no longer counts: records per second of each. */
function reportRates(slow: readonly Measured[], small: DataSet, results: readonly Measured[], v2: DataSet): void {
  const reader = slow.find(({ name }) => name === 'flowlogs-reader');
  if (!reader) return;
  for (const { name, wallSeconds } of results.filter((each) => /^freeport .* 1$/.test(each.name))) {
    const ratio = v2.made.records / wallSeconds / (small.made.records / reader.wallSeconds);
    console.log(`flowlogs-reader against ${name}, by records per second: ${ratio.toFixed(0)} × slower`);
  }
}

if (values.help) console.log(HELP);
else await main();
