import './require-node.mjs';
import { mkdir, readdir } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { settingsSchema } from '../shared/core/model/settings.ts';
import type { Settings } from '../shared/core/model/settings.ts';
import { DEFAULT_PORT, startServer } from '../shared/local/serve/serve.ts';
import { analyzePaths } from './analyze-paths.ts';
import { EXIT_RUN_FAILED } from './exit-codes.ts';
import { readJson } from './load-settings.ts';
import { textOf } from './print.ts';
import { untilInterrupted } from './until-interrupted.ts';

/** `npm start`: analyses the recorded incidents that ship with the project, prints the findings, and serves them. */

const PROJECT = fileURLToPath(new URL('..', import.meta.url));
const INCIDENTS = join(PROJECT, 'test/fixtures/incidents');
/** Further recordings are for tests: their hosts have the same addresses, and would run into each other. */
const SHOWN = ['host-churn', 'nat-exhaustion'];
const STORE = join(PROJECT, '.freeport/demo.db');
const SETTINGS_FILE = 'freeport.json';

const STORY = `Two incidents, recorded by real programs in network namespaces (test/fixtures/incidents):
nat-exhaustion: a service slows down, and three clients run their NAT gateway out of its 128 ports.
host-churn: a host opens connections faster than its 300 ports come back. Its application log was written by another
clock than its flow records, so they come as two findings, and the log's says what it lacks.
`;

type Incidents = { readonly paths: readonly string[]; readonly settings: Settings };

/** What an engineer would have exported, and the settings that each recording needs, laid over each other. */
async function findIncidents(): Promise<Incidents> {
  const paths: string[] = [];
  let settings: object = {};
  for (const incident of SHOWN) {
    for (const file of await filesIn(join(INCIDENTS, incident))) {
      if (file.endsWith(SETTINGS_FILE)) settings = { ...settings, ...(await readJson(file)) };
      else paths.push(relative(process.cwd(), file));
    }
  }
  return { paths, settings: settingsSchema.parse(settings) };
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(folder, entry.name))
    .sort();
}

async function serveUntilInterrupted(port: number): Promise<void> {
  const onFailure = (error: unknown): void => void process.stderr.write(`freeport: ${messageOf(error)}\n`);
  const served = await startServer({ storePath: STORE, port, onFailure });
  process.stdout.write(`\nFreeport serves these findings on ${served.url} (Ctrl-C ends it)\n`);
  await untilInterrupted();
  await served.close();
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { once: { type: 'boolean', default: false }, port: { type: 'string', default: String(DEFAULT_PORT) } },
  });
  await mkdir(dirname(STORE), { recursive: true });
  const { paths, settings } = await findIncidents();
  const analysis = await analyzePaths({ paths, settings, storePath: STORE, nowMs: null });
  process.stdout.write(`${STORY}\n${textOf(analysis, 'table', process.stdout)}`);
  if (!values.once) await serveUntilInterrupted(Number(values.port));
}

try {
  await main();
} catch (error) {
  process.stderr.write(`freeport: ${messageOf(error)}\n`);
  process.exitCode = EXIT_RUN_FAILED;
}
