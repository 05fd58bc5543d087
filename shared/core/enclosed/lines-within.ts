import type { InputReader } from '../model/reading.ts';
import { createRecordCounter } from '../recognise/counts.ts';
import { createJsonDocuments } from '../recognise/json-documents.ts';
import { withCounts } from './readings.ts';

/** Takes what a JSON document holds, line by line, and what of it is no line. */
export type LineSink = { line(text: string): void; rejected(reason: string): void };

const encoder = new TextEncoder();

/** Hands the lines within JSON documents to a reader of lines. `unpack` says which lines a document holds, none of which is longer than `limitBytes`. */
export function readLinesWithin(
  file: string,
  lines: InputReader,
  unpack: (document: unknown, to: LineSink) => void,
  limitBytes?: number,
): InputReader {
  const counter = createRecordCounter(file);
  const documents = createJsonDocuments(
    {
      document: (document, at) =>
        unpack(document, {
          line: (text) => lines.push(encoder.encode(`${text}\n`)),
          rejected: (reason) => counter.rejected(at, reason),
        }),
      malformed: (at, reason) => counter.rejected(at, reason),
    },
    limitBytes,
  );
  return {
    push: (chunk) => documents.push(chunk),
    finish() {
      documents.finish();
      return withCounts(lines.finish(), counter.counts());
    },
  };
}
