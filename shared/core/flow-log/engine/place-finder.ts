import { parseRecord } from '../record.ts';
import { wordsOf } from '../words.ts';
import { DO_PLACE } from './field-plan.ts';
import { placeOf, type OddLineState } from './odd-lines.ts';
import type { ScanState } from './scan.ts';

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/**
 * Finds the place of a line whose place columns differ from the last line's, and remembers those columns' bytes for the
 * next. Records of one interface mostly follow each other, so this runs rarely; the plain reader says what a place is.
 */
export function createPlaceFinder(
  lines: OddLineState,
  state: ScanState,
): (bytes: Uint8Array, from: number, to: number) => number {
  let known = new Map<string, number>();
  let knownPlan = state.plan;
  return (bytes, from, to) => {
    const { plan, placeBytes } = state;
    if (plan !== knownPlan) {
      known = new Map();
      knownPlan = plan;
    }
    let length = 0;
    let column = 0;
    for (let p = from; p <= to; p += 1) {
      const byte = p === to ? 32 : (bytes[p] as number);
      if (plan.steps[column] === DO_PLACE) placeBytes[length++] = byte > 32 ? byte : 32;
      if (byte <= 32) column += 1;
    }
    state.placeLength = length;
    for (const field of lines.format.used) lines.used.add(field);
    const key = decoder.decode(placeBytes.subarray(0, length));
    const place = known.get(key);
    if (place !== undefined) return place;
    const record = parseRecord(lines.format, wordsOf(decoder.decode(bytes.subarray(from, to))));
    if (record.kind !== 'flow') throw new Error('a line the scanner understood is not a flow to the plain reader');
    const found = placeOf(lines, record);
    known.set(key, found);
    return found;
  };
}
