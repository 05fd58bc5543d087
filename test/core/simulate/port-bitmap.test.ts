import { assert, constantFrom, integer, property, uniqueArray } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPortBitmap, findFree, isTaken, release, take } from '../../../shared/core/simulate/port-bitmap.ts';

const port = integer({ min: 0, max: 65_535 });

describe('findFree', () => {
  it('finds what a plain search finds', () => {
    assert(
      property(
        uniqueArray(port, { maxLength: 300 }),
        port,
        port,
        port,
        constantFrom('any' as const, 'even' as const, 'odd' as const),
        (taken, a, b, start, parity) => {
          const range = { low: Math.min(a, b), high: Math.min(Math.min(a, b) + 400, Math.max(a, b)) };
          const from = Math.min(range.high, Math.max(range.low, start));
          const bitmap = createPortBitmap();
          for (const each of taken) take(bitmap, each);
          const order = [];
          for (let at = from; at <= range.high; at += 1) order.push(at);
          for (let at = range.low; at < from; at += 1) order.push(at);
          const fits = (at: number): boolean =>
            !taken.includes(at) && (parity === 'any' || at % 2 === (parity === 'odd' ? 1 : 0));
          expect(findFree(bitmap, null, range, from, parity)).toBe(order.find(fits) ?? -1);
        },
      ),
    );
  });

  it('gives a released port out again', () => {
    const bitmap = createPortBitmap();
    take(bitmap, 4095);
    expect(isTaken(bitmap, 4095)).toBe(true);
    release(bitmap, 4095);
    expect(findFree(bitmap, null, { low: 4095, high: 4095 }, 4095, 'any')).toBe(4095);
  });
});
