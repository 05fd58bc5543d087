import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { countUnansweredPorts, openedPorts } from '../../shared/core/detect/opens.ts';
import { measureFlow } from '../../shared/core/flow-log/rank/measure-flow.ts';
import type { FlowMinute } from '../../shared/core/model/observation.ts';
import { portSetOf } from '../../shared/core/model/port-set.ts';
import { arbitraryFlow } from '../core/flow-log/rows-arbitrary.ts';

/** Every so-manieth port from the first on: few and many, in lists and in bitmaps. */
const ports = fc
  .record({ first: fc.nat(3), step: fc.integer({ min: 1, max: 7 }), count: fc.constantFrom(0, 5, 300, 3_000) })
  .map(({ first, step, count }) => portSetOf(Array.from({ length: count }, (_, i) => first + i * step)));

const row = fc
  .record({ base: arbitraryFlow, ports, opened: ports, answered: ports })
  .map(({ base, ...sets }): FlowMinute => ({ ...base, ...sets }));

it('measures long rows by words as short ones by sets', () => {
  fc.assert(
    fc.property(fc.array(fc.option(row), { minLength: 4, maxLength: 4 }), (minutes) => {
      const rows = new Map(minutes.flatMap((each, minute) => (each ? [[minute, { ...each, minute }] as const] : [])));
      for (const [minute, each] of rows) {
        const neighbours = {
          twoBefore: rows.get(minute - 2),
          before: rows.get(minute - 1),
          after: rows.get(minute + 1),
        };
        expect(measureFlow(rows, minute)).toMatchObject({
          opens: openedPorts(each, neighbours).size,
          unanswered: countUnansweredPorts(each, neighbours),
        });
      }
    }),
    { numRuns: 200 },
  );
});
