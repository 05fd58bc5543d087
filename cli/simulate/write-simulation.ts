import { appendFile, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Delivery } from '../../shared/core/simulate/deliveries.ts';
import type { Scenario } from '../../shared/core/simulate/scenario.ts';
import { simulateTo, type SimulateOptions, type Simulated } from '../../shared/core/simulate/simulate.ts';
import { UserError } from '../user-error.ts';

const KINDS = { flows: 'flow-log', metrics: 'metric', logs: 'app-log' } as const;

export type Written = Simulated & { readonly files: number; readonly bytes: number };

/** Plays the scenario and writes its files below `folder`, `truth.json` and `freeport.json` (its settings) beside them. */
export async function writeSimulation(
  scenario: Scenario,
  options: SimulateOptions,
  folder: string,
  { force, only }: { readonly force: boolean; readonly only: keyof typeof KINDS | null },
): Promise<Written> {
  await prepareFolder(folder, force);
  const deliveries: Delivery[] = [];
  const simulated = simulateTo(scenario, options, (delivery) => {
    const isWanted = only === null || delivery.kind === 'inventory' || delivery.kind === KINDS[only];
    if (isWanted) deliveries.push(compressed(delivery));
  });
  const paths = new Set<string>();
  let bytes = 0;
  for (const delivery of deliveries) {
    const path = join(folder, delivery.path);
    const isMore = paths.has(path) && delivery.kind === 'app-log';
    if (!paths.has(path)) await mkdir(dirname(path), { recursive: true });
    await (isMore ? appendFile(path, delivery.bytes) : writeFile(path, delivery.bytes));
    paths.add(path);
    bytes += delivery.bytes.length;
  }
  await writeFile(join(folder, 'truth.json'), `${JSON.stringify(simulated.truth, null, 2)}\n`);
  await writeFile(join(folder, 'freeport.json'), `${JSON.stringify(simulated.settings, null, 2)}\n`);
  return { ...simulated, files: paths.size + 2, bytes };
}

/** S3 objects are kept compressed from the start: a long simulation would not fit in memory as text. */
const compressed = (delivery: Delivery): Delivery =>
  delivery.path.endsWith('.gz') ? { ...delivery, bytes: gzipSync(delivery.bytes) } : delivery;

async function prepareFolder(folder: string, force: boolean): Promise<void> {
  await mkdir(folder, { recursive: true });
  const entries = await readdir(folder);
  if (entries.length === 0) return;
  if (!force)
    throw new UserError(`${folder} is not empty: name another folder, or pass --force to replace its simulation`);
  for (const entry of SIMULATION_ENTRIES) await rm(join(folder, entry), { recursive: true, force: true });
}

/** What a simulation writes at the top of its folder, and so all that `--force` removes. */
const SIMULATION_ENTRIES = ['flow-logs', 'logs', 'metrics', 'inventory', 'truth.json', 'freeport.json'] as const;
