import { DO_PLACE } from './field-plan.ts';
import { parsePlace, type OddLineState } from './odd-lines.ts';
import type { ScanState } from './scan.ts';

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/**
 * Finds the place of a line whose place columns differ from the last line's. Records of one interface mostly follow each
 * other, so this runs rarely; the plain reader says what a place is.
 */
export function createPlaceFinder(
  state: ScanState,
): (lines: OddLineState, bytes: Uint8Array, from: number, to: number) => number {
  let known = new Map<string, number>();
  let knownPlan = state.plan;
  return (lines, bytes, from, to) => {
    // Every input has a plan of its own, which notes its fields with its first place.
    if (state.plan !== knownPlan) {
      known = new Map();
      knownPlan = state.plan;
    }
    const key = placeColumns(knownPlan.steps, bytes.subarray(from, to));
    const place = known.get(key);
    if (place !== undefined) return place;
    const found = parsePlace(lines, decoder.decode(bytes.subarray(from, to)));
    known.set(key, found);
    return found;
  };
}

/** The place columns of a line, one space between them. */
function placeColumns(steps: Uint8Array, line: Uint8Array): string {
  const kept = new Uint8Array(line.length + 1);
  let length = 0;
  let column = 0;
  for (const byte of line) {
    if (byte > 32 && steps[column] === DO_PLACE) kept[length++] = byte;
    if (byte > 32) continue;
    if (steps[column] === DO_PLACE) kept[length++] = 32;
    column += 1;
  }
  return decoder.decode(kept.subarray(0, length));
}
