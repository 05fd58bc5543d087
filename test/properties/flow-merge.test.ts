import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { addFlowRow, compareFlowRows, copyFlowRow } from '../../shared/core/flow-log/flow-row.ts';
import { mergeFlowParts, type MergedFlows } from '../../shared/core/flow-log/merge.ts';
import { orientRows } from '../../shared/core/flow-log/orient.ts';
import { arbitraryFlow, arbitraryPart } from '../core/flow-log/rows-arbitrary.ts';
import { plainRow } from '../core/flow-log/plain-rows.ts';

const plain = ({ rows, coverage }: MergedFlows) => ({ rows: rows.map(plainRow), coverage });

it('merging is commutative: neither the order of parts nor that of their rows matters', () => {
  fc.assert(
    fc.property(fc.array(arbitraryPart, { maxLength: 5 }), fc.infiniteStream(fc.nat()), (parts, random) => {
      const shuffled = <T>(values: readonly T[]): T[] =>
        values
          .map((value) => ({ value, at: random.next().value as number }))
          .sort((a, b) => a.at - b.at)
          .map(({ value }) => value);
      const other = shuffled(parts).map((part) => ({ ...part, observations: shuffled(part.observations) }));
      expect(plain(mergeFlowParts(other))).toEqual(plain(mergeFlowParts(parts)));
    }),
  );
});

it('merging is idempotent: a part that comes twice counts once', () => {
  fc.assert(
    fc.property(fc.array(arbitraryPart, { maxLength: 5 }), (parts) => {
      expect(plain(mergeFlowParts([...parts, ...parts]))).toEqual(plain(mergeFlowParts(parts)));
    }),
  );
});

it('adding rows is associative and commutative', () => {
  fc.assert(
    fc.property(arbitraryFlow, arbitraryFlow, arbitraryFlow, (a, b, c) => {
      const sum = (...rows: (typeof a)[]) => {
        const total = copyFlowRow({ ...(rows[0] as typeof a) });
        for (const row of rows.slice(1)) addFlowRow(total, row);
        return { ...plainRow(total), minute: 0, interfaceId: '', localAddress: '', destination: '', via: '' };
      };
      const bc = copyFlowRow(b);
      addFlowRow(bc, c);
      expect(sum(a, bc)).toEqual(sum(a, b, c));
      expect(sum(c, b, a)).toEqual(sum(a, b, c));
    }),
  );
});

it('turning rows twice is turning them once', () => {
  fc.assert(
    fc.property(fc.array(arbitraryFlow, { maxLength: 10 }), (rows) => {
      const once = orientRows(rows);
      expect(orientRows(once).map(plainRow)).toEqual(once.map(plainRow));
    }),
  );
});

it('turning rows loses no count, no port pair, and keeps the one order', () => {
  fc.assert(
    fc.property(fc.array(arbitraryFlow, { maxLength: 10 }), (rows) => {
      const turned = orientRows(rows);
      const total = (list: typeof rows) => list.reduce((sum, row) => sum + row.records + row.bytes + row.rejected, 0);
      expect(total(turned)).toBe(total(rows));
      const pairs = (list: typeof rows) =>
        new Set(
          list
            .map(plainRow)
            .flatMap(({ minute, interfaceId, localAddress, destination, ports }) =>
              ports.map((port) =>
                [
                  minute,
                  interfaceId,
                  destination.protocol,
                  ...[`${localAddress} ${port}`, `${destination.address} ${destination.port}`].sort(),
                ].join(' '),
              ),
            ),
        );
      expect(pairs(turned)).toEqual(pairs(rows));
      expect(turned.toSorted(compareFlowRows)).toEqual(turned);
    }),
  );
});
