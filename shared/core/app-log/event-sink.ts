import type { LogSource } from '../model/observation.ts';
import type { RawEvent } from './group-lines.ts';
import type { LogEvent } from './log-minutes.ts';

/** What reads a file once its envelope is known. */
export type BodyReader = { push(bytes: Uint8Array): void; finish(): void };

/** Where the events of a file go, and what is counted on the way. */
export type EventSink = {
  /** `line` counts from 1; `fallbackMs` places an event that has no time of its own. */
  take(event: LogEvent, line: () => number, fallbackMs: () => number | null): void;
  reject(reason: string, line: number): void;
  /** Says that events of the file were placed in a year that they do not tell. */
  assumeYear(year: number): void;
  count(change: { readonly read?: number; readonly skipped?: number }): void;
};

/** The event as the Lambda would get it; its time may still stand in its text. */
export function eventOf({ text, ms, service }: RawEvent, logSource: LogSource): LogEvent {
  const source = service === null ? logSource : { ...logSource, service: logSource.service ?? service };
  return { id: null, timestampMs: ms, message: text, source };
}
