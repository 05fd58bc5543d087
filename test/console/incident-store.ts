import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { analyzePaths } from '../../cli/analyze-paths.ts';
import type { Analysis } from '../../shared/core/finding/schema.ts';
import { settingsSchema } from '../../shared/core/model/settings.ts';

const INCIDENTS = fileURLToPath(new URL('../fixtures/incidents/', import.meta.url));

/** Analyses a recorded incident into a store, with the settings it needs. */
export async function analyzeIncident(incident: string, storePath: string): Promise<Analysis> {
  const folder = join(INCIDENTS, incident);
  const settings = settingsSchema.parse(JSON.parse(readFileSync(join(folder, 'freeport.json'), 'utf8')));
  const paths = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== 'freeport.json')
    .map(({ name }) => join(folder, name));
  return analyzePaths({ paths, settings, storePath, nowMs: null });
}
