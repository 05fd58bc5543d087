import { Buffer } from 'node:buffer';
import { readMessagesOfLogEvents, readPrefixedLines } from '../../core/enclosed/enclosed-lines.ts';
import { readFlowLines } from '../../core/enclosed/flow-lines.ts';
import { readFlowObjects } from '../../core/enclosed/flow-objects.ts';
import { gunzipTexts } from '../../core/flow-log/engine/wasm-gunzip.ts';
import type { InputReader } from '../../core/model/reading.ts';
import type { Recognition } from '../../core/recognise/recognition.ts';
import { recognise, RECOGNITION_BYTES } from '../../core/recognise/recognise.ts';

/** Takes flow log text. */
export type TextSink = { push(text: Uint8Array): void };

/** Returns what is wrong with the input, or null. */
type Stage = { push(chunk: Uint8Array): void; finish(): string | null };

/** Gzip within gzip: Firehose packs what CloudWatch Logs has packed. */
const NESTING_LIMIT = 3;
/** Firehose closes an object at 128 MB, of what may be packed as a whole. */
const PACKED_BYTES_LIMIT = 128 * 1024 ** 2;
/** CloudWatch Logs hands over a megabyte at once, before it is packed. */
const DOCUMENT_BYTES_LIMIT = 16 * 1024 ** 2;

/**
 * Reads what Firehose and the exports of CloudWatch Logs write: records without a header, behind a time, or inside JSON,
 * packed once or twice. Each is handed on as flow log text; without a header, below that of the usual format it has.
 */
export function readWrappedFlows(file: string, sink: TextSink, textLimitBytes: number, nesting = 0): Stage {
  const held: Uint8Array[] = [];
  let heldBytes = 0;
  let textBytes = 0;
  let stage: Stage | null = null;
  const begin = (isWhole: boolean): Stage => {
    const first = Buffer.concat(held);
    held.length = 0;
    const begun = stageFor(recognise(first, isWhole), { file, sink, textLimitBytes, nesting });
    begun.push(first);
    return begun;
  };
  return {
    push(chunk) {
      textBytes += chunk.length;
      if (textBytes > textLimitBytes) return;
      if (stage !== null) return stage.push(chunk);
      held.push(chunk);
      heldBytes += chunk.length;
      if (heldBytes >= RECOGNITION_BYTES) stage = begin(false);
    },
    finish() {
      const reason = (stage ?? begin(true)).finish();
      return textBytes > textLimitBytes ? `more than ${textLimitBytes} bytes of text: the rest is left` : reason;
    },
  };
}

type StageOptions = {
  readonly file: string;
  readonly sink: TextSink;
  readonly textLimitBytes: number;
  readonly nesting: number;
};

function stageFor(recognition: Recognition, options: StageOptions): Stage {
  const { file, nesting } = options;
  const lines = readFlowLines({ file, flowReaders: ({ format }) => linesInto(options.sink, format) });
  switch (recognition.kind) {
    case 'flow-log':
      return reading(lines);
    case 'flow-objects':
      return reading(readFlowObjects(file, lines, DOCUMENT_BYTES_LIMIT));
    case 'enclosed':
      if (recognition.content !== 'flow-log') return left('a socket table');
      return recognition.envelope === 'prefixed-lines'
        ? reading(readPrefixedLines(recognition.prefix, lines))
        : reading(readMessagesOfLogEvents(file, lines, DOCUMENT_BYTES_LIMIT));
    case 'compressed':
      return nesting < NESTING_LIMIT ? unpacked(options) : left('packed too many times');
    default:
      return left(recognition.kind === 'unrecognised' ? recognition.reason : recognition.kind);
  }
}

const reading = (reader: InputReader): Stage => ({
  push: (chunk) => reader.push(chunk),
  finish() {
    const { rejected, rejectedExamples } = reader.finish().counts;
    return rejected === 0 ? null : `${rejected} documents hold no flow records: ${rejectedExamples[0]?.reason}`;
  },
});

/** An empty object is a folder's mark, or an hour in which nothing was delivered. */
const left = (reason: string): Stage => ({
  push: () => {},
  finish: () => (reason === 'empty' ? null : `not a flow log: ${reason}`),
});

/** What is said of a format is said as a text says it: by a header. */
function linesInto(sink: TextSink, format: readonly string[] | undefined): InputReader {
  if (format !== undefined) sink.push(new TextEncoder().encode(`${format.join(' ')}\n`));
  return { push: (text) => sink.push(text), finish: () => NOTHING_MORE };
}

const NOTHING_MORE = {
  source: 'flow-log',
  counts: { read: 0, rejected: 0, skipped: 0, rejectedExamples: [] },
  fields: [],
  scopes: [],
  inventory: null,
  warnings: [],
} as const;

/** Held as a whole while it is packed, and read as it is unpacked. */
function unpacked({ file, sink, textLimitBytes, nesting }: StageOptions): Stage {
  const held: Uint8Array[] = [];
  let bytes = 0;
  return {
    push(chunk) {
      bytes += chunk.length;
      if (bytes <= PACKED_BYTES_LIMIT) held.push(chunk);
    },
    finish() {
      if (bytes > PACKED_BYTES_LIMIT) return `gzip of more than ${PACKED_BYTES_LIMIT} bytes: it is left`;
      const inside = readWrappedFlows(file, sink, textLimitBytes, nesting + 1);
      const texts = gunzipTexts(held);
      let next = texts.next();
      for (; !next.done; next = texts.next()) inside.push(next.value);
      const reason = inside.finish();
      return next.value === null ? reason : `${next.value}: what could be read was read`;
    },
  };
}
