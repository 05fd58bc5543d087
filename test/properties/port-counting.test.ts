import fc from 'fast-check';
import { expect, it } from 'vitest';
import { countOpens } from '../../shared/core/detect/count-opens.ts';
import { countUnansweredPorts, neighboursOf, openedPorts } from '../../shared/core/detect/opens.ts';
import { CLIENT, flowMinute, NAT_ADDRESS, START } from '../core/builders.ts';

const some = fc.uniqueArray(fc.integer({ min: 1, max: 12 }), { maxLength: 12 });

const row = fc
  .record({
    offset: fc.nat({ max: 12 }),
    localAddress: fc.constantFrom(CLIENT, NAT_ADDRESS),
    interfaceId: fc.constantFrom('eni-a', 'eni-b'),
    ports: some,
    opened: some,
    answered: some,
    closed: some,
    opensInferred: fc.boolean(),
  })
  .map(({ offset, ...rest }) => flowMinute({ minute: START + offset, ...rest }));

/** One row for each minute, client and interface, as merging leaves them. */
const rows = fc
  .array(row, { maxLength: 20 })
  .map((all) => [
    ...new Map(all.map((each) => [`${each.minute} ${each.localAddress} ${each.interfaceId}`, each])).values(),
  ]);

it('opens counted with each neighbour looked up once are those counted row by row', () => {
  fc.assert(
    fc.property(rows, (all) => {
      const byMinute = Map.groupBy(all, ({ minute }) => minute);
      const counted = countOpens(all);
      for (const [minute, own] of byMinute) {
        const sum = { opens: 0, unanswered: 0 };
        for (const each of own) {
          const neighbours = neighboursOf(byMinute, each);
          sum.opens += openedPorts(each, neighbours).size;
          sum.unanswered += countUnansweredPorts(each, neighbours);
        }
        expect(counted.get(minute)).toMatchObject(sum);
      }
    }),
  );
});
