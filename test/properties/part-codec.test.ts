import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { UnreadablePart } from '../../shared/core/model/part-codec-bytes.ts';
import { decodePart, encodePart } from '../../shared/core/model/part-codec.ts';
import type { Part } from '../../shared/core/model/part.ts';
import { portSetOf, portsOf } from '../../shared/core/model/port-set.ts';
import { createByteReader, createByteWriter } from '../../shared/core/model/part-codec-bytes.ts';
import { readPortSet, writePortSet } from '../../shared/core/model/part-codec-ports.ts';
import { arbitraryPart } from '../core/flow-log/rows-arbitrary.ts';
import { plainRow } from '../core/flow-log/plain-rows.ts';

/** What the codec keeps: everything but the order of kinds within and of minutes across. */
const canonical = (part: Part) => ({
  ...part,
  observations: part.observations
    .map((observation) => (observation.kind === 'flow' ? plainRow(observation) : observation))
    .sort((a, b) => a.minute - b.minute || Number(a.kind !== 'flow') - Number(b.kind !== 'flow')),
});

it('decoding gives back what was encoded', () => {
  fc.assert(
    fc.property(arbitraryPart, (part) => {
      expect(canonical(decodePart(encodePart(part)))).toEqual(canonical(part));
    }),
  );
});

it('encoding what was decoded gives the same bytes', () => {
  fc.assert(
    fc.property(arbitraryPart, (part) => {
      const bytes = encodePart(part);
      expect(encodePart(decodePart(bytes))).toEqual(bytes);
    }),
  );
});

it('port sets of any size survive', () => {
  const dense = fc.record({ from: fc.nat(60_000), length: fc.nat(65_536), step: fc.integer({ min: 1, max: 9 }) });
  const ports = fc.oneof(
    fc.array(fc.nat(65_535)),
    dense.map(({ from, length, step }) =>
      Array.from({ length }, (_, i) => from + i * step).filter((port) => port < 65_536),
    ),
  );
  fc.assert(
    fc.property(ports, (list) => {
      const writer = createByteWriter();
      writePortSet(writer, portSetOf(list));
      const bytes = writer.done();
      expect(bytes.length).toBeLessThanOrEqual(8195);
      expect([...portsOf(readPortSet(createByteReader(bytes)))]).toEqual([...portsOf(portSetOf(list))]);
    }),
    { numRuns: 50 },
  );
});

it('bytes cut short are refused, never misread', () => {
  fc.assert(
    fc.property(arbitraryPart, fc.nat(), (part, cut) => {
      const bytes = encodePart(part);
      expect(() => decodePart(bytes.subarray(0, cut % bytes.length))).toThrow(UnreadablePart);
    }),
  );
});
