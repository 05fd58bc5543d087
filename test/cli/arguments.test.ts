import { expect, test } from 'vitest';
import { durationMs, instantMs, natGatewayId, partOfWhole, wholeNumberUpTo } from '../../cli/arguments.ts';

test.each<[string, (text: string) => unknown, unknown]>([
  ['75', partOfWhole, 0.75],
  ['75%', partOfWhole, 0.75],
  ['0.75', partOfWhole, 0.75],
  ['0.5%', partOfWhole, 0.005],
  ['1', partOfWhole, 0.01],
  ['100', partOfWhole, 1],
  ['30m', durationMs, 1_800_000],
  ['7d', durationMs, 604_800_000],
  ['12', wholeNumberUpTo(12), 12],
  ['2026-01-01T10:00:00Z', instantMs, 1_767_261_600_000],
  ['nat-0123456789abcdef0', natGatewayId, 'nat-0123456789abcdef0'],
])('%s', (text, parse, value) => expect(parse(text)).toBe(value));

test.each<[string, (text: string) => unknown]>([
  ['101', partOfWhole],
  ['0', partOfWhole],
  ['-3', partOfWhole],
  ['many', partOfWhole],
  ['', partOfWhole],
  ['7w', durationMs],
  ['13', wholeNumberUpTo(12)],
  ['1.5', wholeNumberUpTo(12)],
  ['soon', instantMs],
  ['eni-1', natGatewayId],
])('%s is refused', (text, parse) => expect(() => parse(text)).toThrow(/^give /));
