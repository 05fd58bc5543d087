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

type Method = { readonly name: string; readonly isOwn: boolean; run(path: string, bytes: Uint8Array): number };

/** Hands on what lies in memory already, as a decompressor or a network does: the scan's own speed. */
function eachPiece(bytes: Uint8Array, push: (piece: Uint8Array) => void): void {
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES) push(bytes.subarray(at, at + CHUNK_BYTES));
}

/** Every event found, from bytes to rows. */
function eventsFrom(path: string, feed: (push: (bytes: Uint8Array) => void) => void): number {
  const reader = createLogReader({ file: path, logSource: { group: path, stream: null, service: null } });
  feed((bytes) => reader.push(bytes));
  const rows = reader.finish().scopes.flatMap(({ observations }) => observations) as ConnectErrorMinute[];
  return rows.reduce((sum, row) => sum + row.eventIds.length, 0);
}

const METHODS: readonly Method[] = [
  {
    name: 'freeport: bytes to rows, full matching on hits',
    isOwn: true,
    run: (path, bytes) => eventsFrom(path, (push) => eachPiece(bytes, push)),
  },
  {
    name: 'freeport: the same with reading the file',
    isOwn: true,
    run: (path) => eventsFrom(path, (push) => eachChunk(path, push)),
  },
  {
    name: 'freeport: prefilter alone',
    isOwn: true,
    run(_, bytes) {
      let hits = 0;
      const blocks = createBlockReader(
        ALL_NEEDLES,
        () => 'surely',
        (block) => void (hits += block.hits.length),
      );
      eachPiece(bytes, blocks.push);
      blocks.finish();
      return hits;
    },
  },
  {
    name: 'ripgrep -c -i -F, the same texts',
    isOwn: false,
    run: (path) => counted('rg', ['-c', '-i', '-F', '-f', needleFile, path]),
  },
];

const needleFile = join(folder, 'needles.txt');

function counted(command: string, args: readonly string[]): number {
  const { stdout, error } = spawnSync(command, [...args], { encoding: 'utf8' });
  if (error) throw new Error(`${command}: ${error.message} (apt-get install ripgrep)`);
  return Number(stdout);
}

type Seconds = { readonly wall: number; readonly cpu: number };

/** What every round of every method took, interleaved, so that a busy machine is busy for all of them. */
function measure(path: string, bytes: Uint8Array): ReadonlyMap<Method, readonly Seconds[]> {
  const seconds = new Map<Method, Seconds[]>(METHODS.map((method) => [method, []]));
  for (let round = 0; round < ROUNDS; round += 1)
    for (const [method, list] of seconds) {
      const [wall, cpu] = [performance.now(), process.cpuUsage()];
      method.run(path, bytes);
      const { user, system } = process.cpuUsage(cpu);
      list.push({ wall: (performance.now() - wall) / 1e3, cpu: (user + system) / 1e6 });
    }
  return seconds;
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

function report(kind: LogKind): boolean {
  const path = join(folder, `${kind}.log`);
  const { bytes, lines, failures } = benchLog(kind, SIZE);
  writeFileSync(path, bytes);
  const hits = METHODS.map((method) => method.run(path, bytes));
  const size = `${(bytes.length / 1e6).toFixed(0)} MB, ${lines} lines, ${failures} failures`;
  console.log(`\n${kind}: ${size}; a first round warms up`);
  const seconds = measure(path, bytes);
  const rate = (method: Method, of: 'wall' | 'cpu'): number =>
    bytes.length / median((seconds.get(method) ?? []).map((each) => each[of])) / 1e9;
  const peer = rate(METHODS.at(-1) as Method, 'wall');
  METHODS.forEach((method, at) => {
    const wall = rate(method, 'wall');
    const cpu = method.isOwn ? `${rate(method, 'cpu').toFixed(2)} per CPU second` : '';
    const figures = `${wall.toFixed(2)} GB/s  ${(wall / peer).toFixed(1)} x ripgrep  ${hits[at]} events  ${cpu}`;
    console.log(`  ${method.name.padEnd(50)} ${figures}`);
  });
  const whole = METHODS[0] as Method;
  const reached = rate(whole, 'cpu') >= GOAL_GB_PER_SECOND && rate(whole, 'wall') >= GOAL_TIMES_RIPGREP * peer;
  console.log(
    `  goal ${GOAL_GB_PER_SECOND} GB per core's second and ${GOAL_TIMES_RIPGREP} x ripgrep: ${reached ? 'reached' : 'missed'}`,
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
