import type { LogSource } from '../model/observation.ts';
import { readAwsDocument, splitDocuments } from './aws-documents.ts';
import type { BodyReader, EventSink } from './event-sink.ts';
import { parseJsonObject } from './read-json-event.ts';

/** A JSON document is read whole; AWS's own are at most a few MiB per page. */
const DOCUMENT_LIMIT = 268_435_456;

/** JSON documents: AWS's, with many events each, or one event each. */
export function createDocumentReader(logSource: LogSource, sink: EventSink): BodyReader {
  const decoder = new TextDecoder();
  let pending = '';
  let documents = 0;
  const takeDocument = (text: string): void => {
    documents += 1;
    const line = documents;
    const record = parseJsonObject(text);
    const document = record && readAwsDocument(record, logSource);
    if (document?.kind === 'skipped') return sink.count({ skipped: 1 });
    const events = document?.events ?? [{ id: null, timestampMs: null, message: text, source: logSource }];
    for (const event of events) {
      if (event === null) sink.reject('log event without a message', line);
      else {
        sink.count({ read: 1 });
        sink.take(
          event,
          () => line,
          () => null,
        );
      }
    }
  };
  return {
    push(bytes) {
      if (pending.length <= DOCUMENT_LIMIT) pending += decoder.decode(bytes, { stream: true });
    },
    finish() {
      const rest = splitDocuments(pending + decoder.decode(), takeDocument);
      if (rest !== '') sink.reject('unfinished JSON document', documents + 1);
    },
  };
}
