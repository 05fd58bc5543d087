import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { buildConsole } from '../../../shared/local/serve/build-console.ts';

const LIMIT_BYTES = 60_000;

it('weighs at most 60 kB gzipped, and asks nothing of anybody else', async () => {
  const { html, css, js } = await buildConsole();
  const bytes = [html, css, js].reduce((sum, text) => sum + gzipSync(text).length, 0);
  expect(bytes).toBeLessThanOrEqual(LIMIT_BYTES);
  expect(css).not.toMatch(/url\(|@import/);
  for (const [address] of js.matchAll(/https?:\/\/[\w.]+/g)) expect(address).toMatch(/^http:\/\/www\.w3\.org/);
});
