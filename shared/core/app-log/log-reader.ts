import type { LogSource } from '../model/observation.ts';
import { type InputReader, type Reading, REJECTED_EXAMPLES_LIMIT, type RejectedRecord } from '../model/reading.ts';
import { readAwsDocument, splitDocuments } from './aws-documents.ts';
import { createLineGrouper, type RawEvent } from './group-lines.ts';
import { createMinuteCollector, type LogEvent, logMinutesOf } from './log-minutes.ts';
import { ALL_NEEDLES } from './match-signature.ts';
import { parseJsonObject } from './read-json-event.ts';
import { readTimeInText } from './read-time.ts';

export { logMinutesOf, type LogEvent };

/** How much of a file decides what envelope it has. */
const SNIFFED_LENGTH = 65_536;
/** A JSON document is read whole; AWS's own are at most a few MiB per page. */
const DOCUMENT_LIMIT = 268_435_456;
const LINE_LIMIT = 1_048_576;

const NEEDLE = new RegExp(ALL_NEEDLES.map((text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|'), 'i');

/**
 * Reads application logs in any envelope: plain lines and traces, JSON lines, the AWS CLI's log documents, CloudWatch
 * exports to S3 and decoded subscription payloads. The reading has the scope `logs`, and one row per minute, signature,
 * log source, destination and local address; events that say nothing of connections are counted and let go.
 */
export function createLogReader(options: { readonly file: string; readonly logSource: LogSource }): InputReader {
  const decoder = new TextDecoder();
  let pending = '';
  let mode: 'unknown' | 'documents' | 'lines' = 'unknown';
  const lines = createLineReader(options);

  const drain = (atEnd: boolean): void => {
    if (mode === 'unknown') {
      if (!atEnd && pending.length < SNIFFED_LENGTH) return;
      mode = isDocument(pending.slice(0, SNIFFED_LENGTH)) ? 'documents' : 'lines';
      if (mode === 'lines') lines.learn(pending.slice(0, SNIFFED_LENGTH));
    }
    if (mode === 'lines') pending = lines.push(pending, atEnd);
    else if (atEnd || pending.length > DOCUMENT_LIMIT) {
      const rest = splitDocuments(pending, lines.document);
      if (rest !== '') lines.reject('unfinished JSON document');
      pending = '';
    }
  };

  return {
    push(chunk) {
      pending += decoder.decode(chunk, { stream: true });
      drain(false);
    },
    finish() {
      pending += decoder.decode();
      drain(true);
      return lines.reading();
    },
  };
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

type LineReader = {
  learn(head: string): void;
  push(text: string, atEnd: boolean): string;
  document(text: string): void;
  reject(reason: string): void;
  reading(): Reading;
};

function createLineReader({ file, logSource }: { readonly file: string; readonly logSource: LogSource }): LineReader {
  const collector = createMinuteCollector();
  const examples: RejectedRecord[] = [];
  let [read, rejected, skipped, line] = [0, 0, 0, 0];
  let everyEventHasTime = false;
  let lastMs: number | null = null;

  const reject = (reason: string, at = line): void => {
    rejected += 1;
    if (examples.length < REJECTED_EXAMPLES_LIMIT) examples.push({ file, line: at, reason });
  };

  const take = (event: LogEvent, at: number): void => {
    const outcome = NEEDLE.test(event.message) ? collector.add(event, lastMs) : 'other';
    if (outcome === 'no-timestamp') reject('no timestamp', at);
    else read += 1;
  };

  const takeDocument = (text: string, at: number): boolean => {
    const record = parseJsonObject(text);
    const document = record && readAwsDocument(record, logSource);
    if (!document) return false;
    if (document.kind === 'skipped') skipped += 1;
    else
      for (const event of document.events) {
        if (event) take(event, at);
        else reject('log event without a message', at);
      }
    return true;
  };

  const takeRaw = ({ text, line: at }: RawEvent): void => {
    const time = timeOf(text);
    take({ id: null, timestampMs: null, message: text, source: logSource }, at);
    if (time !== null) lastMs = time;
  };

  const timeOf = (text: string): number | null =>
    readTimeInText(text, lastMs === null ? null : new Date(lastMs).getUTCFullYear())?.ms ?? null;

  const grouper = createLineGrouper(takeRaw);

  const addLine = (text: string): void => {
    line += 1;
    const whole = text.endsWith('\r') ? text.slice(0, -1) : text;
    if (/^\s{0,8}\{/.test(whole)) grouper.add(whole, line, 'starts');
    else if (!everyEventHasTime) grouper.add(whole, line, null);
    else grouper.add(whole, line, readTimeInText(whole, 2000) ? 'starts' : 'continues');
  };

  return {
    reject,
    learn(head) {
      const starts = head
        .split('\n')
        .slice(0, -1)
        .filter((text) => /^\S/.test(text) && !text.startsWith('{'));
      const timed = starts.filter((text) => readTimeInText(text, 2000) !== null);
      everyEventHasTime = starts.length > 0 && timed.length / starts.length >= 0.9;
    },
    push(text, atEnd) {
      const parts = text.split('\n');
      const rest = parts.pop() ?? '';
      for (const part of parts) addLine(part.slice(0, LINE_LIMIT));
      if (atEnd && rest !== '') addLine(rest.slice(0, LINE_LIMIT));
      if (atEnd) grouper.finish();
      return atEnd ? '' : rest;
    },
    document(text) {
      line += 1;
      if (!takeDocument(text, line)) takeRaw({ text, line });
    },
    reading() {
      const warnings = collector.assumedUtc() ? ['times without a zone were taken as UTC'] : [];
      return {
        source: 'app-log',
        counts: { read, rejected, skipped, rejectedExamples: examples },
        fields: [],
        scopes: [{ scope: 'logs', observations: collector.rows() }],
        inventory: null,
        warnings,
      };
    },
  };
}
