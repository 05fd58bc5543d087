import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { CATALOGUE } from '../../../shared/core/app-log/catalogue.ts';

it('docs/signatures.md tells of every signature, its verdict and its certainty', () => {
  const document = readFileSync(new URL('../../../docs/signatures.md', import.meta.url), 'utf8').replace(/ +/g, ' ');
  const missing = CATALOGUE.flatMap(({ signatures }) => signatures)
    .map(({ id, verdict, certainty }) => `| \`${id}\` | ${verdict} | ${certainty} |`)
    .filter((row) => !document.includes(row));
  expect(missing).toEqual([]);
});
