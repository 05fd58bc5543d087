import fc from 'fast-check';
import { expect, test } from 'vitest';
import { portSetOf, portsOf, unionOf } from '../../../shared/core/model/port-set.ts';
import { createLastSeen, createPortWindow } from '../../../shared/core/model/port-window.ts';

/** Few enough to meet, and now and then more than a list holds. */
const minute = fc.oneof(
  fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 12 }),
  fc.constant(Array.from({ length: 3_000 }, (_, i) => i)),
);

test('is the union of what is under it, wherever it stands', () => {
  fc.assert(
    fc.property(fc.array(minute, { maxLength: 12 }), fc.integer({ min: 1, max: 4 }), (minutes, length) => {
      const sets = minutes.map(portSetOf);
      const window = createPortWindow();
      for (const [at, set] of sets.entries()) {
        window.add(set);
        const gone = sets[at - length];
        if (gone) window.remove(gone);
        const union = new Set(portsOf(unionOf(sets.slice(Math.max(0, at - length + 1), at + 1))));
        expect(window.size()).toBe(union.size);
      }
    }),
    { numRuns: 60 },
  );
});

test('knows what was seen since a minute, in either form of set', () => {
  fc.assert(
    fc.property(fc.array(minute, { maxLength: 8 }), fc.nat({ max: 8 }), minute, (minutes, since, asked) => {
      const seen = createLastSeen();
      for (const [at, ports] of minutes.entries()) seen.see(portSetOf(ports), at);
      const recent = new Set(minutes.slice(since).flat());
      const expected = [...new Set(asked)].sort((a, b) => a - b).filter((port) => recent.has(port));
      expect([...portsOf(seen.since(since, portSetOf(asked)))]).toEqual(expected);
    }),
    { numRuns: 60 },
  );
});
