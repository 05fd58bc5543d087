import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createEngineReader } from '../../shared/core/flow-log/engine/engine-reader.ts';
import { createPlainEngine } from '../../shared/core/flow-log/engine/plain-engine.ts';
import { createWasmEngine } from '../../shared/core/flow-log/engine/wasm-engine.ts';
import { createFlowReader } from '../../shared/core/flow-log/flow-reader.ts';
import type { InputReader } from '../../shared/core/model/reading.ts';
import { plainReading } from '../core/flow-log/plain-rows.ts';
import { arbitraryFlowText, cutAt, type FlowText } from '../core/flow-log/text-arbitrary.ts';

const ENGINES = { plain: createPlainEngine, wasm: createWasmEngine };

/** So few tuples that minutes close while their records still arrive. */
const TUPLE_LIMITS = fc.constantFrom(1, 9_000, 1 << 16);

function readAll(reader: InputReader, chunks: readonly Uint8Array[]) {
  for (const chunk of chunks) reader.push(chunk);
  return plainReading(reader.finish());
}

const optionsOf = ({ format }: FlowText) => ({ file: 'flows.log', ...(format ? { format } : {}) });
const bytesOf = ({ text }: FlowText): Uint8Array => new TextEncoder().encode(text);

describe.each(Object.entries(ENGINES))('the %s engine', (_, createEngine) => {
  it('says what the plain reader says, to the last count, however the text is cut', () => {
    fc.assert(
      fc.property(arbitraryFlowText, fc.array(fc.nat()), TUPLE_LIMITS, (text, offsets, tupleLimit) => {
        const options = optionsOf(text);
        const expected = readAll(createFlowReader(options), [bytesOf(text)]);
        const chunks = cutAt(bytesOf(text), offsets);
        expect(readAll(createEngineReader(createEngine, { ...options, tupleLimit }), chunks)).toEqual(expected);
      }),
      { numRuns: 500 },
    );
  });

  it('does so for a cut at every byte offset', () => {
    fc.assert(
      fc.property(arbitraryFlowText, (text) => {
        const options = optionsOf(text);
        const bytes = bytesOf(text).subarray(0, 250);
        const expected = readAll(createFlowReader(options), [bytes]);
        for (let at = 0; at <= bytes.length; at += 1)
          expect(
            readAll(createEngineReader(createEngine, { ...options, tupleLimit: 1 << 12 }), cutAt(bytes, [at])),
          ).toEqual(expected);
      }),
      { numRuns: 3 },
    );
  });
});
