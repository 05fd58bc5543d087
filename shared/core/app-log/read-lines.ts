import { createLineGrouper, mayBeContinued, mayContinue, type RawEvent } from './group-lines.ts';
import type { CarriedLine, LineShape } from './line-shapes.ts';
import type { Block } from './read-blocks.ts';

/** How far an event's beginning, or a time to carry forward, is looked for. */
const BACKWARD_LINES = 200;
/** What is read of one line. */
const LINE_BYTES = 65_536;
const NEWLINE = 10;
const RETURN = 13;

/**
 * Reads the events of a block that hold a needle, and no others. `timeBefore` gives the time of the nearest line
 * before an offset that has one.
 */
export function readHitEvents(
  block: Block,
  shape: LineShape,
  take: (event: RawEvent, timeBefore: () => number | null) => void,
  timeOf: (line: CarriedLine) => number | null,
): void {
  const lines = createLines(block.bytes, shape);
  let readTo = 0;
  for (const hit of block.hits) {
    if (hit < readTo) continue;
    const start = eventStart(lines, hit, readTo);
    readTo = readEvents(lines, start, hit, (event) => take(event, () => timeBefore(lines, event.at, timeOf)));
  }
}

/** The time of the last line of a block that has one, or null. */
export function lastTimeIn(
  block: Block,
  shape: LineShape,
  timeOf: (line: CarriedLine) => number | null,
): number | null {
  return timeBefore(createLines(block.bytes, shape), block.bytes.length, timeOf);
}

type Lines = {
  /** Where the line that holds `offset` begins. */
  startOf(offset: number): number;
  /** Where the next line begins. */
  after(start: number): number;
  at(start: number): CarriedLine;
  readonly end: number;
};

function createLines(bytes: Uint8Array, shape: LineShape): Lines {
  const decoder = new TextDecoder();
  const after = (start: number): number => {
    const newline = bytes.indexOf(NEWLINE, start);
    return newline < 0 ? bytes.length : newline + 1;
  };
  return {
    end: bytes.length,
    after,
    startOf: (offset) => (offset <= 0 ? 0 : bytes.lastIndexOf(NEWLINE, offset - 1) + 1),
    at(start) {
      let end = after(start);
      if (end > start && bytes[end - 1] === NEWLINE) end -= 1;
      if (end > start && bytes[end - 1] === RETURN) end -= 1;
      return shape(decoder.decode(bytes.subarray(start, Math.min(end, start + LINE_BYTES))));
    },
  };
}

/** Back from a hit to the line that opens its event: one that opens an event for sure, or the second of two that may. */
function eventStart(lines: Lines, hit: number, notBefore: number): number {
  let start = lines.startOf(hit);
  let line = lines.at(start);
  for (let steps = 0; steps < BACKWARD_LINES && start > notBefore && line.hint !== 'starts'; steps += 1) {
    const previousStart = lines.startOf(start - 1);
    const previous = lines.at(previousStart);
    if (!mayContinue(line) && !mayBeContinued(previous)) break;
    start = previousStart;
    line = previous;
  }
  return Math.max(start, notBefore);
}

/** Groups lines from `start` on until the event that holds `hit` is over; returns where the next one begins. */
function readEvents(lines: Lines, start: number, hit: number, take: (event: RawEvent) => void): number {
  let taken = 0;
  const grouper = createLineGrouper((event) => {
    taken += 1;
    take(event);
  });
  for (let at = start; at < lines.end; at = lines.after(at)) {
    const before = taken;
    grouper.add(lines.at(at), at);
    if (at > hit && taken > before) return at;
  }
  grouper.finish();
  return lines.end;
}

function timeBefore(lines: Lines, offset: number, timeOf: (line: CarriedLine) => number | null): number | null {
  let start = offset;
  for (let steps = 0; steps < BACKWARD_LINES && start > 0; steps += 1) {
    start = lines.startOf(start - 1);
    const ms = timeOf(lines.at(start));
    if (ms !== null) return ms;
  }
  return null;
}
