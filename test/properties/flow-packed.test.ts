import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EngineOptions } from '../../shared/core/flow-log/engine/engine.ts';
import { createPlainEngine } from '../../shared/core/flow-log/engine/plain-engine.ts';
import { createWasmEngine } from '../../shared/core/flow-log/engine/wasm-engine.ts';
import { createFlowReader } from '../../shared/core/flow-log/flow-reader.ts';
import { mergeFlowParts } from '../../shared/core/flow-log/merge.ts';
import { createPackedReader } from '../../shared/core/flow-log/packed-reader.ts';
import { RowStore } from '../../shared/core/flow-rows/row-store.ts';
import { unpackPart } from '../../shared/core/flow-rows/unpack-part.ts';
import { plainReading, plainRow } from '../core/flow-log/plain-rows.ts';
import { arbitraryPart } from '../core/flow-log/rows-arbitrary.ts';
import { arbitraryFlowText } from '../core/flow-log/text-arbitrary.ts';
import { packParts } from '../core/flow-rows/pack-parts.ts';
import { unpackReading } from '../core/flow-rows/unpack-reading.ts';

it('packed parts merge to the same rows, whether all or some of them are packed', () => {
  fc.assert(
    fc.property(fc.array(arbitraryPart, { maxLength: 6 }), fc.nat(6), (parts, plain) => {
      const expected = mergeFlowParts(parts);
      for (const mixed of [packParts(parts), [...parts.slice(0, plain), ...packParts(parts.slice(plain))]]) {
        const { rows, coverage } = mergeFlowParts(mixed);
        expect([...rows].map(plainRow)).toEqual(expected.rows.map(plainRow));
        expect(coverage).toEqual(expected.coverage);
      }
      const apart = parts.flatMap((part) => packParts([part]));
      expect([...mergeFlowParts(apart).rows].map(plainRow)).toEqual(expected.rows.map(plainRow));
    }),
    { numRuns: 300 },
  );
});

it('a part is the same again when it is unpacked', () => {
  fc.assert(
    fc.property(arbitraryPart, (part) => {
      const [packed] = packParts([part]) as [ReturnType<typeof packParts>[number]];
      const { rows, coverage } = mergeFlowParts([unpackPart(packed)]);
      expect({ rows: rows.map(plainRow), coverage }).toEqual({
        rows: mergeFlowParts([part]).rows.map(plainRow),
        coverage: mergeFlowParts([part]).coverage,
      });
    }),
  );
});

describe.each(Object.entries({ plain: createPlainEngine, wasm: createWasmEngine }))('on the %s engine', (_, create) => {
  /** So few tuples that minutes close while their records still arrive, and rows leave in pieces. */
  it.each([1, 9_000, 1 << 16])('a packed reading says what the plain reader says (%i tuples)', (tupleLimit) => {
    const store = new RowStore();
    const createEngine = (options: EngineOptions) => create({ ...options, tupleLimit });
    fc.assert(
      fc.property(arbitraryFlowText, ({ text, format }) => {
        const options = { file: 'flows.log', ...(format ? { format } : {}) };
        const bytes = new TextEncoder().encode(text);
        const packed = createPackedReader(createEngine, store, options);
        const plain = createFlowReader(options);
        packed.push(bytes);
        plain.push(bytes);
        expect(plainReading(unpackReading(packed.finish()))).toEqual(plainReading(plain.finish()));
      }),
      { numRuns: 60 },
    );
  });
});
