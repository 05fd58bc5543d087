import { gunzipSync, gzipSync } from 'node:zlib';
import { analyze } from '../../shared/core/analyze.ts';
import { EMPTY_INVENTORY } from '../../shared/core/model/inventory.ts';
import type { Part } from '../../shared/core/model/part.ts';
import { decodePart, encodePart } from '../../shared/core/model/part-codec.ts';
import { DEFAULT_SETTINGS } from '../../shared/core/model/settings.ts';
import { MINUTE_MS } from '../../shared/core/model/time.ts';
import { cpuMs } from './cpu-time.ts';
import { measureFlowObject } from './ingest.ts';

export type AnalysisLoad = {
  readonly gateways: number;
  readonly connectionsPerSecond: number;
  readonly horizonMinutes: number;
};

export type AnalysisFigures = {
  readonly parts: number;
  /** Of all parts in the horizon, and of those that a warm function has not seen yet (five minutes of them). */
  readonly storedBytes: number;
  readonly newBytes: number;
  readonly decodeMs: number;
  readonly analyzeMs: number;
  readonly peakRssMb: number;
};

const START_MINUTE = 29_454_360;
const OBJECT_MINUTES = 5;

/** One run over a horizon of flow log parts. Objects are made one by one and shifted in time, as generating is not measured. */
export function measureAnalysis({ gateways, connectionsPerSecond, horizonMinutes }: AnalysisLoad): AnalysisFigures {
  const stored: Buffer[] = [];
  for (let gateway = 1; gateway <= gateways; gateway += 1) {
    const options = { gateway, startMinute: START_MINUTE, minutes: OBJECT_MINUTES, connectionsPerSecond };
    const { parts } = measureFlowObject({ ...options, destinations: 50, clients: 40 }, 'engine');
    for (let shift = 0; shift < horizonMinutes; shift += OBJECT_MINUTES)
      for (const part of parts) stored.push(gzipSync(encodePart(shifted(part, shift))));
  }
  const decodeAt = cpuMs();
  const parts = stored.map((bytes) => decodePart(gunzipSync(bytes)));
  const decodeMs = cpuMs() - decodeAt;
  const nowMs = (START_MINUTE + horizonMinutes) * MINUTE_MS;
  const analyzeAt = cpuMs();
  analyze({ parts, inventory: EMPTY_INVENTORY, actions: [], episodes: [], settings: DEFAULT_SETTINGS, nowMs });
  const analyzeMs = cpuMs() - analyzeAt;
  const storedBytes = stored.reduce((sum, bytes) => sum + bytes.byteLength, 0);
  return {
    parts: stored.length,
    storedBytes,
    newBytes: (storedBytes * OBJECT_MINUTES) / horizonMinutes,
    decodeMs,
    analyzeMs,
    peakRssMb: process.resourceUsage().maxRSS / 1_024,
  };
}

const shifted = (part: Part, minutes: number): Part => ({
  ...part,
  id: `${part.id}-${minutes}`,
  observations: part.observations.map((row) => ({ ...row, minute: row.minute + minutes })),
});
