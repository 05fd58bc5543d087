import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: new URL('..', import.meta.url).pathname,
  test: { include: ['test/system/**/*.test.ts'], testTimeout: 120_000, hookTimeout: 400_000, fileParallelism: false },
});
