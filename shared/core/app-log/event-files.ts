import type { LogSource } from '../model/observation.ts';
import { createLineGrouper, type RawEvent } from './group-lines.ts';
import type { CarriedLine } from './line-shapes.ts';
import { type BodyReader, eventOf, type EventSink } from './event-sink.ts';
import { readTimeField, readTimeInText } from './read-time.ts';

/** Windows' event log: `wevtutil` and Event Viewer write XML or a block of `Name: value` lines for each event. */
const XML_EVENT = /<Event[\s>]/;
const LINE_LENGTH = 65_536;

/** The first line of an event as text: `Log Name:      System`, `Event[0]:`, and Event Viewer's words elsewhere. */
const FIRST_LINE =
  /^(Event\[)\d{1,9}\]|^(Log Name|Protokollname|Nom du journal|Nombre de registro|Nome registro|Nome do Log|Имя журнала|ログの名前|日志名称|記錄檔名稱|로그 이름)\s?[::]/;

const withoutMark = (head: string): string => head.replace(/^\ufeff/, '').trimStart();

export const isEventFile = (head: string): boolean => {
  const text = withoutMark(head);
  return FIRST_LINE.test(text) || (text.startsWith('<') && XML_EVENT.test(text));
};

/** Reads Windows events; every event is looked at, as such files are small. */
export function createEventReader(head: string, logSource: LogSource, sink: EventSink): BodyReader {
  const opens = opening(withoutMark(head));
  const decoder = new TextDecoder();
  let pending = '';
  let line = 0;
  let lastMs: number | null = null;

  const take = (event: RawEvent): void => {
    const ms = timeOf(event.text);
    sink.count({ read: 1 });
    sink.take(
      { ...eventOf(event, logSource), timestampMs: ms },
      () => event.at,
      () => lastMs,
    );
    lastMs = ms ?? lastMs;
  };
  const grouper = createLineGrouper(take);
  const addLine = (text: string): void => {
    line += 1;
    for (const piece of text.replace(/<\/Event>\s{0,8}(?=<Event)/g, '</Event>\n').split('\n')) {
      if (/^\s*(?:<\?xml|<\/?Events)/.test(piece) && !XML_EVENT.test(piece)) continue;
      grouper.add(carried(piece.replace(/\r$/, '').slice(0, LINE_LENGTH), opens), line);
    }
  };
  return {
    push(bytes) {
      const lines = (pending + decoder.decode(bytes, { stream: true })).split('\n');
      pending = lines.pop() ?? '';
      lines.forEach(addLine);
    },
    finish() {
      addLine(pending + decoder.decode());
      grouper.finish();
    },
  };
}

function opening(head: string): (line: string) => boolean {
  const named = FIRST_LINE.exec(head);
  const start = named?.[1] ?? named?.[2];
  return start === undefined ? (line) => XML_EVENT.test(line) : (line) => line.startsWith(start);
}

const carried = (text: string, opens: (line: string) => boolean): CarriedLine => ({
  text,
  ms: null,
  service: null,
  hint: opens(text) ? 'starts' : 'continues',
  isPartial: false,
});

const XML_TIME = /SystemTime=["']([^"']{10,40})["']/;
/** `Date: …` in any language: the first line that ends in a date and a time. */
const TEXT_TIME = /^[^\n:]{2,40}:\s{1,20}(\d[^\n]{8,40})$/m;

function timeOf(text: string): number | null {
  const written = XML_TIME.exec(text)?.[1] ?? TEXT_TIME.exec(text)?.[1];
  const time = written === undefined ? readTimeInText(text, null) : readTimeField(written);
  return time?.ms ?? null;
}
