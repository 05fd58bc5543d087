import { isJsonObject, parseJsonObject } from './read-json-event.ts';
import { hasTimeInText, readTimeField } from './read-time.ts';

/** A line without what its carrier put around it. */
export type CarriedLine = {
  readonly text: string;
  /** The carrier's time, epoch milliseconds; null when it has none. */
  readonly ms: number | null;
  /** The program that wrote the line, when the carrier names it; lines of another one are another event. */
  readonly service: string | null;
  /** Whether it opens an event for sure, or surely does not; null when its text decides. */
  readonly hint: 'starts' | 'continues' | null;
  /** The carrier cut a long line here: the next one goes on with it. */
  readonly isPartial: boolean;
};

/** How the lines of a file are carried. */
export type LineShape = (line: string) => CarriedLine;

const PLAIN_LINE = { ms: null, service: null, hint: null, isPartial: false } as const;

const plain: LineShape = (text) => ({ ...PLAIN_LINE, text, hint: text.startsWith('{') ? 'starts' : null });

/** Every event begins with its time, so that a line without one goes on with the event before. */
const timed: LineShape = (text) =>
  text.startsWith('{')
    ? { ...PLAIN_LINE, text, hint: 'starts' }
    : { ...PLAIN_LINE, text, hint: hasTimeInText(text) ? 'starts' : 'continues' };

const EXPORTED = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?Z) (.*)$/s;

/** CloudWatch's export to S3: the event's time, a space, the message. */
const exported: LineShape = (line) => {
  const [, time, text = ''] = EXPORTED.exec(line) ?? [];
  if (time === undefined) return { ...PLAIN_LINE, text: line, hint: 'continues' };
  return { ...PLAIN_LINE, text, ms: msOf(time), hint: 'starts' };
};

const DOCKER = /^\{"(?:log|stream|time|attrs)":/;

/** Docker's json-file: `{"log":"text\n","stream":"stderr","time":"…"}`; without the newline a long line goes on. */
const docker: LineShape = (line) => {
  const record = parseJsonObject(line);
  const log = record?.['log'];
  if (typeof log !== 'string') return plain(line);
  const isPartial = !log.endsWith('\n');
  return { ...PLAIN_LINE, text: log.replace(/\r?\n$/, ''), ms: msOf(record?.['time']), isPartial };
};

/** Forwarders (Fluent Bit) keep Docker's fields, take the newline off every line, and say which pod wrote it. */
const forwarded: LineShape = (line) => {
  const record = parseJsonObject(line);
  const log = record?.['log'];
  if (!record || typeof log !== 'string') return plain(line);
  const pod = isJsonObject(record['kubernetes']) ? record['kubernetes']['pod_name'] : null;
  const isPartial = record['logtag'] === 'P' || record['_p'] === 'P';
  const service = typeof pod === 'string' ? pod : null;
  return { ...PLAIN_LINE, text: log, ms: msOf(record['time']), service, isPartial };
};

const DOCKER_NEWLINE = /\\n"/;

const CRI = /^(\d{4}-\d{2}-\d{2}T\S{8,24}) (?:stdout|stderr) ([FP])(?::\S{0,16})? (.*)$/s;

/** Kubernetes' container runtimes: time, stream, F for a full line and P for a part of one. */
const cri: LineShape = (line) => {
  const [, time, tag, text = ''] = CRI.exec(line) ?? [];
  if (time === undefined) return plain(line);
  return { ...PLAIN_LINE, text, ms: msOf(time), isPartial: tag === 'P' };
};

const JOURNALD = /^\{.{0,4096}"__(?:REALTIME_TIMESTAMP|CURSOR)"/s;

/** `journalctl -o json`. A message that is not UTF-8 is a list of bytes. */
const journald: LineShape = (line) => {
  const record = parseJsonObject(line);
  const message = record?.['MESSAGE'];
  const text = Array.isArray(message) ? new TextDecoder().decode(Uint8Array.from(message as number[])) : message;
  if (!isJsonObject(record) || typeof text !== 'string') return plain(line);
  const service = record['SYSLOG_IDENTIFIER'] ?? record['_COMM'];
  return {
    ...PLAIN_LINE,
    text,
    ms: msOf(record['__REALTIME_TIMESTAMP']),
    service: typeof service === 'string' ? service : null,
  };
};

/** `kubectl logs --timestamps` and `docker logs -t`: nanoseconds before every line, also of a trace. */
const STAMPED = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{7,9}(?:Z|[+-]\d{2}:\d{2})) (.*)$/s;
const LEVEL = /^ (?:TRACE|DEBUG|INFO|WARN|ERROR|FATAL)/;

const stamped: LineShape = (line) => {
  const [, time, text = ''] = STAMPED.exec(line) ?? [];
  if (time === undefined) return plain(line);
  const { hint } = plain(text);
  return { ...PLAIN_LINE, text, ms: msOf(time), hint: LEVEL.test(text) ? 'starts' : hint };
};

const CLI_TEXT = /^EVENTS\t(?:\d{20,60}\t)?(\d{13})\t/;

/** `aws logs … --output text`: EVENTS, ids, times and names between tabs; the message and the event's own time come last. */
const cliText: LineShape = (line) => {
  const ingested = CLI_TEXT.exec(line)?.[1];
  if (ingested === undefined) return { ...PLAIN_LINE, text: line, hint: 'continues' };
  const [, message = '', at] = /^(.*?)(?:\t(\d{13}))?$/s.exec(line.replace(CLI_TEXT, '')) ?? [];
  return { ...PLAIN_LINE, text: message, ms: msOf(at ?? ingested), hint: 'starts' };
};

/** With an ISO time the process id tells it from any other program's line. */
const SYSLOG =
  /^(?:<\d{1,3}>)?(?:[A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2} \S{1,255} ([\w./@-]{1,64})(?:\[\d{1,10}\])?|(\d{4}-\d{2}-\d{2}T\S{8,24}) \S{1,255} ([\w./@-]{1,64})\[\d{1,10}\]): ?(.*)$/s;
const SYSLOG_5424 =
  /^<\d{1,3}>1 (\S{1,40}) \S{1,255} (\S{1,48}) \S{1,128} \S{1,32} (?:-|(?:\[[^\]]{0,1024}\])+) ?(?:\ufeff)?(.*)$/s;

