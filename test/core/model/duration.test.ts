import { expect, test } from 'vitest';
import { durationBetween } from '../../../shared/core/model/duration.ts';

test.each([
  ['2026-01-01T10:04:00Z', '2026-01-01T10:54:00Z', '50 minutes'],
  ['2026-01-01T10:04:00Z', '2026-01-01T13:24:30Z', '3 hours 20 minutes'],
  ['2026-01-01T10:04:00Z', '2026-01-01T10:04:20Z', '1 minute'],
  // Over a change of clocks in many zones: an hour is an hour.
  ['2026-03-28T23:00:00Z', '2026-03-29T03:00:00Z', '4 hours'],
])('%s to %s takes %s', (from, to, text) => {
  expect(durationBetween(from, to)).toBe(text);
});
