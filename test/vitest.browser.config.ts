import { defineConfig } from 'vitest/config';

/** The console in a real Chromium: `npm run test:browser`. Without one the tests are skipped, and say so. */
export default defineConfig({
  root: new URL('..', import.meta.url).pathname,
  test: {
    include: ['test/console/**/*.browser.ts'],
    env: { TZ: 'Asia/Kathmandu' },
    testTimeout: 60_000,
    hookTimeout: 60_000,
    fileParallelism: false,
  },
});
