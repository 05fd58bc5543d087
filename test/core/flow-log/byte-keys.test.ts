import { describe, expect, it } from 'vitest';
import { createByteKeys, UNKNOWN_KEY } from '../../../shared/core/flow-log/engine/byte-keys.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('numbers known by bytes', () => {
  it('knows a text wherever it stands', () => {
    const keys = createByteKeys(10);
    keys.set(bytesOf('2001:db8::1'), 0, 11, 7);
    expect(keys.get(bytesOf('> 2001:db8::1 <'), 2, 13)).toBe(7);
  });

  it('knows neither a part of it nor another text of its length', () => {
    const keys = createByteKeys(10);
    keys.set(bytesOf('2001:db8::1'), 0, 11, 7);
    expect(keys.get(bytesOf('2001:db8::1'), 0, 10)).toBe(UNKNOWN_KEY);
    expect(keys.get(bytesOf('2001:db8::2'), 0, 11)).toBe(UNKNOWN_KEY);
  });

  it('keeps nothing of the bytes it was given', () => {
    const keys = createByteKeys(10);
    const lent = bytesOf('eni-1');
    keys.set(lent, 0, 5, 1);
    lent.fill(0);
    expect(keys.get(bytesOf('eni-1'), 0, 5)).toBe(1);
  });

  it('tells texts apart that share a hash, and knows the last of them', () => {
    const [first, second] = [bytesOf('eni-149787'), bytesOf('eni-227598')];
    const keys = createByteKeys(10);
    keys.set(first, 0, 10, 1);
    expect(keys.get(second, 0, 10)).toBe(UNKNOWN_KEY);
    keys.set(second, 0, 10, 2);
    expect([keys.get(first, 0, 10), keys.get(second, 0, 10)]).toEqual([UNKNOWN_KEY, 2]);
  });

  it('begins anew when it is full, and when it is told to', () => {
    const keys = createByteKeys(2);
    for (const [i, text] of ['a', 'b', 'c'].entries()) keys.set(bytesOf(text), 0, 1, i);
    expect(['a', 'b', 'c'].map((text) => keys.get(bytesOf(text), 0, 1))).toEqual([UNKNOWN_KEY, UNKNOWN_KEY, 2]);
    keys.clear();
    expect(keys.get(bytesOf('c'), 0, 1)).toBe(UNKNOWN_KEY);
  });
});
