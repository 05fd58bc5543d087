import { createLineReader } from '../flow-log/lines.ts';
import type { InputReader } from '../model/reading.ts';
import { eventsOfQueryAnswer } from './listed-events.ts';
import { readLinesWithin } from './lines-within.ts';

const encoder = new TextEncoder();

/** Hands the messages of log events to a reader of lines, one line each. */
export const readMessagesOfLogEvents = (file: string, lines: InputReader, limitBytes?: number): InputReader =>
  readLinesWithin(
    file,
    lines,
    (document, to) => {
      const messages = messagesWithin(document);
      if (messages === null) to.rejected('no log events');
      else for (const message of messages) to.line(message);
    },
    limitBytes,
  );

/** Hands lines to a reader of lines, without what an export of CloudWatch Logs puts before each. */
export function readPrefixedLines(prefix: RegExp, lines: InputReader): InputReader {
  const reader = createLineReader((line) => {
    if (line !== null) lines.push(encoder.encode(`${line.replace(prefix, '')}\n`));
  });
  return {
    push: (chunk) => reader.push(chunk),
    finish() {
      reader.finish();
      return lines.finish();
    },
  };
}

/** Null when the document is no envelope of log events; control messages and empty answers have none of them. */
function messagesWithin(document: unknown): string[] | null {
  if (Array.isArray(document)) return document.flatMap((element) => messagesWithin(element) ?? []);
  if (typeof document !== 'object' || document === null) return null;
  const { events, logEvents, message, '@message': insightsMessage } = document as Record<string, unknown>;
  const listed = [events, logEvents].find(Array.isArray) ?? eventsOfQueryAnswer(document);
  if (listed) return messagesWithin(listed);
  const text = message ?? insightsMessage;
  return typeof text === 'string' ? [text] : null;
}
