import { createLogReader } from '../../core/app-log/log-reader.ts';
import { createInventoryReader } from '../../core/inventory/inventory-reader.ts';
import { createMetricReader } from '../../core/metric/metric-reader.ts';
import type { InputReader, Reading } from '../../core/model/reading.ts';
import { createRecordCounter } from '../../core/recognise/counts.ts';
import type { CsvContent } from '../../core/recognise/csv-content.ts';
import type { LineContent, Recognition } from '../../core/recognise/recognition.ts';
import { recognise, RECOGNITION_BYTES } from '../../core/recognise/recognise.ts';
import { createSocketReader } from '../../core/socket-table/socket-reader.ts';
import { unpackPayload } from './unpack-payload.ts';
import { createPayloadDecoder } from './encoded-log-events.ts';
import { readPrefixedLines, readMessagesOfLogEvents } from '../../core/enclosed/enclosed-lines.ts';
import { readFlowLines } from '../../core/enclosed/flow-lines.ts';
import { readFlowObjects } from '../../core/enclosed/flow-objects.ts';
import type { FlowReaders } from '../../core/enclosed/flow-lines.ts';
import { readCsv } from './read-csv.ts';
import { readListedEvents } from '../../core/enclosed/listed-events.ts';
import { watchPages } from './page-watch.ts';
import { withCounts } from '../../core/enclosed/readings.ts';

export type IntakeOptions = {
  /** The input's name in rejected records and warnings. */
  readonly file: string;
  /** What log events without a log group are said to come from. */
  readonly logGroup: string;
  /** The time of inputs that hold none: the file's last change, epoch milliseconds. */
  readonly takenAtMs: number;
  /** What NAT metrics without a resource are about. */
  readonly natGateway: string | null;
  readonly flowReaders: FlowReaders;
};

/** What one input came to: a reading, or the reason why it is none of the sources Freeport knows. */
export type IntakeResult =
  | { readonly kind: 'reading'; readonly reading: Reading }
  | { readonly kind: 'settings' }
  | { readonly kind: 'unrecognised'; readonly reason: string };

export type Intake = { push(chunk: Uint8Array): void; finish(): IntakeResult };

/** Envelopes inside envelopes: a Firehose object is gzip around gzip around log events. */
const NESTING_LIMIT = 4;

/**
 * Holds an input's first bytes until they tell what it is, and hands it to the reader for that. A chunk that tells by
 * itself is not copied: it is often the whole of an object, and thousands of copies keep the garbage collector busy.
 */
export function createIntake(options: IntakeOptions, nesting = 0): Intake {
  const held: Uint8Array[] = [];
  let heldBytes = 0;
  let stage: Intake | null = null;

  const begin = (first: Uint8Array, isWhole: boolean): Intake => {
    const begun = stageFor(recognise(first, isWhole), options, nesting);
    begun.push(first);
    held.length = 0;
    return begun;
  };
  return {
    push(chunk) {
      if (stage) return stage.push(chunk);
      if (held.length === 0 && chunk.length >= RECOGNITION_BYTES) {
        stage = begin(chunk, false);
        return;
      }
      held.push(chunk.slice());
      heldBytes += chunk.length;
      if (heldBytes >= RECOGNITION_BYTES) stage = begin(Buffer.concat(held), false);
    },
    finish: () => (stage ?? begin(Buffer.concat(held), true)).finish(),
  };
}

