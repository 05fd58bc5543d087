import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { bundleFunction } from '../../cdk/bundle.ts';
import { FUNCTION_NAMES } from '../../cdk/constructs/freeport-function.ts';

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
    const sizes = readdirSync(folder).map((file) => [file, statSync(join(folder, file)).size] as const);
    const loaded = loadedAtStart(metafile);
    const times = Array.from({ length: RUNS }, () => importMs(join(folder, 'index.mjs'))).toSorted((a, b) => a - b);
    figures.push({
      name,
      entryBytes: sizes.reduce((sum, [file, size]) => (loaded.has(file) ? sum + size : sum), 0),
      totalBytes: sizes.reduce((sum, [, size]) => sum + size, 0),
      importMs: times[Math.floor(RUNS / 2)] ?? Number.NaN,
      carriesEc2: Object.values(metafile.outputs).some(({ inputs }) =>
        Object.entries(inputs).some(([file, { bytesInOutput }]) => file.includes('/client-ec2/') && bytesInOutput > 0),
      ),
    });
  }
  return figures;
}

/** The files that `index.mjs` imports, and what those import, but for what is loaded when it is asked for. */
function loadedAtStart({ outputs }: Awaited<ReturnType<typeof bundleFunction>>['metafile']): ReadonlySet<string> {
  const loaded = new Set<string>();
  const load = (path: string): void => {
    const output = outputs[path];
    if (output === undefined || loaded.has(basename(path))) return;
    loaded.add(basename(path));
    for (const { path: imported, kind } of output.imports) if (kind === 'import-statement') load(imported);
  };
  for (const path of Object.keys(outputs)) if (basename(path) === 'index.mjs') load(path);
  return loaded;
}

function importMs(file: string): number {
  const script = `const t=process.cpuUsage();await import(${JSON.stringify(file)});const {user,system}=process.cpuUsage(t);console.log((user+system)/1000)`;
  const counts = Object.fromEntries(COUNTS.map((name) => [`FREEPORT_${name}`, '5']));
  const env = { PATH: process.env['PATH'], ...ENVIRONMENT, ...counts };
  return Number(execFileSync(process.execPath, ['--input-type=module', '-e', script], { env, encoding: 'utf8' }));
}
