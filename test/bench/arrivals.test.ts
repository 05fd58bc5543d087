import { expect, it } from 'vitest';
import { drawDelayMs } from '../../bench/eval/arrivals.ts';
import { quantile } from '../../bench/eval/statistics.ts';
import { createRandom } from '../../shared/core/simulate/random.ts';

const MINUTE_MS = 60_000;

it.each([
  ['flow-log', 's3', 6, 20, 11],
  ['flow-log', 'cloudwatch', 4, 8, 6],
  ['metric', 's3', 1, 3, 2],
  ['app-log', 's3', 5 / 60, 15 / 60, 10 / 60],
] as const)('%s by way of %s takes %d to %d minutes', (kind, target, low, high, median) => {
  const random = createRandom(`${kind}/${target}`);
  const delays = Array.from({ length: 2000 }, () => drawDelayMs(kind, target, random) / MINUTE_MS);
  expect(Math.min(...delays)).toBeGreaterThanOrEqual(low);
  expect(Math.max(...delays)).toBeLessThanOrEqual(high);
  expect(Math.abs((quantile(delays, 0.5) ?? 0) - median)).toBeLessThan(median * 0.05);
});
