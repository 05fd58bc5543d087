import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: new URL('..', import.meta.url).pathname,
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/system/**'],
    // Times are UTC everywhere; a zone far from it makes a local-time formatter fail loudly.
    env: { TZ: 'Asia/Kathmandu' },
    testTimeout: 30_000,
  },
});
