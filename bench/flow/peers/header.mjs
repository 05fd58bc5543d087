import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

/** The header line of the first object in a folder. */
export function headerOf(folder) {
  const first = readdirSync(folder)
    .filter((name) => name.endsWith('.gz'))
    .sort()[0];
  return gunzipSync(readFileSync(join(folder, first)))
    .toString('latin1')
    .split('\n', 1)[0];
}
