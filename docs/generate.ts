/** Writes the documents that are made from code. `npm run docs` writes them; a test says when they are stale. */
import { writeFileSync } from 'node:fs';
import * as z from 'zod/mini';
import { analysisSchema } from '../shared/core/finding/schema.ts';
import { settingsSchema } from '../shared/core/model/settings.ts';

const documents: Readonly<Record<string, () => object>> = {
  'analysis.schema.json': () => ({ title: 'freeport analyze --format json', ...z.toJSONSchema(analysisSchema) }),
  'settings.schema.json': () => ({ title: 'freeport settings', ...z.toJSONSchema(settingsSchema, { io: 'input' }) }),
};

export const generated = (): [name: string, text: string][] =>
  Object.entries(documents).map(([name, make]) => [name, `${JSON.stringify(make(), null, 2)}\n`]);

if (import.meta.main) {
  for (const [name, text] of generated()) writeFileSync(new URL(name, import.meta.url), text);
}
