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
for (const each of process.argv.slice(1)) await import('./cli/' + each + '.ts');
console.log(count);
`;

/** The whole of a library loaded for one of its functions is a second and three hundred megabytes at every start. */
test.each([
  [['commands/analyze'], 150],
  [['commands/flows', 'flows/run-flows'], 50],
])('%s begins with few modules of packages', (modules, most) => {
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', COUNT, ...modules], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  expect(Number(stdout)).toBeGreaterThan(0);
  expect(Number(stdout)).toBeLessThan(most);
});
