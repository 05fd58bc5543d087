import type { LogSource } from '../model/observation.ts';
import { type InputReader, REJECTED_EXAMPLES_LIMIT, type RejectedRecord } from '../model/reading.ts';
import { readAwsDocument } from './aws-documents.ts';
import { createDocumentReader } from './document-reader.ts';
import { createEventReader, isEventFile } from './event-files.ts';
import type { BodyReader, EventSink } from './event-sink.ts';
import { createLineReader } from './line-reader.ts';
import { createMinuteCollector, logMinutesOf } from './log-minutes.ts';
import { parseJsonObject } from './read-json-event.ts';

export { logMinutesOf };

/** How much of a file decides what envelope it has. */
const SNIFFED_BYTES = 65_536;
/**
 * Reads application logs in any envelope: plain lines and traces, JSON lines, Docker, CRI, journald and syslog, Windows
 * events as XML or text, the AWS CLI's log documents, CloudWatch exports to S3 and decoded subscription payloads. The
 * reading has the scope `logs`, and one row per minute, signature, log source, destination and local address; events
 * that say nothing of connections are counted and let go.
 */
export function createLogReader(options: {
  readonly file: string;
  readonly logSource: LogSource;
  /** When the file was last changed, epoch milliseconds: it tells the year of times that leave it out. */
  readonly takenAtMs?: number;
}): InputReader {
  const { file, logSource, takenAtMs = null } = options;
  const years = new Set<number>();
  const collector = createMinuteCollector();
  const examples: RejectedRecord[] = [];
  let [read, rejected, skipped] = [0, 0, 0];
  const sink: EventSink = {
    take(event, line, fallbackMs) {
      if (collector.add(event, fallbackMs) !== 'no-timestamp') return;
      read -= 1;
      this.reject('no timestamp', line());
    },
    reject(reason, line) {
      rejected += 1;
      if (examples.length < REJECTED_EXAMPLES_LIMIT) examples.push({ file, line, reason });
    },
    assumeYear: (year) => void years.add(year),
    count(change) {
      read += change.read ?? 0;
      skipped += change.skipped ?? 0;
    },
  };
  const body = createSniffingReader((head) => bodyReaderFor(head, logSource, sink, takenAtMs));
  return {
    push: body.push,
    finish() {
      body.finish();
      return {
        source: 'app-log',
        counts: { read: Math.max(0, read), rejected, skipped, rejectedExamples: examples },
        fields: [],
        scopes: [{ scope: 'logs', observations: collector.rows() }],
        inventory: null,
        warnings: [
          ...(collector.assumedUtc() || years.size > 0 ? ['times without a zone were taken as UTC'] : []),
          ...[...years]
            .sort()
            .map((year) => `times without a year were taken as of ${year}, by the file’s last change`),
        ],
      };
    },
  };
}

/** Holds back the first bytes until they tell the envelope, so that the size of the chunks cannot matter. */
function createSniffingReader(choose: (head: string) => BodyReader): BodyReader {
  const head = new Uint8Array(SNIFFED_BYTES);
  let filled = 0;
  let body: BodyReader | null = null;
  const begin = (): BodyReader => {
    body ??= choose(new TextDecoder().decode(head.subarray(0, filled)));
    body.push(head.subarray(0, filled));
    return body;
  };
  return {
    push(bytes) {
      if (body) return body.push(bytes);
      const room = Math.min(bytes.length, SNIFFED_BYTES - filled);
      head.set(bytes.subarray(0, room), filled);
      filled += room;
      if (filled === SNIFFED_BYTES) begin().push(bytes.subarray(room));
    },
    finish: () => (body ?? begin()).finish(),
  };
}

function bodyReaderFor(head: string, logSource: LogSource, sink: EventSink, takenAtMs: number | null): BodyReader {
  if (isDocument(head)) return createDocumentReader(logSource, sink);
  if (isEventFile(head)) return createEventReader(head, logSource, sink);
  return createLineReader(head, logSource, sink, takenAtMs);
}

/** JSON that spans lines, several documents on one, or AWS's own documents: anything but one log event per line. */
function isDocument(head: string): boolean {
  const text = head.trimStart();
  if (!/^[{[]/.test(text)) return false;
  const firstLine = text.slice(0, text.indexOf('\n') < 0 ? undefined : text.indexOf('\n')).trim();
  const record = parseJsonObject(firstLine);
  if (record) return readAwsDocument(record, { group: '', stream: null, service: null }) !== null;
  return /^[{[]\s*(?:$|["{[\]}])/.test(text);
}
