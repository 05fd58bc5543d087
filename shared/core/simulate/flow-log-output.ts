import { isoOf } from '../model/time.ts';
import { joinBytes, textBytes, type Sink } from './deliveries.ts';
import { ACCOUNT, FLOW_FORMATS, lineWriter, REGION, statusLine, type FlowFormatName } from './flow-format.ts';
import { takeWindow, windowStartMs, type Tap } from './flow-tap.ts';
import type { Random } from './random.ts';
import type { FlowTrouble } from './world.ts';

export type FlowLogOptions = {
  readonly format: FlowFormatName;
  /** Which interfaces the flow log covers. */
  readonly level: 'vpc' | 'nat';
  /** `MaxAggregationInterval`. */
  readonly intervalSeconds: 60 | 600;
  /** `cloudwatch` is read back by `filter-log-events`, `cloudwatch-streams` stream by stream by `get-log-events`. */
  readonly delivery: 's3' | 'cloudwatch' | 'cloudwatch-streams';
  /** How long an object's records stretch: five minutes at AWS; less to look at arrival minute by minute. */
  readonly objectSeconds: number;
  /** Parts of the records that never arrive, and of the objects that arrive twice under another name. */
  readonly lossShare: number;
  readonly duplicateShare: number;
};

export type FlowLog = {
  readonly options: FlowLogOptions;
  readonly taps: readonly Tap[];
  readonly troubles: readonly FlowTrouble[];
  readonly startMs: number;
  readonly line: ReturnType<typeof lineWriter>;
  readonly random: Random;
  readonly sink: Sink;
  /** Finished lines by the end of the delivery period they belong to. */
  readonly pending: Map<number, PeriodText>;
};

/** Lines of one delivery; those of an S3 object become bytes early, because strings weigh several times as much. */
type PeriodText = { lines: string[]; readonly encoded: Uint8Array[] };

const LINES_KEPT = 2000;

const PAGE_MS = 60_000;

const periodMsOf = ({ delivery, objectSeconds }: FlowLogOptions): number =>
  delivery === 's3' ? objectSeconds * 1000 : PAGE_MS;

/** Writes every capture window that has ended by `nowMs`, and delivers every period that has. */
export function advanceFlowLog(log: FlowLog, nowMs: number): void {
  for (const tap of log.taps)
    for (let endMs = windowStartMs(tap, tap.nextWindow + 1); endMs <= nowMs; endMs += tap.intervalMs) {
      writeWindow(log, tap, tap.nextWindow, endMs);
      tap.nextWindow += 1;
    }
  for (const periodEndMs of log.pending.keys()) if (periodEndMs <= nowMs) deliverPeriod(log, periodEndMs);
}

/** The last windows, cut off where the simulation ends. */
export function finishFlowLog(log: FlowLog, endMs: number): void {
  for (const tap of log.taps) writeWindow(log, tap, tap.nextWindow, endMs);
  for (const periodEndMs of [...log.pending.keys()].sort((a, b) => a - b)) deliverPeriod(log, periodEndMs);
}

function writeWindow(log: FlowLog, tap: Tap, window: number, endMs: number): void {
  const startMs = Math.max(windowStartMs(tap, window), log.startMs);
  const trouble = log.troubles.find(
    ({ interfaceId, startSecond, endSecond }) =>
      interfaceId === tap.interfaceId &&
      startMs < log.startMs + endSecond * 1000 &&
      endMs > log.startMs + startSecond * 1000,
  );
  const records = takeWindow(tap, window);
  const lost = Math.max(log.options.lossShare, trouble?.share ?? 0);
  const period = periodOf(log, endMs);
  for (const record of records) if (lost === 0 || !log.random.chance(lost)) addLine(log, period, log.line(record));
  if (trouble) addLine(log, period, statusLine(log.options.format, tap, 'SKIPDATA', { startMs, endMs }));
  else if (records.length === 0)
    addLine(log, period, statusLine(log.options.format, tap, 'NODATA', { startMs, endMs }));
}

function addLine(log: FlowLog, period: PeriodText, line: string): void {
  period.lines.push(line);
  if (log.options.delivery === 's3' && period.lines.length === LINES_KEPT) encodeLines(period);
}

function encodeLines(period: PeriodText): void {
  period.encoded.push(textBytes(`${period.lines.join('\n')}\n`));
  period.lines = [];
}

