import {
  appendFileSync,
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { makeFlowLogs } from './make-flow-logs.ts';
import { measureInTurns, type Program } from './measure.ts';
import { makeDistinctKeys } from './make-distinct-keys.ts';

/**
 * Shows that time grows with the records and memory does not: logs of 1 to so many hours of 6.6 million records
 * each, of which `made` are unlike, and one minute of ten million distinct keys.
 * `node bench/flow/scale.ts [--hours 16] [--made 8] [--keys 10000000] [--folder TEMP] [--threads 1] [--first]`
 */
const { values } = parseArgs({
  options: {
    hours: { type: 'string', default: '16' },
    made: { type: 'string', default: '8' },
    keys: { type: 'string', default: '10000000' },
    folder: { type: 'string', default: join(tmpdir(), 'freeport-bench-flow') },
    threads: { type: 'string', default: '1' },
    first: { type: 'boolean', default: false },
  },
});

const HOUR_RECORDS = 6_600_000;
const OPTIONS = { rounds: 1, isFirst: values.first };
const FLOWS = fileURLToPath(new URL('./flows.mjs', import.meta.url));

const flows = (name: string, path: string): Program => ({
  name,
  command: [process.execPath, FLOWS, path, '--by-minute', '--threads', values.threads],
});

/** Hour by hour into folders of their own, which logs of several hours link to. */
function makeHours(hours: number): void {
  for (let hour = 0; hour < hours; hour += 1) {
    const folder = join(values.folder, 'hours', `hour-${hour}`);
    if (existsSync(`${folder}.json`)) continue;
    console.error(`making hour ${hour + 1} of ${hours}`);
    const made = makeFlowLogs({ folder, format: 'v2', records: HOUR_RECORDS, seed: 1 + hour, shards: 10, hour });
    writeFileSync(`${folder}.json`, JSON.stringify(made));
  }
}

/** A sixth of the first hour, by its bytes: about a million records. */
function firstMillion(): { readonly folder: string; readonly records: number } {
  const from = join(values.folder, 'hours', 'hour-0');
  const folder = join(values.folder, 'hours', 'million');
  mkdirSync(folder, { recursive: true });
  const names = readdirSync(from).sort();
  const bytesOf = (name: string): number => statSync(join(from, name)).size;
  const all = names.reduce((sum, name) => sum + bytesOf(name), 0);
  let bytes = 0;
  for (const name of names) {
    if (bytes + bytesOf(name) > all / 6) continue;
    bytes += bytesOf(name);
    if (!existsSync(join(folder, name))) linkSync(join(from, name), join(folder, name));
  }
  return { folder, records: Math.round((HOUR_RECORDS * bytes) / all) };
}

/** Hours past those that were made are the same objects once more, each with a comment of its own: copies count once. */
function firstHours(hours: number): string {
  const folder = join(values.folder, 'hours', `first-${hours}-of-${values.made}`);
  mkdirSync(folder, { recursive: true });
  for (let hour = 0; hour < hours; hour += 1) {
    const from = join(values.folder, 'hours', `hour-${hour % made}`);
    const round = Math.floor(hour / made);
    for (const name of readdirSync(from)) {
      const to = join(folder, `${round}-${name}`);
      if (existsSync(to)) continue;
      if (round === 0) linkSync(join(from, name), to);
      else {
        copyFileSync(join(from, name), to);
        appendFileSync(to, gzipSync(`# ${hour} ${name}\n`));
      }
    }
  }
  return folder;
}

const report = (
  name: string,
  records: number,
  { wallSeconds, cpuSeconds, peakMegabytes }: ReturnType<typeof measureInTurns>[number],
): void =>
  console.log(
    `${name.padEnd(24)}${wallSeconds.toFixed(1).padStart(8)} s ${((cpuSeconds * 1e9) / records).toFixed(0).padStart(6)} ns of CPU per record ${peakMegabytes.toFixed(0).padStart(6)} MB at most`,
  );

const hours = Number(values.hours);
const made = Number(values.made);
makeHours(Math.min(hours, made));
const million = firstMillion();
const [first] = measureInTurns([flows('a million', million.folder)], OPTIONS);
if (first) report(`${(million.records / 1e6).toFixed(1)} M records`, million.records, first);
for (const count of [1, 2, 4, 8, 16, 32].filter((each) => each <= hours)) {
  const [measured] = measureInTurns([flows(`${count} hours`, firstHours(count))], OPTIONS);
  if (measured) report(`${((count * HOUR_RECORDS) / 1e6).toFixed(1)} M records`, count * HOUR_RECORDS, measured);
}
const keys = Number(values.keys);
const distinct = join(values.folder, `keys-${keys}`);
if (!existsSync(distinct)) makeDistinctKeys(distinct, keys);
const [measured] = measureInTurns([flows('distinct keys', distinct)], OPTIONS);
if (measured) report(`${(keys / 1e6).toFixed(0)} M distinct keys`, keys, measured);
