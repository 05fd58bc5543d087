import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { makeFlowLogs } from './make-flow-logs.ts';
import { measureInTurns, type Program } from './measure.ts';
import { makeDistinctKeys } from './make-distinct-keys.ts';

/**
 * Shows that time grows with the records and memory does not: logs of 1 to so many hours, and one minute of ten million
 * distinct keys. `node bench/flow/scale.ts [--hours 16] [--keys 10000000] [--folder TEMP]`
 */
const { values } = parseArgs({
  options: {
    hours: { type: 'string', default: '16' },
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

function firstHours(hours: number): string {
  const folder = join(values.folder, 'hours', `first-${hours}`);
  mkdirSync(folder, { recursive: true });
  for (let hour = 0; hour < hours; hour += 1) {
    const from = join(values.folder, 'hours', `hour-${hour}`);
    for (const name of readdirSync(from))
      if (!existsSync(join(folder, name))) symlinkSync(join(from, name), join(folder, name));
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
makeHours(hours);
for (const count of [1, 2, 4, 8, 16, 32].filter((each) => each <= hours)) {
  const [measured] = measureInTurns([flows(`${count} hours`, firstHours(count))], OPTIONS);
  if (measured) report(`${((count * HOUR_RECORDS) / 1e6).toFixed(1)} M records`, count * HOUR_RECORDS, measured);
}
const keys = Number(values.keys);
const distinct = join(values.folder, `keys-${keys}`);
if (!existsSync(distinct)) makeDistinctKeys(distinct, keys);
const [measured] = measureInTurns([flows('distinct keys', distinct)], OPTIONS);
if (measured) report(`${(keys / 1e6).toFixed(0)} M distinct keys`, keys, measured);
