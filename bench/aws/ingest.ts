import { gunzipSync, gzipSync } from 'node:zlib';
import { readWatchedHosts } from '../../shared/aws/ingest/watched-hosts.ts';
import { createLogReader } from '../../shared/core/app-log/log-reader.ts';
import { createEngineReader } from '../../shared/core/flow-log/engine/engine-reader.ts';
import { createWasmEngine } from '../../shared/core/flow-log/engine/wasm-engine.ts';
import { createFlowReader } from '../../shared/core/flow-log/flow-reader.ts';
import { partsOfReading } from '../../shared/aws/store/parts-of-reading.ts';
import type { Part } from '../../shared/core/model/part.ts';
import { encodePart } from '../../shared/core/model/part-codec.ts';
import type { InputReader } from '../../shared/core/model/reading.ts';
import { cpuMs } from './cpu-time.ts';
import { flowText, type FlowTextOptions } from './flow-text.ts';

export type FlowFigures = {
  readonly textBytes: number;
  readonly objectBytes: number;
  readonly records: number;
  readonly gunzipMs: number;
  readonly readMs: number;
  readonly storeMs: number;
  readonly parts: number;
  readonly partBytes: number;
  /** An index line and an hour line per part and hour, of less than 1 KB each. */
  readonly indexWrites: number;
  readonly peakRssMb: number;
};

export type Reader = 'plain' | 'engine';

const readerOf = (kind: Reader): InputReader =>
  kind === 'plain' ? createFlowReader({ file: 'bench' }) : createEngineReader(createWasmEngine, { file: 'bench' });

/** One flow log object through the reader that the function uses and into stored parts, without the network between. */
export function measureFlowObject(options: FlowTextOptions, kind: Reader): { figures: FlowFigures; parts: Part[] } {
  const pieces = [...flowText(options)];
  const object = gzipSync(Buffer.concat(pieces), { level: 6 });
  const textBytes = pieces.reduce((sum, piece) => sum + piece.byteLength, 0);
  pieces.length = 0;
  const unpackedAt = cpuMs();
  const text = gunzipSync(object);
  const gunzipMs = cpuMs() - unpackedAt;
  const reader = readerOf(kind);
  const readAt = cpuMs();
  for (let at = 0; at < text.length; at += 65_536) reader.push(text.subarray(at, at + 65_536));
  const reading = reader.finish();
  const readMs = cpuMs() - readAt;
  const storeAt = cpuMs();
  const parts = partsOfReading(reading, { identity: ['bench', String(options.gateway)], input: 'bench' });
  const partBytes = parts.reduce((sum, part) => sum + gzipSync(encodePart(part)).byteLength, 0);
  const storeMs = cpuMs() - storeAt;
  const figures = {
    textBytes,
    objectBytes: object.byteLength,
    records: reading.counts.read,
    gunzipMs,
    readMs,
    storeMs,
    parts: parts.length,
    partBytes,
    indexWrites: parts.length * 2,
    peakRssMb: process.resourceUsage().maxRSS / 1_024,
  };
  return { figures, parts };
}

export type LogFigures = { readonly events: number; readonly candidateMs: number; readonly otherMs: number };

/** Milliseconds per 1,000 log events: of those that tell of exhaustion, and of those that the filter let through in vain. */
export function measureLogEvents(): LogFigures {
  const events = 1_000;
  const error =
    'Error: connect EADDRNOTAVAIL 203.0.113.10:443 - Local (10.0.1.5:0)\n    at internalConnect (node:net:1094:16)';
  const other = '{"level":"warn","msg":"port already in use by the debugger, trying the next","port":9229}';
  return { events, candidateMs: logMs(error, events), otherMs: logMs(other, events) };
}

function logMs(message: string, events: number): number {
  const payload = (round: number): Buffer => {
    const logEvents = Array.from({ length: events }, (_, index) => ({
      id: `${round}-${index}`,
      timestamp: 1_767_261_600_000 + index,
      message,
    }));
    return Buffer.from(
      JSON.stringify({
        messageType: 'DATA_MESSAGE',
        logGroup: '/g',
        logStream: 's',
        subscriptionFilters: ['f'],
        logEvents,
      }),
    );
  };
  const times: number[] = [];
  for (let round = 0; round < 12; round += 1) {
    const json = payload(round);
    const at = cpuMs();
    const reader = createLogReader({ file: 'bench', logSource: { group: '/g', stream: 's', service: null } });
    reader.push(json);
    for (const part of partsOfReading(reader.finish(), { identity: ['bench'], input: 'bench' })) encodePart(part);
    void readWatchedHosts(json, 'bench');
    times.push(cpuMs() - at);
  }
  return times.sort((a, b) => a - b)[6] ?? Number.NaN;
}
