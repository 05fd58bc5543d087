import { expect, test } from 'vitest';
import { logSourceName } from '../../../shared/local/files/log-source-name.ts';

test.each([
  ['app.log', 'app.log'],
  ['app.log.1', 'app.log'],
  ['web/app.log.2.gz', 'web/app.log'],
  ['app.log-20261112', 'app.log'],
  ['app.log-20261112.gz', 'app.log'],
  ['app.log.2026-11-12', 'app.log'],
  ['app-2026-11-12.log', 'app-2026-11-12.log'],
  ['exported/8f3c/app-checkout-0123/000000.gz', 'exported/8f3c/app-checkout-0123'],
  ['exported/8f3c/app-checkout-0123/000001.gz', 'exported/8f3c/app-checkout-0123'],
  ['000000.gz', '000000'],
  ['20261112', '20261112'],
  ['web/20261112.gz', 'web/20261112'],
  ['stdin', 'stdin'],
])('%s is of the log %s', (file, log) => {
  expect(logSourceName(file)).toBe(log);
});
