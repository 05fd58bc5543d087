import { spawnSync } from 'node:child_process';
import { mkdtempSync, openSync, readSync, closeSync, rmSync, writeFileSync, existsSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogReader } from '../../shared/core/app-log/log-reader.ts';
import { ALL_NEEDLES } from '../../shared/core/app-log/match-signature.ts';
import { distinctNeedles } from '../../shared/core/app-log/needle-scanner.ts';
import { createBlockReader } from '../../shared/core/app-log/read-blocks.ts';
import type { ConnectErrorMinute } from '../../shared/core/model/observation.ts';
import { benchLog, type LogKind } from './bench-lines.ts';

// npm run bench:signatures. Options: --mb 256 --rounds 7
const option = (name: string, fallback: number): number => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? fallback : Number(process.argv[at + 1]);
};
const SIZE = option('mb', 256) * 1_000_000;
const ROUNDS = option('rounds', 7);
const CHUNK_BYTES = 262_144;
const GOAL_GB_PER_SECOND = 1.5;
const GOAL_TIMES_RIPGREP = 3;

const folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'freeport-signatures-'));
const chunk = new Uint8Array(CHUNK_BYTES);

/** Reads a file as the command line does, into one buffer, and hands it on. */
function eachChunk(path: string, push: (bytes: Uint8Array) => void): void {
  const file = openSync(path, 'r');
  for (let read = readSync(file, chunk); read > 0; read = readSync(file, chunk)) push(chunk.subarray(0, read));
  closeSync(file);
}

type Method = { readonly name: string; run(path: string): number };

const METHODS: readonly Method[] = [
  {
    name: 'freeport: file to rows, full matching on hits',
    run(path) {
      const reader = createLogReader({ file: path, logSource: { group: path, stream: null, service: null } });
      eachChunk(path, reader.push);
      const rows = reader.finish().scopes.flatMap(({ observations }) => observations) as ConnectErrorMinute[];
      return rows.reduce((sum, row) => sum + row.eventIds.length, 0);
    },
  },
  {
    name: 'freeport: prefilter alone',
    run(path) {
      let hits = 0;
      const blocks = createBlockReader(
        ALL_NEEDLES,
        () => true,
        (block) => void (hits += block.hits.length),
      );
      eachChunk(path, blocks.push);
      blocks.finish();
      return hits;
    },
  },
  {
    name: 'ripgrep -c -i -F, the same texts',
    run: (path) => counted('rg', ['-c', '-i', '-F', '-f', needleFile, path]),
  },
];

const needleFile = join(folder, 'needles.txt');

function counted(command: string, args: readonly string[]): number {
  const { stdout, error } = spawnSync(command, [...args], { encoding: 'utf8' });
  if (error) throw new Error(`${command}: ${error.message} (apt-get install ripgrep)`);
  return Number(stdout);
}

/** Seconds of every round of every method, interleaved, so that a busy machine is busy for all of them. */
function measure(path: string): ReadonlyMap<Method, readonly number[]> {
  const seconds = new Map<Method, number[]>(METHODS.map((method) => [method, []]));
  for (let round = 0; round < ROUNDS; round += 1)
    for (const [method, list] of seconds) {
      const before = performance.now();
      method.run(path);
      list.push((performance.now() - before) / 1000);
    }
  return seconds;
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

function report(kind: LogKind): boolean {
  const path = join(folder, `${kind}.log`);
  const { bytes, lines, failures } = benchLog(kind, SIZE);
  writeFileSync(path, bytes);
  const hits = METHODS.map((method) => method.run(path));
  console.log(
    `\n${kind}: ${(bytes.length / 1e6).toFixed(0)} MB, ${lines} lines, ${failures} failures; first round warms up`,
  );
  const seconds = measure(path);
  const rates = METHODS.map((method) => bytes.length / median(seconds.get(method) ?? []) / 1e9);
  METHODS.forEach((method, at) => {
    const times = (rates[at] ?? 0) / (rates.at(-1) ?? 1);
    console.log(
      `  ${method.name.padEnd(48)} ${(rates[at] ?? 0).toFixed(2).padStart(6)} GB/s  ${times.toFixed(1)} x ripgrep  ${hits[at]} events`,
    );
  });
  const [whole = 0] = rates;
  const reached = whole >= GOAL_GB_PER_SECOND && whole >= GOAL_TIMES_RIPGREP * (rates.at(-1) ?? 0);
  console.log(
    `  goal ${GOAL_GB_PER_SECOND} GB/s and ${GOAL_TIMES_RIPGREP} x ripgrep: ${reached ? 'reached' : 'missed'}`,
  );
  return reached;
}

try {
  writeFileSync(needleFile, `${distinctNeedles(ALL_NEEDLES).join('\n')}\n`);
  console.log(
    `${cpus()[0]?.model ?? 'unknown processor'}, Node ${process.version}, medians of ${ROUNDS} interleaved rounds`,
  );
  const reached = (['json', 'plain'] as const).map(report);
  process.exitCode = reached.every(Boolean) ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
