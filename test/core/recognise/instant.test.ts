import { expect, test } from 'vitest';
import { instantOf } from '../../../shared/core/recognise/instant.ts';

const TEN = Date.UTC(2026, 0, 1, 10);

test.each([
  ['2026-01-01T10:00:00Z', TEN],
  ['2026-01-01T10:00:00.000Z', TEN],
  ['2026-01-01T10:00:00+00:00', TEN],
  ['2026-01-01T11:30:00+01:30', TEN],
  ['2026-01-01T10:00:00', TEN],
  ['2026-01-01 10:00:00', TEN],
  [TEN, TEN],
  [TEN / 1000, TEN],
  ['yesterday', null],
  ['2026-01-99T10:00:00Z', null],
  [Number.NaN, null],
  [-1, null],
  [null, null],
])('%s', (value, expected) => {
  expect(instantOf(value)).toBe(expected);
});
