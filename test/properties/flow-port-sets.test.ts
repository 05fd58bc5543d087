import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { createEngineReader } from '../../shared/core/flow-log/engine/engine-reader.ts';
import { createPlainEngine } from '../../shared/core/flow-log/engine/plain-engine.ts';
import { createWasmEngine } from '../../shared/core/flow-log/engine/wasm-engine.ts';
import { createFlowReader } from '../../shared/core/flow-log/flow-reader.ts';
import type { InputReader } from '../../shared/core/model/reading.ts';
import { plainReading } from '../core/flow-log/plain-rows.ts';

const HEADER = 'interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end tcp-flags\n';
const START = 1_767_261_600;

/** Numbers of ports around which the engines keep a set in another form: one, short lists, hash tables, bitmaps. */
const COUNTS = [1, 2, 4, 5, 8, 9, 16, 17, 32, 33, 64, 65, 128, 129, 512, 513, 1024, 1025, 4096, 4097, 20_000, 65_535];

/** Connections to one destination, each port once, some met again as a reply, a close, or in the minute after. */
function textOf(count: number, step: number, again: number): string {
  const lines: string[] = [];
  for (let i = 0; i < count; i += 1) {
    const port = (i * step) % 65_536;
    const end = START + ((i * 7) % 90);
    lines.push(`eni-1 10.0.0.5 10.0.0.9 ${port} 443 6 1 40 ${START} ${end} ${i % 3 === 0 ? 3 : 2}\n`);
    if (i % again === 0) lines.push(`eni-1 10.0.0.9 10.0.0.5 443 ${port} 6 1 40 ${START} ${end} 18\n`);
  }
  return HEADER + lines.join('');
}

function readBy(reader: InputReader, bytes: Uint8Array) {
  reader.push(bytes);
  return plainReading(reader.finish());
}

it.each([
  ['plain', createPlainEngine],
  ['wasm', createWasmEngine],
])('sets of every size hold what the plain reader puts into them: the %s engine', (_, createEngine) => {
  fc.assert(
    fc.property(
      fc.constantFrom(...COUNTS),
      fc.constantFrom(1, 2, 3).map((half) => half * 2 - 1),
      fc.integer({ min: 1, max: 3 }),
      fc.constantFrom(9_000, 1 << 18),
      (count, step, again, tupleLimit) => {
        const bytes = new TextEncoder().encode(textOf(count, step, again));
        const options = { file: 'flows.log', tupleLimit };
        expect(readBy(createEngineReader(createEngine, options), bytes)).toEqual(
          readBy(createFlowReader(options), bytes),
        );
      },
    ),
    { numRuns: 12 },
  );
});
