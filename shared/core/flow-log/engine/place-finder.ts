import { LINE_BYTES_LIMIT } from '../lines.ts';
import { createByteKeys, UNKNOWN_KEY, type ByteKeys } from './byte-keys.ts';
import { DO_PLACE } from './field-plan.ts';
import { parsePlace, type OddLineState } from './odd-lines.ts';
import type { ScanState } from './scan.ts';

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** Places and formats that are remembered; past it they are asked for anew. */
const PLACES_LIMIT = 10_000;
const FORMATS_LIMIT = 16;

/**
 * Finds the place of a line whose place columns differ from the last line's. The plain reader says what a place is, once
 * for each format: every input meets most of the same places.
 */
export function createPlaceFinder(
  state: ScanState,
): (lines: OddLineState, bytes: Uint8Array, from: number, to: number) => number {
  const byFormat = new Map<string, ByteKeys>();
  const columns = new Uint8Array(LINE_BYTES_LIMIT + 1);
  let known = createByteKeys(PLACES_LIMIT);
  let knownPlan = state.plan;
  return (lines, bytes, from, to) => {
    if (state.plan !== knownPlan) {
      knownPlan = state.plan;
      known = placesOf(byFormat, knownPlan.format.names.join(' '));
      // Every input has a plan of its own, and notes its fields with its first place.
      for (const field of knownPlan.format.used) lines.used.add(field);
    }
    const length = copyPlaceColumns(knownPlan.steps, bytes, from, to, columns);
    const place = known.get(columns, 0, length);
    if (place !== UNKNOWN_KEY) return place;
    const found = parsePlace(lines, decoder.decode(bytes.subarray(from, to)));
    known.set(columns, 0, length, found);
    return found;
  };
}

function placesOf(byFormat: Map<string, ByteKeys>, format: string): ByteKeys {
  const known = byFormat.get(format);
  if (known) return known;
  if (byFormat.size >= FORMATS_LIMIT) byFormat.clear();
  const places = createByteKeys(PLACES_LIMIT);
  byFormat.set(format, places);
  return places;
}

/** Copies the place columns of a line, each with what follows it, and returns how many bytes they are. */
function copyPlaceColumns(steps: Uint8Array, bytes: Uint8Array, from: number, to: number, out: Uint8Array): number {
  const last = steps.lastIndexOf(DO_PLACE);
  let length = 0;
  for (let at = from, column = 0; at < to && column <= last; at += 1) {
    const byte = bytes[at] as number;
    if (steps[column] === DO_PLACE) out[length++] = byte;
    if (byte <= 32) column += 1;
  }
  return length;
}
