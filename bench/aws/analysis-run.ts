import { execFileSync } from 'node:child_process';
import { gunzipSync, gzipSync } from 'node:zlib';
import { weigh } from '../../shared/aws/store/part-cache.ts';
import { analyze } from '../../shared/core/analyze.ts';
import { EMPTY_INVENTORY } from '../../shared/core/model/inventory.ts';
import type { Part } from '../../shared/core/model/part.ts';
import { decodePart, encodePart } from '../../shared/core/model/part-codec.ts';
import { DEFAULT_SETTINGS } from '../../shared/core/model/settings.ts';
import { MINUTE_MS } from '../../shared/core/model/time.ts';
import type { AnalysisFigures, AnalysisLoad } from './analysis.ts';
import { cpuMs } from './cpu-time.ts';
import { measureFlowObject } from './ingest.ts';

// One load in a process of its own, so that its memory is what is measured: arguments and answer are JSON.

const START_MINUTE = 29_454_360;
const OBJECT_MINUTES = 5;
const PARTS_BYTES = 500_000_000;

const [request = '{}', partsOnly] = process.argv.slice(2);
const load = JSON.parse(request) as AnalysisLoad;
console.log(JSON.stringify(partsOnly ? storedParts(load).map((bytes) => bytes.toString('base64')) : measure(load)));

/**
 * A cold run decodes every part of the horizon and evaluates; the run after it, warm, decodes the newest and evaluates.
 * Generating text is not measured: one object is read, and stands for every gateway and every five minutes.
 */
function measure(whole: AnalysisLoad): AnalysisFigures {
  const { gateways, horizonMinutes } = whole;
  const stored = partsOfAnotherProcess(whole);
  const objects = (gateways * horizonMinutes) / OBJECT_MINUTES;
  const decoded: { parts: Part[]; ms: number } = { parts: [], ms: 0 };
  for (let gateway = 1; gateway <= gateways; gateway += 1)
    for (let shift = 0; shift < horizonMinutes; shift += OBJECT_MINUTES) {
      const at = cpuMs();
      const parts = stored.map((bytes) => decodePart(gunzipSync(bytes)));
      decoded.ms += cpuMs() - at;
      for (const part of parts) decoded.parts.push(asOf(part, gateway, shift));
    }
  const nowMs = (START_MINUTE + horizonMinutes) * MINUTE_MS;
  const { parts } = decoded;
  const run = (): number => {
    const at = cpuMs();
    analyze({ parts, inventory: EMPTY_INVENTORY, actions: [], episodes: [], settings: DEFAULT_SETTINGS, nowMs });
    return cpuMs() - at;
  };
  const [coldMs, warmMs] = [run(), run()];
  const objectBytes = stored.reduce((sum, bytes) => sum + bytes.byteLength, 0);
  return {
    parts: parts.length,
    storedBytes: objectBytes * objects,
    newBytes: objectBytes * gateways,
    newParts: stored.length * gateways,
    coldMs: decoded.ms + coldMs,
    warmMs: (decoded.ms * OBJECT_MINUTES) / horizonMinutes + warmMs,
    keptBytes: parts.reduce((sum, part) => sum + weigh(part), 0),
    peakRssMb: process.resourceUsage().maxRSS / 1_024,
  };
}

/** The parts of five minutes of one gateway, as they lie in the bucket. */
function storedParts({ connectionsPerSecond }: AnalysisLoad): Buffer[] {
  const place = { gateway: 1, startMinute: START_MINUTE, minutes: OBJECT_MINUTES, connectionsPerSecond };
  const { parts } = measureFlowObject({ ...place, destinations: 50, clients: 40 }, 'engine');
  return parts.map((part) => gzipSync(encodePart(part)));
}

/** Making text takes more memory than an analysis. */
function partsOfAnotherProcess(whole: AnalysisLoad): Buffer[] {
  const parameters = [import.meta.filename, JSON.stringify(whole), 'parts'];
  const answer = execFileSync(process.execPath, parameters, { encoding: 'utf8', maxBuffer: PARTS_BYTES });
  return (JSON.parse(answer) as string[]).map((text) => Buffer.from(text, 'base64'));
}

/** The same part, said of another gateway and another time. */
function asOf(part: Part, gateway: number, minutes: number): Part {
  const own = (address: string): string => address.replace(/^10\.1\./, `10.${gateway}.`);
  const interfaceId = `eni-${String(gateway).padStart(17, '0')}`;
  return {
    ...part,
    id: `${part.id}-${gateway}-${minutes}`,
    scope: interfaceId,
    observations: part.observations.map((row) => {
      const minute = row.minute + minutes;
      if (row.kind === 'flow-coverage') return { ...row, minute, interfaceId };
      if (row.kind !== 'flow') return row;
      const via = row.via === null ? null : own(row.via);
      return { ...row, minute, interfaceId, localAddress: own(row.localAddress), via };
    }),
  };
}
