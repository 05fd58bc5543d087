import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Counts the modules of packages that a command loads before it does anything. */
const COUNT = `
import { registerHooks } from 'node:module';
let count = 0;
registerHooks({
  load(url, context, next) {
    if (url.includes('/node_modules/')) count += 1;
    return next(url, context);
  },
});
await import('./cli/commands/' + process.argv[1] + '.ts');
console.log(count);
`;

/** The whole of a library loaded for one of its functions is a second and three hundred megabytes at every start. */
test.each([
  ['analyze', 150],
  ['flows', 50],
])('%s begins with few modules of packages', (command, most) => {
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', COUNT, command], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  expect(Number(stdout)).toBeGreaterThan(0);
  expect(Number(stdout)).toBeLessThan(most);
});