/** syslog by RFC 3164 and RFC 5424, as files of rsyslog and journalctl have it. The line's own time is kept in front. */
const syslog: LineShape = (line) => {
  const [, tag, isoTime, isoTag, rest] = SYSLOG.exec(line) ?? [];
  const [, time = isoTime, name, message = ''] = SYSLOG_5424.exec(line) ?? [];
  const service = tag ?? isoTag ?? name;
  const text = rest ?? message;
  if (service === undefined) return plain(line);
  const carried = { ...PLAIN_LINE, ms: msOf(time), service: service === '-' ? null : service };
  if (text === '' || CONTINUED.test(text)) return { ...carried, text };
  // What is JSON has its time in a field, where a year is never left out.
  return { ...carried, text: text.startsWith('{') ? text : line, hint: 'starts' };
};

/** The text of a line that goes on with a trace, or with Python's exception after it. */
const CONTINUED =
  /^(?:\s|Caused by: |\.\.\. \d|Suppressed: |Traceback \(most|During handling of|The above exception|(?:\w{1,40}\.){0,8}\w{1,60}(?:Error|Exception|Timeout): )/;

const PREFIXED = /^(?:(?:\d{1,4}\|)?([\w.@/-]{1,64})\s{0,64}\| ?|\[((?:pod\/)?[\w.-]{1,253}\/[\w.-]{1,63})\] )(.*)$/s;

/** `service-1  | text` (docker compose), `11|app   | text` (pm2) and `[pod/name/container] text` (kubectl logs --prefix). */
const prefixed: LineShape = (line) => {
  const [, name, pod, text = ''] = PREFIXED.exec(line) ?? [];
  const service = name ?? pod;
  return service === undefined ? plain(line) : { ...stamped(text), service };
};

function msOf(value: unknown): number | null {
  return readTimeField(value)?.ms ?? null;
}

const SHAPES: readonly (readonly [RegExp, LineShape])[] = [
  [DOCKER, docker],
  [CRI, cri],
  [JOURNALD, journald],
  [SYSLOG_5424, syslog],
  [SYSLOG, syslog],
  [STAMPED, stamped],
  [EXPORTED, exported],
  [PREFIXED, prefixed],
  [CLI_TEXT, cliText],
];

const SHARE = 0.8;
const TIMED_SHARE = 0.9;

/** The shape that most of a file's first lines have. */
export function recogniseShape(head: string): LineShape {
  const lines = head.split('\n').filter((line) => /^\S/.test(line));
  const most = (share: number, has: (line: string) => boolean, among = lines): boolean =>
    among.length > 0 && among.filter(has).length >= share * among.length;
  const found = SHAPES.find(([pattern]) => most(SHARE, (line) => pattern.test(line)));
  // One newline at a line's end shows that they were not taken off.
  if (found?.[1] === docker) return lines.some((line) => DOCKER_NEWLINE.test(line)) ? docker : forwarded;
  if (found) return found[1];
  const texts = lines.filter((line) => !line.startsWith('{'));
  return most(TIMED_SHARE, hasTimeInText, texts) ? timed : plain;
}
