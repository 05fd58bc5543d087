import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  addAllPorts,
  copyPortSet,
  countWithout,
  hasPort,
  portCount,
  portSetOf,
  portsOf,
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
