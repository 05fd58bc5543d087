import { textBytes, type Sink } from './deliveries.ts';
import { ACCOUNT } from './flow-format.ts';
import { jsonLine, plainLine, type LogLine } from './log-line.ts';
import type { Random } from './random.ts';

/** Files as an agent would tail them, or what a CloudWatch Logs subscription hands to its function, decoded. */
export type LogShape = 'files' | 'subscription';

/** Lines of all log streams until their batch is handed over. */
export type LogOutput = {
  readonly sink: Sink;
  readonly random: Random;
  /** Part of the batches that arrive twice, as at-least-once delivery does. */
  readonly duplicateShare: number;
  readonly shape: LogShape;
  readonly streams: Map<string, { readonly format: 'json' | 'plain'; lines: LogLine[] }>;
};

/** As often as a subscription filter hands on what it has gathered. */
export const LOG_BATCH_SECONDS = 10;

export const createLogOutput = (sink: Sink, random: Random, duplicateShare: number, shape: LogShape): LogOutput => ({
  sink,
  random,
  duplicateShare,
  shape,
  streams: new Map(),
});

/** `stream` is the path of its file: the log group, and the stream in it. */
export function writeLog(output: LogOutput, stream: string, format: 'json' | 'plain', line: LogLine): void {
  const known = output.streams.get(stream);
  if (known) known.lines.push(line);
  else output.streams.set(stream, { format, lines: [line] });
}

/** Hands over every stream's lines up to `nowMs`, in order of time; later ones wait for their batch. */
export function deliverLogs(output: LogOutput, nowMs: number): void {
  for (const [stream, { format, lines }] of output.streams) {
    const due = lines.filter((line) => line.atMs < nowMs).sort((a, b) => a.atMs - b.atMs);
    if (due.length === 0) continue;
    output.streams.set(stream, { format, lines: lines.filter((line) => line.atMs >= nowMs) });
    const write = format === 'json' ? jsonLine : plainLine;
    const messages = due.map((line) => ({ timestamp: Math.floor(line.atMs), message: write(line) }));
    const copies = output.random.chance(output.duplicateShare) ? 2 : 1;
    const batch = output.shape === 'files' ? fileBatch(stream, messages) : subscriptionBatch(stream, messages, nowMs);
    for (let copy = 0; copy < copies; copy += 1) output.sink({ kind: 'app-log', ...batch, completeMs: nowMs });
  }
}

type Message = { readonly timestamp: number; readonly message: string };
type Batch = { readonly path: string; readonly bytes: Uint8Array };

const fileBatch = (stream: string, messages: readonly Message[]): Batch => ({
  path: `logs/${stream}.log`,
  bytes: textBytes(messages.map(({ message }) => `${message}\n`).join('')),
});

/** The group is what precedes the stream's own name: the last part, or `prefix/container/task` on ECS. */
function subscriptionBatch(stream: string, messages: readonly Message[], nowMs: number): Batch {
  const words = stream.split('/');
  const ownWords = words.length > 3 && words.at(-3) === 'ecs' ? 3 : 1;
  const payload = {
    messageType: 'DATA_MESSAGE',
    owner: ACCOUNT,
    logGroup: `/${words.slice(0, -ownWords).join('/')}`,
    logStream: words.slice(-ownWords).join('/'),
    subscriptionFilters: ['freeport'],
    logEvents: messages.map(({ timestamp, message }, index) => ({
      id: `${nowMs}${String(index).padStart(10, '0')}${hashOf(stream)}`,
      timestamp,
      message,
    })),
  };
  return { path: `logs/${stream}/${nowMs}.json`, bytes: textBytes(`${JSON.stringify(payload)}\n`) };
}

/** Keeps the ids of different streams apart. */
function hashOf(text: string): string {
  let hash = 7;
  for (let at = 0; at < text.length; at += 1) hash = (hash * 31 + text.charCodeAt(at)) % 1_000_000_007;
  return String(hash).padStart(10, '0');
}
