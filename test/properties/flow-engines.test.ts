import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readingOf } from '../../shared/core/flow-log/engine/engine-reader.ts';
import type { EngineOptions, FlowEngine } from '../../shared/core/flow-log/engine/engine.ts';
import { createPlainEngine } from '../../shared/core/flow-log/engine/plain-engine.ts';
import { createWasmEngine } from '../../shared/core/flow-log/engine/wasm-engine.ts';
import { createFlowReader } from '../../shared/core/flow-log/flow-reader.ts';
import { LINE_BYTES_LIMIT } from '../../shared/core/flow-log/lines.ts';
import { plainReading } from '../core/flow-log/plain-rows.ts';
import { arbitraryFlowText, cutAt, type FlowText } from '../core/flow-log/text-arbitrary.ts';

const ENGINES = { plain: createPlainEngine, wasm: createWasmEngine };

/** So few tuples that minutes close while their records still arrive. */
const TUPLE_LIMITS = [1, 9_000, 1 << 16] as const;

const optionsOf = ({ format }: FlowText) => ({ file: 'flows.log', ...(format ? { format } : {}) });
const bytesOf = ({ text }: FlowText): Uint8Array => new TextEncoder().encode(text);

function readPlainly(text: FlowText, bytes: Uint8Array) {
  const reader = createFlowReader(optionsOf(text));
  reader.push(bytes);
  return plainReading(reader.finish());
}

/** One engine for all inputs, as a command has it: nothing of one may be seen in the next. */
function createReusedReader(createEngine: (options: EngineOptions) => FlowEngine, tupleLimit: number) {
  const runs: Uint8Array[] = [];
  const engine = createEngine({ sink: (_, run) => void runs.push(run.slice()), tupleLimit });
  return (text: FlowText, chunks: readonly Uint8Array[]) => {
    runs.length = 0;
    engine.beginInput(optionsOf(text));
    for (const chunk of chunks) engine.push(chunk);
    const input = engine.endInput();
    engine.close();
    return plainReading(readingOf(input, engine.places, runs));
  };
}

describe.each(Object.entries(ENGINES))('the %s engine', (_, createEngine) => {
  const readers = TUPLE_LIMITS.map((limit) => createReusedReader(createEngine, limit));

  it('says what the plain reader says, to the last count, however the text is cut', () => {
    fc.assert(
      fc.property(arbitraryFlowText, fc.array(fc.nat()), fc.constantFrom(...readers), (text, offsets, read) => {
        const bytes = bytesOf(text);
        expect(read(text, cutAt(bytes, offsets))).toEqual(readPlainly(text, bytes));
      }),
      { numRuns: 800 },
    );
  });

  it.each(['\n', '\r\n', ''])('rejects a line from the same length on, however it ends and is cut: %j', (end) => {
    const [header, columns] = ['srcaddr dstaddr srcport dstport protocol start type', '10.0.0.5 10.0.0.9 4000 443 6'];
    for (const lasting of [-2, -1, 0, 1, 2])
      for (const odd of ['', ' ']) {
        const line = `${columns} ${odd}1767261600 `.padEnd(LINE_BYTES_LIMIT + lasting, 'x');
        const text = {
          format: undefined,
          text: `${header}\n${line}${end}${end === '' ? '' : `${columns} 1767261600 x\n`}`,
        };
        const bytes = bytesOf(text);
        const expected = readPlainly(text, bytes);
        for (const offsets of [[], [100], [header.length + LINE_BYTES_LIMIT]])
          expect(readers[2]?.(text, cutAt(bytes, offsets))).toEqual(expected);
      }
  });

  it.each([
    ['10.0.0.5 10.0.0.9 4000 443 6 1767261600 x ', 1],
    ['10.0.0.5 10.0.0.9 4000 443 6 1767261600 x  ', 1],
    [' 10.0.0.5 10.0.0.9 4000 443 6 1767261600 x', 1],
    ['10.0.0.5 10.0.0.9 4000 443 6 1767261600 ', 0],
    ['10.0.0.5 10.0.0.9 4000 443 6 1767261600 \r', 0],
    ['10.0.0.5 10.0.0.9 4000 443 6 1767261600\t', 0],
  ])('takes no blank for a column: %j', (line, read) => {
    const fields = ['srcaddr', 'dstaddr', 'srcport', 'dstport', 'protocol', 'start', 'type'];
    const usual = '10.0.0.5 10.0.0.9 4001 443 6 1767261600 x';
    for (const text of [`${usual}\n${line}\n`, `${usual}\n${line}\n${usual}\n`]) {
      const records = { text, format: fields };
      const expected = readPlainly(records, bytesOf(records));
      expect(expected.counts.read).toBe(text.split('\n').length - 2 + read);
      for (const offsets of [[], [usual.length + 1]])
        expect(readers[2]?.(records, cutAt(bytesOf(records), offsets))).toEqual(expected);
    }
  });

  it.each([
    [' 4000 10.0.0.9 443 6 1767261600 10.0.0.5', 'x srcport dstaddr dstport protocol start srcaddr'],
    [' 10.0.0.9 4000 443 6 1767261600 10.0.0.5', 'x dstaddr srcport dstport protocol start srcaddr'],
  ])('nor at the beginning of a chunk: %j', (line, names) => {
    const first = 'y 10.0.0.9 4000 443 6 1767261600 10.0.0.5\n';
    const records = { text: `${first}${line}\n`, format: names.split(' ') };
    expect(readers[2]?.(records, cutAt(bytesOf(records), [first.length]))).toEqual(
      readPlainly(records, bytesOf(records)),
    );
  });

  it('does so for a cut at every byte offset', () => {
    fc.assert(
      fc.property(arbitraryFlowText, fc.constantFrom(...readers), (text, read) => {
        const bytes = bytesOf(text).subarray(0, 700);
        const expected = readPlainly(text, bytes);
        for (let at = 0; at <= bytes.length; at += 1) expect(read(text, cutAt(bytes, [at]))).toEqual(expected);
      }),
      { numRuns: 3 },
    );
  });
});
