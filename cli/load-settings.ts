import { readFile } from 'node:fs/promises';
import * as z from 'zod/mini';
import en from 'zod/v4/locales/en.js';
import { DEFAULT_SETTINGS, settingsSchema } from '../shared/core/model/settings.ts';
import type { Settings } from '../shared/core/model/settings.ts';
import { reasonOf } from '../shared/local/files/reason-of.ts';
import { UserError } from './user-error.ts';

const ISSUES_LIMIT = 10;

/** Settings from a file, and what the command line says on top. Throws `UserError` naming the setting and the file. */
export async function loadSettings(options: {
  readonly config?: string | undefined;
  readonly natGateway?: string | undefined;
}): Promise<Settings> {
  const settings = options.config === undefined ? DEFAULT_SETTINGS : await settingsIn(options.config);
  return options.natGateway === undefined ? settings : { ...settings, natGateway: options.natGateway };
}

async function settingsIn(path: string): Promise<Settings> {
  const given = await readJson(path);
  z.config(en());
  const parsed = settingsSchema.safeParse(given);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.slice(0, ISSUES_LIMIT).map(({ path: at, message }) => {
    const where = at.map(String).join('.');
    return `  ${where === '' ? '' : `${where}: `}${message}`;
  });
  throw new UserError(
    `the settings ${path} are not valid:\n${problems.join('\n')}\ndocs/settings.schema.json describes every setting.`,
  );
}

/** Throws `UserError` for a file that cannot be read or is no JSON. */
export async function readJson(path: string): Promise<object> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new UserError(`cannot read the settings ${path}: ${reasonOf(error)}`);
  });
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return value;
  } catch (error) {
    throw new UserError(`the settings ${path} are not JSON: ${reasonOf(error)}`);
  }
  throw new UserError(`the settings ${path} are not a JSON object`);
}