function periodOf(log: FlowLog, windowEndMs: number): PeriodText {
  const periodMs = periodMsOf(log.options);
  const periodEndMs = Math.ceil(windowEndMs / periodMs) * periodMs;
  const known = log.pending.get(periodEndMs);
  if (known) return known;
  const created: PeriodText = { lines: [], encoded: [] };
  log.pending.set(periodEndMs, created);
  return created;
}

function deliverPeriod(log: FlowLog, periodEndMs: number): void {
  const period = log.pending.get(periodEndMs);
  if (!period) return;
  log.pending.delete(periodEndMs);
  const copies = log.random.chance(log.options.duplicateShare) ? 2 : 1;
  const pieces = piecesOf(log, periodEndMs, period);
  for (let copy = 0; copy < copies; copy += 1)
    for (const { pathOf, bytes } of pieces)
      log.sink({ kind: 'flow-log', path: pathOf(), bytes, completeMs: periodEndMs });
}

/** What a period is delivered as; a copy has another name. */
type Piece = { readonly pathOf: () => string; readonly bytes: Uint8Array };

function piecesOf(log: FlowLog, periodEndMs: number, period: PeriodText): Piece[] {
  switch (log.options.delivery) {
    case 's3':
      return [{ pathOf: () => objectPath(log, periodEndMs), bytes: objectBytes(log, period) }];
    case 'cloudwatch':
      return [{ pathOf: () => pagePath(log, periodEndMs, ''), bytes: pageBytes(periodEndMs, period.lines) }];
    case 'cloudwatch-streams':
      return [...Map.groupBy(period.lines, streamOf)].map(([stream, lines]) => ({
        pathOf: () => pagePath(log, periodEndMs, `${stream}/`),
        bytes: streamBytes(periodEndMs, lines),
      }));
  }
}

/** A stream per network interface, or per gateway where the record names no interface. */
const streamOf = (line: string): string =>
  `${line.split(' ').find((word) => word.startsWith('eni-') || word.startsWith('nat-')) ?? 'unknown'}-all`;

/** The header, and every line. */
function objectBytes(log: FlowLog, period: PeriodText): Uint8Array {
  if (period.lines.length > 0) encodeLines(period);
  const pieces = [textBytes(`${FLOW_FORMATS[log.options.format].join(' ')}\n`), ...period.encoded];
  return joinBytes(pieces);
}

function objectPath(log: FlowLog, periodEndMs: number): string {
  const begin = isoOf(periodEndMs - periodMsOf(log.options));
  const stamp = `${begin.slice(0, 16).replace(/[-:]/g, '')}Z`;
  const hash = log.random.integer(0x10000000, 0xffffffff).toString(16);
  const folder = `AWSLogs/${ACCOUNT}/vpcflowlogs/${REGION}/${begin.slice(0, 10).replaceAll('-', '/')}`;
  return `flow-logs/${folder}/${ACCOUNT}_vpcflowlogs_${REGION}_fl-0f1e2d3c4b5a69788_${stamp}_${hash}.log.gz`;
}

function pagePath(log: FlowLog, periodEndMs: number, folder: string): string {
  const hash = log.random.integer(0x10000000, 0xffffffff).toString(16);
  return `flow-logs/cloudwatch/${folder}${isoOf(periodEndMs - PAGE_MS).replaceAll(':', '')}_${hash}.json`;
}

/** As `aws logs filter-log-events` prints a minute of the flow log's group; CloudWatch Logs records carry no header. */
function pageBytes(periodEndMs: number, lines: readonly string[]): Uint8Array {
  const events = lines.map((message, index) => ({
    logStreamName: streamOf(message),
    timestamp: periodEndMs - PAGE_MS,
    message,
    ingestionTime: periodEndMs,
    eventId: `${periodEndMs}${String(index).padStart(8, '0')}${'0'.repeat(30)}`.slice(0, 56),
  }));
  return textBytes(`${JSON.stringify({ events, searchedLogStreams: [] })}\n`);
}

/** As `aws logs get-log-events` prints them of one stream: without the stream’s name and without event ids. */
function streamBytes(periodEndMs: number, lines: readonly string[]): Uint8Array {
  const events = lines.map((message) => ({
    timestamp: periodEndMs - PAGE_MS,
    message,
    ingestionTime: periodEndMs,
  }));
  const token = `f/${periodEndMs}${'0'.repeat(40)}/s`;
  return textBytes(`${JSON.stringify({ events, nextForwardToken: token, nextBackwardToken: token })}\n`);
}
