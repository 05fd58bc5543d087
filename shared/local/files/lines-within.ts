import type { InputReader } from '../../core/model/reading.ts';
import { createRecordCounter } from '../../core/recognise/counts.ts';
import { createJsonDocuments } from '../../core/recognise/json-documents.ts';
import { withCounts } from './readings.ts';

/** Takes what a JSON document holds, line by line, and what of it is no line. */
export type LineSink = { line(text: string): void; rejected(reason: string): void };

const encoder = new TextEncoder();

/** Hands the lines within JSON documents to a reader of lines. `unpack` says which lines a document holds. */
export function readLinesWithin(
  file: string,
  lines: InputReader,
  unpack: (document: unknown, to: LineSink) => void,
): InputReader {
  const counter = createRecordCounter(file);
  const documents = createJsonDocuments({
    document: (document, at) =>
      unpack(document, {
        line: (text) => lines.push(encoder.encode(`${text}\n`)),
        rejected: (reason) => counter.rejected(at, reason),
      }),
    malformed: (at, reason) => counter.rejected(at, reason),
  });
  return {
    push: (chunk) => documents.push(chunk),
    finish() {
      documents.finish();
      return withCounts(lines.finish(), counter.counts());
    },
  };
}
