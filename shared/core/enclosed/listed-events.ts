import type { InputReader } from '../model/reading.ts';
import { instantOf } from '../recognise/instant.ts';
import { readLinesWithin } from './lines-within.ts';

/** Hands log events that come as a bare list, or as rows of a Logs Insights answer, to a log reader, one document each. */
export const readListedEvents = (file: string, logs: InputReader): InputReader =>
  readLinesWithin(file, logs, (document, to) => {
    const events: readonly unknown[] | null = Array.isArray(document) ? document : eventsOfQueryAnswer(document);
    if (events === null) to.rejected('no list of log events');
    else {
      for (const event of events)
        if (isWithoutMessage(event)) to.rejected(WITHOUT_MESSAGE);
        else to.line(JSON.stringify(documentOf(event)));
    }
  });

const WITHOUT_MESSAGE = 'a row without @message: let the query end in fields @timestamp, @message';

/** A row of a query that asked for counts or for other fields. */
const isWithoutMessage = (event: unknown): boolean =>
  typeof event === 'object' && event !== null && 'message' in event && event.message === undefined;

/**
 * What is an envelope itself stays as it is; an event gets the envelope that `filter-log-events` gives it, and so does a
 * message alone (`--query 'events[].message'`).
 */
function documentOf(event: unknown): unknown {
  if (typeof event === 'string') return { events: [{ message: event }] };
  return typeof event === 'object' && event !== null && 'logEvents' in event ? event : { events: [event] };
}

/** The rows of `aws logs get-query-results` as log events; null when the document is no such answer. */
export function eventsOfQueryAnswer(document: unknown): object[] | null {
  const results: unknown = typeof document === 'object' && document !== null ? Reflect.get(document, 'results') : null;
  return Array.isArray(results) ? results.map(eventOfRow) : null;
}

function eventOfRow(row: unknown): object {
  const fields = new Map<unknown, unknown>();
  for (const cell of Array.isArray(row) ? row : []) {
    if (typeof cell === 'object' && cell !== null) fields.set(Reflect.get(cell, 'field'), Reflect.get(cell, 'value'));
  }
  return {
    // A pointer names its event for good, so that two answers that overlap count it once.
    eventId: fields.get('@ptr'),
    logStreamName: fields.get('@logStream'),
    timestamp: instantOf(fields.get('@timestamp')),
    message: fields.get('@message'),
  };
}
