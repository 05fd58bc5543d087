import type { InputReader } from '../../core/model/reading.ts';
import { createJsonDocuments } from '../../core/recognise/json-documents.ts';
import { unpackPayload } from './unpack-payload.ts';

const TEXT_LIMIT_BYTES = 64 * 1024 * 1024;

/** Takes one payload (base64 of gzip or zlib), or the reason why there is none. */
export type PayloadSink = { payload(bytes: Uint8Array): void; unusable(line: number, reason: string): void };

/**
 * Decodes what a CloudWatch Logs subscription delivers: `{"awslogs":{"data":…}}`, the records of a Kinesis or Firehose
 * batch, or lines of bare base64.
 */
export function createPayloadDecoder(sink: PayloadSink): Pick<InputReader, 'push'> & { finish(): void } {
  const bare: Uint8Array[] = [];
  let bareBytes = 0;
  let isJson: boolean | null = null;
  const documents = createJsonDocuments({
    document(document, line) {
      const encoded = encodedWithin(document);
      if (encoded.length === 0) sink.unusable(line, 'no payload of log events');
      for (const text of encoded) decode(text, line, sink);
    },
    malformed: (line, reason) => sink.unusable(line, reason),
  });
  return {
    push(chunk) {
      isJson ??= firstCharacter(chunk);
      if (isJson !== false) return documents.push(chunk);
      bareBytes += chunk.length;
      if (bareBytes <= TEXT_LIMIT_BYTES) bare.push(chunk.slice());
    },
    finish() {
      if (isJson !== false) return documents.finish();
      if (bareBytes > TEXT_LIMIT_BYTES) return sink.unusable(1, `base64 longer than ${TEXT_LIMIT_BYTES} bytes`);
      decodeBare(Buffer.concat(bare).toString('latin1'), sink);
    },
  };
}

/** True for JSON, false for other text, null while there is only white space. */
function firstCharacter(chunk: Uint8Array): boolean | null {
  const first = chunk.find((byte) => byte > 0x20);
  return first === undefined ? null : first === 0x7b || first === 0x5b;
}

/** One payload wrapped over lines (as `base64` prints it), or one on each line. */
function decodeBare(text: string, sink: PayloadSink): void {
  const lines = text.split(/\s+/).filter((line) => line !== '');
  const isWrapped = lines.length > 1 && lines.slice(0, -1).every((line) => line.length === lines[0]?.length);
  for (const [index, line] of (isWrapped ? [lines.join('')] : lines).entries()) decode(line, index + 1, sink);
}

function decode(base64: string, line: number, sink: PayloadSink): void {
  const bytes = Buffer.from(base64, 'base64');
  const unpacked = unpackPayload(bytes);
  if (unpacked !== null) {
    sink.payload(unpacked.bytes);
    if (unpacked.damage !== null) sink.unusable(line, `${unpacked.damage}: what could be read before it counts`);
  }
  // Some pipelines decompress before they forward; what is JSON already needs no unpacking.
  else if (bytes[0] === 0x7b) sink.payload(bytes);
  else sink.unusable(line, 'the payload is neither gzip nor zlib');
}

function encodedWithin(document: unknown): string[] {
  const found = [textAt(document, 'awslogs', 'data')];
  for (const record of listAt(document, 'Records')) found.push(textAt(record, 'kinesis', 'data'));
  for (const record of listAt(document, 'records')) found.push(textAt(record, 'data'));
  return found.filter((text) => text !== null);
}

const at = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;

function listAt(value: unknown, key: string): readonly unknown[] {
  const list = at(value, key);
  return Array.isArray(list) ? list : [];
}

function textAt(value: unknown, ...keys: readonly string[]): string | null {
  const text = keys.reduce(at, value);
  return typeof text === 'string' ? text : null;
}
