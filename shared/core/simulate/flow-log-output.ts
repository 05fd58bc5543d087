import { isoOf } from '../model/time.ts';
import { textBytes, type Sink } from './deliveries.ts';
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
  readonly delivery: 's3' | 'cloudwatch';
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
  readonly pending: Map<number, string[]>;
};

const PERIOD_MS = { s3: 300_000, cloudwatch: 60_000 } as const;

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
  const lines = linesOf(log, endMs);
  for (const record of records) if (lost === 0 || !log.random.chance(lost)) lines.push(log.line(record));
  if (trouble) lines.push(statusLine(log.options.format, tap, 'SKIPDATA', { startMs, endMs }));
  else if (records.length === 0) lines.push(statusLine(log.options.format, tap, 'NODATA', { startMs, endMs }));
}

function linesOf(log: FlowLog, windowEndMs: number): string[] {
  const periodMs = PERIOD_MS[log.options.delivery];
  const periodEndMs = Math.ceil(windowEndMs / periodMs) * periodMs;
  const known = log.pending.get(periodEndMs);
  if (known) return known;
  const created: string[] = [];
  log.pending.set(periodEndMs, created);
  return created;
}

function deliverPeriod(log: FlowLog, periodEndMs: number): void {
  const lines = log.pending.get(periodEndMs) ?? [];
  log.pending.delete(periodEndMs);
  const copies = log.random.chance(log.options.duplicateShare) ? 2 : 1;
  for (let copy = 0; copy < copies; copy += 1) {
    const { path, text } =
      log.options.delivery === 's3' ? s3Object(log, periodEndMs, lines) : logEventsPage(log, periodEndMs, lines);
    log.sink({ kind: 'flow-log', path, bytes: textBytes(text), completeMs: periodEndMs });
  }
}

type Page = { readonly path: string; readonly text: string };

function s3Object(log: FlowLog, periodEndMs: number, lines: readonly string[]): Page {
  const begin = isoOf(periodEndMs - PERIOD_MS.s3);
  const stamp = `${begin.slice(0, 16).replace(/[-:]/g, '')}Z`;
  const hash = log.random.integer(0x10000000, 0xffffffff).toString(16);
  const folder = `AWSLogs/${ACCOUNT}/vpcflowlogs/${REGION}/${begin.slice(0, 10).replaceAll('-', '/')}`;
  const path = `flow-logs/${folder}/${ACCOUNT}_vpcflowlogs_${REGION}_fl-0f1e2d3c4b5a69788_${stamp}_${hash}.log.gz`;
  return { path, text: `${FLOW_FORMATS[log.options.format].join(' ')}\n${lines.map((line) => `${line}\n`).join('')}` };
}

/** As `aws logs filter-log-events` prints a minute of the flow log's group; CloudWatch Logs records carry no header. */
function logEventsPage(log: FlowLog, periodEndMs: number, lines: readonly string[]): Page {
  const events = lines.map((message, index) => ({
    logStreamName: `${message.split(' ').find((word) => word.startsWith('eni-')) ?? 'unknown'}-all`,
    timestamp: periodEndMs - PERIOD_MS.cloudwatch,
    message,
    ingestionTime: periodEndMs,
    eventId: `${periodEndMs}${String(index).padStart(8, '0')}${'0'.repeat(30)}`.slice(0, 56),
  }));
  const hash = log.random.integer(0x10000000, 0xffffffff).toString(16);
  const path = `flow-logs/cloudwatch/${isoOf(periodEndMs - PERIOD_MS.cloudwatch).replaceAll(':', '')}_${hash}.json`;
  return { path, text: `${JSON.stringify({ events, searchedLogStreams: [] })}\n` };
}
