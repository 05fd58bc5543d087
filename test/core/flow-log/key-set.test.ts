import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createKeySet } from '../../../shared/core/flow-log/rank/key-set.ts';

const keys = fc.array(
  fc.oneof(
    fc.maxSafeNat().map((n) => n % 2 ** 52),
    fc.nat(40),
  ),
  { maxLength: 3_000 },
);

describe('a set of keys', () => {
  it('holds what was added, and nothing else', () => {
    fc.assert(
      fc.property(keys, keys, (added, others) => {
        const set = createKeySet(10_000);
        for (const key of added) set.add(key);
        const expected = new Set(added);
        expect(set.size()).toBe(expected.size);
        for (const key of [...added, ...others]) expect(set.has(key)).toBe(expected.has(key));
      }),
      { numRuns: 50 },
    );
  });

  it('past its limit keeps the same sample in whatever order they come', () => {
    const many = Array.from({ length: 20_000 }, (_, i) => ((i * 2_654_435_761) % 2 ** 32) * 2 ** 20 + i);
    const [one, other] = [createKeySet(1_000), createKeySet(1_000)];
    for (const key of many) one.add(key);
    for (const key of many.toReversed()) other.add(key);
    expect(one.size()).toBeLessThanOrEqual(1_000);
    expect(one.size()).toBeGreaterThan(300);
    for (const key of many) expect(other.has(key)).toBe(one.has(key));
  });
});
