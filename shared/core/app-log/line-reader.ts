import type { LogSource } from '../model/observation.ts';
import { type BodyReader, eventOf, type EventSink } from './event-sink.ts';
import type { LogEvent } from './log-minutes.ts';
import { isBelowHeader, mayContinue, type RawEvent } from './group-lines.ts';
import { type CarriedLine, recogniseShape } from './line-shapes.ts';
import { ALL_NEEDLES } from './match-signature.ts';
import { createBlockReader, type Opening } from './read-blocks.ts';
import { parseJsonObject, readJsonEvent } from './read-json-event.ts';
import { lastTimeIn, readHitEvents } from './read-lines.ts';
import { readTimeField, readTimeInText } from './read-time.ts';

/** What of a line tells whether it opens an event: all of what carriers write as JSON. */
const LINE_HEAD_BYTES = 65_536;

/** One event per line, or per trace: only lines that hold one of the catalogue's needles are read at all. */
export function createLineReader(
  head: string,
  logSource: LogSource,
  sink: EventSink,
  takenAtMs: number | null = null,
): BodyReader {
  const shape = recogniseShape(head);
  const decoder = new TextDecoder();
  let lastMs: number | null = null;
  const yearHint = (): number | null => (lastMs === null ? null : new Date(lastMs).getUTCFullYear());
  const timeOf = (line: CarriedLine): number | null =>
    line.ms ?? timeInLine(line.text, yearHint()) ?? timeBeforeChange(line.text, takenAtMs);
  /** The year of an event that leaves it out, where no other event of the file has one. */
  const dated = (event: LogEvent): LogEvent => {
    if (event.timestampMs !== null || lastMs !== null) return event;
    if (timeInLine(event.message, null) !== null) return event;
    const timestampMs = timeBeforeChange(event.message, takenAtMs);
    if (timestampMs !== null) sink.assumeYear(new Date(timestampMs).getUTCFullYear());
    return { ...event, timestampMs };
  };

  const openingOf = (line: Uint8Array): Opening => {
    const carried = shape(decoder.decode(line.subarray(0, LINE_HEAD_BYTES)));
    if (carried.hint === 'starts' || !mayContinue(carried)) return 'surely';
    return isBelowHeader(carried) ? 'perhaps' : 'no';
  };
  return createBlockReader(ALL_NEEDLES, openingOf, (block) => {
    sink.count({ read: block.starts });
    const line = (event: RawEvent) => (): number => block.linesBefore + block.linesTo(event.at) + 1;
    readHitEvents(
      block,
      shape,
      (event, timeBefore) => sink.take(dated(eventOf(event, logSource)), line(event), () => timeBefore() ?? lastMs),
      timeOf,
    );
    lastMs = lastTimeIn(block, shape, timeOf) ?? lastMs;
  });
}

const DAY_MS = 86_400_000;

/** The latest time that a text without a year can mean, if its file was last changed at `takenAtMs`; null without any. */
function timeBeforeChange(text: string, takenAtMs: number | null): number | null {
  if (takenAtMs === null) return null;
  const year = new Date(takenAtMs).getUTCFullYear();
  const ms = readTimeInText(text, year)?.ms ?? null;
  // Clocks differ, and zones are taken as UTC.
  return ms === null || ms <= takenAtMs + DAY_MS ? ms : (readTimeInText(text, year - 1)?.ms ?? null);
}

function timeInLine(text: string, year: number | null): number | null {
  const found = readTimeInText(text, year);
  if (found) return found.ms;
  const record = parseJsonObject(text);
  return record ? (readTimeField(readJsonEvent(record).time)?.ms ?? null) : null;
}
