import { existsSync } from 'node:fs';
import { UserError } from './user-error.ts';

/** Where the commands that need a store look for one. */
export const DEFAULT_STORE = '.freeport/store.db';

/** SQLite would make an empty one of a path that was mistyped. */
export function requireStore(path: string): void {
  if (!existsSync(path))
    throw new UserError(`there is no store at ${path}: freeport analyze PATH --store ${path} makes one`);
}