function stageFor(recognition: Recognition, options: IntakeOptions, nesting: number): Intake {
  switch (recognition.kind) {
    case 'app-log':
      return reading(watchPages(logReaderFor(options)));
    case 'event-list':
      return reading(watchPages(readListedEvents(options.file, logReaderFor(options))));
    case 'csv':
      return reading(readCsv(options.file, recognition.table, csvReaderFor(recognition.table, options)));
    case 'flow-objects':
      return reading(readFlowObjects(options.file, readFlowLines(options)));
    case 'flow-log':
    case 'socket-table':
      return reading(lineReaderFor(recognition.kind, options));
    case 'metric':
      return reading(watchPages(createMetricReader(options)));
    case 'inventory':
      return reading(watchPages(createInventoryReader(options)));
    case 'enclosed': {
      const lines = lineReaderFor(recognition.content, options);
      if (recognition.envelope === 'prefixed-lines') return reading(readPrefixedLines(recognition.prefix, lines));
      return reading(watchPages(readMessagesOfLogEvents(options.file, lines)));
    }
    case 'encoded-log-events':
      return nesting < NESTING_LIMIT ? decodedStage(options, nesting) : ended('log events encoded too many times');
    case 'compressed':
      return nesting < NESTING_LIMIT ? unpackedStage(options, nesting) : ended('compressed too many times');
    case 'parquet-flow-log':
      return ended('Parquet inside another packing: unpack it first');
    case 'settings':
      return { push: () => {}, finish: () => ({ kind: 'settings' }) };
    case 'unrecognised':
      return ended(recognition.reason);
  }
}

function csvReaderFor(table: CsvContent, options: IntakeOptions): InputReader {
  switch (table.kind) {
    case 'log-events':
      return logReaderFor(options);
    case 'enclosed':
      return lineReaderFor(table.content, options);
    case 'flow-log':
      return lineReaderFor('flow-log', options);
    case 'metric':
      return createMetricReader(options);
  }
}

const lineReaderFor = (content: LineContent, options: IntakeOptions): InputReader =>
  content === 'flow-log' ? readFlowLines(options) : createSocketReader(options);

const logReaderFor = ({ file, logGroup, takenAtMs }: IntakeOptions): InputReader =>
  createLogReader({ file, logSource: { group: logGroup, stream: null, service: null }, takenAtMs });

const reading = (reader: InputReader): Intake => ({
  push: (chunk) => reader.push(chunk),
  finish: () => ({ kind: 'reading', reading: reader.finish() }),
});

const ended = (reason: string): Intake => ({ push: () => {}, finish: () => ({ kind: 'unrecognised', reason }) });

const NEWLINE = new Uint8Array([10]);

/** The payloads of one file are of one kind: they go, one after the other, into one intake of their own. */
function decodedStage(options: IntakeOptions, nesting: number): Intake {
  const counter = createRecordCounter(options.file);
  const inside = createIntake(options, nesting + 1);
  let payloads = 0;
  const decoder = createPayloadDecoder({
    payload(bytes) {
      payloads += 1;
      inside.push(bytes);
      inside.push(NEWLINE);
    },
    unusable: (line, reason) => counter.rejected(line, reason),
  });
  return {
    push: (chunk) => decoder.push(chunk),
    finish() {
      decoder.finish();
      const counts = counter.counts();
      if (payloads === 0) return { kind: 'unrecognised', reason: counts.rejectedExamples[0]?.reason ?? 'no payloads' };
      const result = inside.finish();
      return result.kind === 'reading' ? { ...result, reading: withCounts(result.reading, counts) } : result;
    },
  };
}

/** The outermost gzip is streamed by the caller; one inside is a payload, held whole up to a limit. */
function unpackedStage(options: IntakeOptions, nesting: number): Intake {
  const held: Uint8Array[] = [];
  let heldBytes = 0;
  return {
    push(chunk) {
      heldBytes += chunk.length;
      if (heldBytes <= NESTED_LIMIT_BYTES) held.push(chunk.slice());
    },
    finish() {
      const unpacked = heldBytes <= NESTED_LIMIT_BYTES ? unpackPayload(Buffer.concat(held)) : null;
      if (unpacked === null) return { kind: 'unrecognised', reason: 'gzip that cannot be read, or too large' };
      const inside = createIntake(options, nesting + 1);
      inside.push(unpacked.bytes);
      return withDamage(inside.finish(), unpacked.damage);
    },
  };
}

function withDamage(result: IntakeResult, damage: string | null): IntakeResult {
  if (damage === null || result.kind === 'settings') return result;
  if (result.kind === 'unrecognised') return { ...result, reason: `${damage}: ${result.reason}` };
  const warnings = [`${damage}: what could be read before it counts`, ...result.reading.warnings];
  return { ...result, reading: { ...result.reading, warnings } };
}

const NESTED_LIMIT_BYTES = 64 * 1024 * 1024;
