import { execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { bundleFunction } from '../../cdk/bundle.ts';
import { FUNCTION_NAMES } from '../../cdk/constructs/freeport-function.ts';

/** What ingest and analysis load at a cold start, at most. */
export const BUNDLE_BYTES = 450_000;

export type BundleFigures = {
  readonly name: string;
  readonly entryBytes: number;
  readonly totalBytes: number;
  readonly importMs: number;
  readonly carriesEc2: boolean;
};

const RUNS = 9;

const NAMES =
  'STORE_BUCKET PART_INDEX_TABLE FINDING_TABLE EMAIL_TOPIC_ARN MACHINE_TOPIC_ARN EVENT_BUS_NAME SLACK_SECRET_ARN ' +
  'SLACK_CHANNEL SLACK_API_URL PORT_ALARM_PREFIX OWN_LOG_PREFIXES LOG_FILTER_NAME LOG_DESTINATION_ARN';

const ENVIRONMENT: Readonly<Record<string, string>> = {
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'a',
  AWS_SECRET_ACCESS_KEY: 'b',
  FREEPORT_ANALYSIS_SETTINGS: '{}',
  FREEPORT_LOG_GROUPS: '{"prefixes":[],"tag":null,"exclude":[],"withTimeouts":[]}',
  ...Object.fromEntries(NAMES.split(' ').map((name) => [`FREEPORT_${name}`, 'x'])),
};

const COUNTS = ['RETENTION_DAYS', 'HORIZON_MINUTES', 'LEASE_SECONDS'];

/** Bytes of each bundle, and the median processor time of its import in a new process: module loading and the building of services. */
export async function measureBundles(): Promise<BundleFigures[]> {
  const figures: BundleFigures[] = [];
  for (const name of FUNCTION_NAMES) {
    const folder = mkdtempSync(join(tmpdir(), 'freeport-bench-'));
    const { metafile } = await bundleFunction(name, folder, true);
    const times = Array.from({ length: RUNS }, () => importMs(join(folder, 'index.mjs'))).toSorted((a, b) => a - b);
    figures.push({
      name,
      entryBytes: bytesAtStart(metafile.outputs),
      totalBytes: sum(Object.values(metafile.outputs).map(({ bytes }) => bytes)),
      importMs: times[Math.floor(RUNS / 2)] ?? Number.NaN,
      carriesEc2: Object.values(metafile.outputs).some(({ inputs }) =>
        Object.entries(inputs).some(([file, { bytesInOutput }]) => file.includes('/client-ec2/') && bytesInOutput > 0),
      ),
    });
  }
  return figures;
}

type Outputs = Awaited<ReturnType<typeof bundleFunction>>['metafile']['outputs'];

/** Bytes of `index.mjs` and of what it imports, but for what is loaded when it is asked for. */
export function bytesAtStart(outputs: Outputs): number {
  const loaded = new Set(Object.keys(outputs).filter((path) => basename(path) === 'index.mjs'));
  for (const path of loaded)
    for (const { path: imported, kind } of outputs[path]?.imports ?? [])
      if (kind === 'import-statement' && imported in outputs) loaded.add(imported);
  return sum([...loaded].map((path) => outputs[path]?.bytes ?? 0));
}

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

function importMs(file: string): number {
  const script = `const t=process.cpuUsage();await import(${JSON.stringify(file)});const {user,system}=process.cpuUsage(t);console.log((user+system)/1000)`;
  const counts = Object.fromEntries(COUNTS.map((name) => [`FREEPORT_${name}`, '5']));
  const env = { PATH: process.env['PATH'], ...ENVIRONMENT, ...counts };
  return Number(execFileSync(process.execPath, ['--input-type=module', '-e', script], { env, encoding: 'utf8' }));
}
