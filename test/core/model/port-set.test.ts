import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  addAllPorts,
  copyPortSet,
  countWithout,
  equalPortSets,
  hasPort,
  intersectionOf,
  portCount,
  portList,
  portSetOf,
  portSetOfSorted,
  portsOf,
  rangeOf,
  unionOf,
  unionSize,
  without,
} from '../../../shared/core/model/port-set.ts';

/** Both shapes: a few ports, and enough for the bitmap. */
const somePorts = fc.oneof(
  fc.array(fc.integer({ min: 0, max: 65_535 }), { maxLength: 40 }),
  fc
    .tuple(fc.integer({ min: 0, max: 60_000 }), fc.integer({ min: 0, max: 5_000 }))
    .map(([start, length]) => Array.from({ length }, (_, i) => start + i)),
);

test('holds exactly the ports that were added, ascending', () => {
  fc.assert(
    fc.property(somePorts, (ports) => {
      const set = portSetOf(ports);
      const expected = [...new Set(ports)].sort((a, b) => a - b);
      expect([...portsOf(set)]).toEqual(expected);
      expect(portCount(set)).toBe(expected.length);
    }),
  );
});

test('union and difference agree with sets of numbers', () => {
  fc.assert(
    fc.property(somePorts, somePorts, somePorts, (a, b, c) => {
      const union = copyPortSet(portSetOf(a));
      addAllPorts(union, portSetOf(b));
      expect([...portsOf(union)]).toEqual([...new Set([...a, ...b])].sort((x, y) => x - y));
      expect(portCount(union)).toBe(new Set([...a, ...b]).size);
      const left = [...new Set(a)].filter((port) => !b.includes(port) && !c.includes(port)).sort((x, y) => x - y);
      expect(countWithout(portSetOf(a), portSetOf(b), portSetOf(c))).toBe(left.length);
      expect([...portsOf(without(portSetOf(a), portSetOf(b), portSetOf(c)))]).toEqual(left);
    }),
    { numRuns: 60 },
  );
});

test('the ends of the port space are ports like any other', () => {
  const set = portSetOf([0, 65_535]);
  expect(hasPort(set, 0) && hasPort(set, 65_535)).toBe(true);
  expect(hasPort(set, 1)).toBe(false);
});

const sorted = (ports: Iterable<number>): number[] => [...new Set(ports)].sort((a, b) => a - b);

test('unions, however many, agree with sets of numbers and leave what they were made of as it was', () => {
  fc.assert(
    fc.property(fc.array(somePorts, { maxLength: 5 }), (lists) => {
      const sets = lists.map(portSetOf);
      const union = unionOf(sets);
      expect([...portsOf(union)]).toEqual(sorted(lists.flat()));
      expect(union.size).toBe(new Set(lists.flat()).size);
      expect(unionSize(sets)).toBe(union.size);
      expect(sets.map((set) => [...portsOf(set)])).toEqual(lists.map(sorted));
    }),
    { numRuns: 60 },
  );
});

test('what is in both, equality and range agree with sets of numbers', () => {
  fc.assert(
    fc.property(somePorts, somePorts, (a, b) => {
      const [one, other] = [portSetOf(a), portSetOf(b)];
      const both = sorted(a).filter((port) => b.includes(port));
      expect([...portsOf(intersectionOf(one, other))]).toEqual(both);
      expect(equalPortSets(one, other)).toBe(sorted(a).join() === sorted(b).join());
      expect(equalPortSets(one, portSetOf(a))).toBe(true);
      if (a.length > 0) expect(rangeOf(one)).toEqual({ low: sorted(a)[0], high: sorted(a).at(-1) });
    }),
    { numRuns: 60 },
  );
});

test('a set with itself needs no work', () => {
  const set = portSetOf([1, 2, 3]);
  expect(intersectionOf(set, set)).toBe(set);
  expect(unionOf([set, set])).toBe(set);
  expect(countWithout(set, set)).toBe(0);
  expect(without(set, set).size).toBe(0);
});

test('a sorted list becomes a set of either form', () => {
  for (const length of [0, 3, 2_048, 2_049, 65_536]) {
    const set = portSetOfSorted(Uint16Array.from({ length }, (_, i) => i));
    expect(set.size).toBe(length);
    expect([...portList(set).subarray(0, set.size)]).toEqual(Array.from({ length }, (_, i) => i));
  }
});

test('a list that is longer than a set keeps is added whole', () => {
  const set = portSetOf([60_000]);
  const ports = Uint16Array.from({ length: 6_000 }, (_, i) => i);
  addAllPorts(set, { ports, size: 6_000, bitmap: null });
  expect(set.size).toBe(6_001);
  expect(hasPort(set, 60_000) && hasPort(set, 5_999)).toBe(true);
});
