import type { LogSource } from '../model/observation.ts';
import { type BodyReader, eventOf, type EventSink } from './event-sink.ts';
import { mayContinue, type RawEvent } from './group-lines.ts';
import { type CarriedLine, recogniseShape } from './line-shapes.ts';
import { ALL_NEEDLES } from './match-signature.ts';
import { createBlockReader } from './read-blocks.ts';
import { parseJsonObject, readJsonEvent } from './read-json-event.ts';
import { lastTimeIn, readHitEvents } from './read-lines.ts';
import { readTimeField, readTimeInText } from './read-time.ts';

/** What of a line tells whether it opens an event. */
const LINE_HEAD_BYTES = 256;

/** One event per line, or per trace: only lines that hold one of the catalogue's needles are read at all. */
export function createLineReader(head: string, logSource: LogSource, sink: EventSink): BodyReader {
  const shape = recogniseShape(head);
  const decoder = new TextDecoder();
  let lastMs: number | null = null;
  const yearHint = (): number | null => (lastMs === null ? null : new Date(lastMs).getUTCFullYear());
  const timeOf = (line: CarriedLine): number | null => line.ms ?? timeInLine(line.text, yearHint());

  const opensEvent = (line: Uint8Array): boolean => {
    const carried = shape(decoder.decode(line.subarray(0, LINE_HEAD_BYTES)));
    return carried.hint === 'starts' || !mayContinue(carried);
  };
  return createBlockReader(ALL_NEEDLES, opensEvent, (block) => {
    sink.count({ read: block.starts });
    const line = (event: RawEvent) => (): number => block.linesBefore + block.linesTo(event.at) + 1;
    readHitEvents(
      block,
      shape,
      (event, timeBefore) => sink.take(eventOf(event, logSource), line(event), () => timeBefore() ?? lastMs),
      timeOf,
    );
    lastMs = lastTimeIn(block, shape, timeOf) ?? lastMs;
  });
}

function timeInLine(text: string, year: number | null): number | null {
  const found = readTimeInText(text, year);
  if (found) return found.ms;
  const record = parseJsonObject(text);
  return record ? (readTimeField(readJsonEvent(record).time)?.ms ?? null) : null;
}
