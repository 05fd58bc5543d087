import { DO_PLACE } from './field-plan.ts';
import { parsePlace, type OddLineState } from './odd-lines.ts';
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
    if (state.plan !== knownPlan) {
      known = new Map();
      knownPlan = state.plan;
    }
    const length = keepPlaceColumns(state, bytes, from, to);
    const key = decoder.decode(state.placeBytes.subarray(0, length));
    const place = known.get(key);
    if (place !== undefined) return place;
    const found = parsePlace(lines, decoder.decode(bytes.subarray(from, to)));
    known.set(key, found);
    return found;
  };
}

/** Copies runs of place columns, their single spaces included, and returns how long they are together. */
function keepPlaceColumns(state: ScanState, bytes: Uint8Array, from: number, to: number): number {
  const { plan, placeBytes, placeStarts, placeLengths } = state;
  let length = 0;
  let column = 0;
  let first = -1;
  for (let p = from; p <= to && column < plan.steps.length; p += 1) {
    const byte = p === to ? 32 : (bytes[p] as number);
    if (plan.steps[column] === DO_PLACE) {
      if (first === -1) {
        first = column;
        placeStarts[column] = length;
      }
      placeBytes[length++] = byte > 32 ? byte : 32;
      placeLengths[first] = length - 1 - (placeStarts[first] as number);
    } else first = -1;
    if (byte <= 32) column += 1;
  }
  state.hasPlace = true;
  return length;
}
