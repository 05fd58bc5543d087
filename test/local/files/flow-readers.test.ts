import { expect, test } from 'vitest';
import type { EngineOptions } from '../../../shared/core/flow-log/engine/engine.ts';
import { createFastEngine, createFastFlowReader } from '../../../shared/core/flow-log/fast-reader.ts';
import { RowStore } from '../../../shared/core/flow-rows/row-store.ts';
import type { InputReader } from '../../../shared/core/model/reading.ts';
import { plainReading } from '../../core/flow-log/plain-rows.ts';
import { unpackReading } from '../../core/flow-rows/unpack-reading.ts';
import { createFlowReaders } from '../../../shared/local/files/flow-readers.ts';

const encoder = new TextEncoder();
const START = 1_767_261_600;

/** Records of a minute of their own; every third input names its columns, and every fifth has an address in IPv6. */
function textOf(input: number): Uint8Array {
  const begin = START + input * 60;
  const source = input % 5 === 0 ? `2001:db8::${input + 1}` : `10.0.0.${input + 1}`;
  const rows = [40_000, 40_001].map((port) =>
    input % 3 === 0
      ? `eni-0a ${source} 203.0.113.7 ${port + input} 443 6 5 500 ${begin} ${begin + 5} 2 OK`
      : `2 123456789012 eni-0a ${source} 203.0.113.7 ${port + input} 443 6 5 500 ${begin} ${begin + 5} ACCEPT OK`,
  );
  const header =
    'interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end tcp-flags log-status'.split(' ');
  return encoder.encode(`${(input % 3 === 0 ? [header.join(' '), ...rows] : rows).join('\n')}\n`);
}

function read(reader: InputReader, text: Uint8Array) {
  reader.push(text);
  return plainReading(unpackReading(reader.finish()));
}

function countedReaders() {
  const counted = { engines: 0 };
  const readers = createFlowReaders(new RowStore(), (options: EngineOptions) => {
    counted.engines += 1;
    return createFastEngine(options);
  });
  return { counted, readers };
}

test('many inputs are read on one engine, and each says what it says alone', () => {
  const { counted, readers } = countedReaders();
  for (let input = 0; input < 40; input += 1) {
    const options = { file: `${input}.log` };
    expect(read(readers(options), textOf(input))).toEqual(read(createFastFlowReader(options), textOf(input)));
  }
  expect(counted.engines).toBe(1);
});

test('an input inside another, or one that was never finished, leaves the others alone', () => {
  const { counted, readers } = countedReaders();
  const outer = readers({ file: 'outer' });
  outer.push(textOf(1));
  const inner = read(readers({ file: 'inner' }), textOf(2));
  expect(inner).toEqual(read(createFastFlowReader({ file: 'inner' }), textOf(2)));
  expect(plainReading(unpackReading(outer.finish()))).toEqual(read(createFastFlowReader({ file: 'outer' }), textOf(1)));
  expect(counted.engines).toBe(2);

  readers({ file: 'abandoned' }).push(textOf(3));
  const next = read(readers({ file: 'next' }), textOf(4));
  expect(next).toEqual(read(createFastFlowReader({ file: 'next' }), textOf(4)));
  expect(counted.engines).toBeLessThanOrEqual(3);
});
