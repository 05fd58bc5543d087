import { describe, expect, it } from 'vitest';
import { createPartCache } from '../../shared/aws/part-cache.ts';
import { boringPart } from '../contract/boring.ts';

describe('the cache of decoded parts', () => {
  it('gives back what it was given', () => {
    const cache = createPartCache(100);
    const part = boringPart();
    cache.set('a', part, 10);
    expect(cache.get('a')).toBe(part);
    expect(cache.get('b')).toBeUndefined();
  });

  it('drops what was not asked for longest once it is full', () => {
    const cache = createPartCache(30);
    for (const key of ['a', 'b', 'c']) cache.set(key, boringPart({ id: key }), 10);
    cache.get('a');
    cache.set('d', boringPart({ id: 'd' }), 10);
    expect(['a', 'b', 'c', 'd'].map((key) => cache.get(key)?.id)).toEqual(['a', undefined, 'c', 'd']);
  });

  it('counts a part that replaces itself once, and keeps none that is larger than all', () => {
    const cache = createPartCache(30);
    for (let time = 0; time < 10; time += 1) cache.set('a', boringPart(), 20);
    expect(cache.get('a')).toBeDefined();
    cache.set('b', boringPart(), 31);
    expect(cache.get('b')).toBeUndefined();
  });
});
