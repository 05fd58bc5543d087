import { describe, expect, it } from 'vitest';
import { createPartCache, weigh } from '../../../shared/aws/store/part-cache.ts';
import { portSetOf } from '../../../shared/core/model/port-set.ts';
import { boringFlow, boringPart } from '../../contract/boring.ts';

const one = weigh(boringPart());

describe('the cache of decoded parts', () => {
  it('gives back what it was given', () => {
    const cache = createPartCache(10 * one);
    const part = boringPart();
    cache.set('a', part);
    expect(cache.get('a')).toBe(part);
    expect(cache.get('b')).toBeUndefined();
  });

  it('drops what was not asked for longest once it is full', () => {
    const cache = createPartCache(3 * one);
    for (const key of ['a', 'b', 'c']) cache.set(key, boringPart({ id: key }));
    cache.get('a');
    cache.set('d', boringPart({ id: 'd' }));
    expect(['a', 'b', 'c', 'd'].map((key) => cache.get(key)?.id)).toEqual(['a', undefined, 'c', 'd']);
  });

  it('counts a part that replaces itself once, and keeps none that is larger than all', () => {
    const cache = createPartCache(1.5 * one);
    for (let time = 0; time < 10; time += 1) cache.set('a', boringPart());
    expect(cache.get('a')).toBeDefined();
    cache.set('b', boringPart({ observations: [boringFlow(), boringFlow(), boringFlow()] }));
    expect(cache.get('b')).toBeUndefined();
  });

  it('weighs a set that a row has twice once', () => {
    const ports = portSetOf(Array.from({ length: 1_000 }, (_, i) => i));
    const none = portSetOf([]);
    const row = boringFlow({ ports, opened: ports, answered: ports, closed: none });
    const apart = boringFlow({ ports, opened: portSetOf([...Array(1_000).keys()]), answered: none, closed: none });
    expect(weigh({ observations: [apart] }) - weigh({ observations: [row] })).toBe(2_000);
  });
});
