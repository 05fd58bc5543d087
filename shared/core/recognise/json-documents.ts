/**
 * Splits a byte stream into top-level JSON documents: one large document, JSON lines, a JSON array's elements are not
 * split, and documents that follow each other without a newline (as Firehose writes them) are.
 */
export type JsonDocuments = { push(chunk: Uint8Array): void; finish(): void };

/** `line` is where the text starts, 1-based. */
export type JsonDocumentSink = {
  document(document: unknown, line: number): void;
  malformed(line: number, reason: string): void;
};

/** One document must fit into memory several times over (bytes, text, values). */
export const JSON_DOCUMENT_LIMIT_BYTES = 256 * 1024 * 1024;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const NEWLINE = 0x0a;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;

export function createJsonDocuments(sink: JsonDocumentSink, limitBytes = JSON_DOCUMENT_LIMIT_BYTES): JsonDocuments {
  const scanner = createDocumentScanner();
  const decoder = new TextDecoder();
  let held: Uint8Array[] = [];
  let heldBytes = 0;
  let startLine = 1;
  let tooLarge = false;

  const hold = (bytes: Uint8Array): void => {
    if (bytes.length === 0 || tooLarge) return;
    heldBytes += bytes.length;
    if (heldBytes > limitBytes) {
      tooLarge = true;
      held = [];
      sink.malformed(startLine, `a JSON document larger than ${limitBytes} bytes`);
    } else held.push(bytes.slice());
  };
  const release = (): string => {
    const text = held.map((bytes) => decoder.decode(bytes, { stream: true })).join('') + decoder.decode();
    held = [];
    heldBytes = 0;
    return text;
  };
  const emit = (): void => {
    const text = release();
    if (!tooLarge) parseInto(sink, text, startLine);
    tooLarge = false;
  };

  return {
    push(chunk) {
      let start = scanner.inDocument() ? 0 : -1;
      for (let at = 0; at < chunk.length; at += 1) {
        const event = scanner.next(chunk[at] as number);
        if (event === 'start') {
          start = at;
          startLine = scanner.line();
        } else if (event === 'end') {
          hold(chunk.subarray(start, at + 1));
          emit();
          start = -1;
        } else if (event === 'stray') sink.malformed(scanner.line(), 'not JSON');
      }
      if (start >= 0) hold(chunk.subarray(start));
    },
    finish() {
      if (scanner.inDocument() && !tooLarge) recoverLines(sink, release(), startLine);
    },
  };
}

type ScanEvent = 'start' | 'end' | 'stray' | null;

/** Follows nesting and strings byte by byte. UTF-8 continuation bytes never look like the structural ones. */
function createDocumentScanner(): { next(byte: number): ScanEvent; inDocument(): boolean; line(): number } {
  let depth = 0;
  let line = 1;
  let inString = false;
  let escaped = false;
  let strayLine = 0;

  const outside = (byte: number): ScanEvent => {
    if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
      depth = 1;
      return 'start';
    }
    const separates = byte <= 0x20 || byte === 0x2c || byte === 0x1e || byte >= 0xbb;
    if (separates || strayLine === line) return null;
    strayLine = line;
    return 'stray';
  };
  const next = (byte: number): ScanEvent => {
    if (inString) {
      if (escaped) escaped = false;
      else if (byte === BACKSLASH) escaped = true;
      else if (byte === QUOTE) inString = false;
      return null;
    }
    if (depth === 0) return outside(byte);
    if (byte === QUOTE) inString = true;
    else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth += 1;
    else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
      depth -= 1;
      if (depth === 0) return 'end';
    }
    return null;
  };
  return {
    next(byte) {
      const event = next(byte);
      if (byte === NEWLINE) line += 1;
      return event;
    },
    inDocument: () => depth > 0,
    line: () => line,
  };
}

function parseInto(sink: JsonDocumentSink, text: string, line: number): void {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    recoverLines(sink, text, line);
    return;
  }
  sink.document(document, line);
}

/** A broken or cut-off document: what stands whole on a line of its own still counts, the rest is reported once. */
function recoverLines(sink: JsonDocumentSink, text: string, startLine: number): void {
  let firstBadLine = 0;
  for (const [index, line] of text.split('\n').entries()) {
    const trimmed = line.trim();
    if (trimmed === '') continue;
    const document = trimmed.startsWith('{') ? parseObject(trimmed) : null;
    if (document !== null) sink.document(document, startLine + index);
    else if (firstBadLine === 0) firstBadLine = startLine + index;
  }
  if (firstBadLine > 0) sink.malformed(firstBadLine, 'JSON that is cut off or malformed');
}

function parseObject(text: string): object | null {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' ? parsed : null;
  } catch {
    return null;
  }
}
