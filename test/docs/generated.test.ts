import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { generated } from '../../docs/generate.ts';

test.each(generated())('docs/%s is what the code says (else: npm run docs)', (name, text) => {
  expect(readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8')).toBe(text);
});
