import type { LogSource } from '../model/observation.ts';
import type { LogEvent } from './log-minutes.ts';
import { isJsonObject, type JsonObject } from './read-json-event.ts';

const textOr = (value: unknown, fallback: string | null): string | null =>
  typeof value === 'string' ? value : fallback;

/** `skipped` documents carry no events by their own account. */
export type AwsDocument =
  | { readonly kind: 'events'; readonly events: readonly (LogEvent | null)[] }
  | { readonly kind: 'skipped' };

/**
 * The events in a CloudWatch document: a subscription's decoded payload, or the output of `aws logs filter-log-events`
 * or `get-log-events`. Null when the object is none of these; null for an event that has no message.
 */
export function readAwsDocument(record: JsonObject, file: LogSource): AwsDocument | null {
  const { messageType, logEvents, events } = record;
  if (messageType === 'CONTROL_MESSAGE') return { kind: 'skipped' };
  if (Array.isArray(logEvents)) {
    const group = textOr(record['logGroup'], file.group) ?? file.group;
    return {
      kind: 'events',
      events: logEvents.map((event) => eventOf(event, { ...file, group }, record['logStream'])),
    };
  }
  if (Array.isArray(events) && events.every((event) => isJsonObject(event) && 'message' in event))
    return { kind: 'events', events: events.map((event) => eventOf(event, file, null)) };
  return null;
}

function eventOf(value: unknown, source: LogSource, stream: unknown): LogEvent | null {
  if (!isJsonObject(value) || typeof value['message'] !== 'string') return null;
  const { message, timestamp } = value;
  return {
    id: textOr(value['id'], null) ?? textOr(value['eventId'], null),
    timestampMs: typeof timestamp === 'number' && Number.isFinite(timestamp) ? timestamp : null,
    message,
    source: { ...source, stream: textOr(value['logStreamName'], textOr(stream, source.stream)) },
  };
}

/** `log-group-name/…` is not told by filter-log-events; a stream is. */
export function splitDocuments(text: string, take: (document: string) => void): string {
  let start = -1;
  let depth = 0;
  let inString = false;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (inString) {
      if (unit === 0x5c) at += 1;
      else if (unit === 0x22) inString = false;
    } else if (unit === 0x22) inString = depth > 0;
    else if (unit === 0x7b || unit === 0x5b) {
      if (depth === 0) start = at;
      depth += 1;
    } else if ((unit === 0x7d || unit === 0x5d) && depth > 0) {
      depth -= 1;
      if (depth === 0) {
        take(text.slice(start, at + 1));
        start = -1;
      }
    }
  }
  return start < 0 ? '' : text.slice(start);
}
