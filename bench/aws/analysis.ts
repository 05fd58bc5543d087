import { spawnSync } from 'node:child_process';

export type AnalysisLoad = {
  readonly gateways: number;
  readonly connectionsPerSecond: number;
  readonly horizonMinutes: number;
};

export type AnalysisFigures = {
  readonly parts: number;
  /** Of all parts in the horizon: what a function reads that was just started. */
  readonly storedBytes: number;
  /** Of the newest five minutes: what a warm function reads. */
  readonly newBytes: number;
  readonly newParts: number;
  /** Processor milliseconds of a first run, everything decoded, and of the next. */
  readonly coldMs: number;
  readonly warmMs: number;
  /** What a warm function keeps, as it estimates it itself. */
  readonly keptBytes: number;
  readonly peakRssMb: number;
};

const HEAP_MB = 16_000;
const ANSWER_BYTES = 1_000_000;

/** One load, in a new process. */
export function measureAnalysis(load: AnalysisLoad): AnalysisFigures {
  const script = new URL('analysis-run.ts', import.meta.url).pathname;
  const parameters = [`--max-old-space-size=${HEAP_MB}`, script, JSON.stringify(load)];
  const { status, stdout, stderr } = spawnSync(process.execPath, parameters, {
    encoding: 'utf8',
    maxBuffer: ANSWER_BYTES,
  });
  if (status !== 0) throw new Error(`the analysis of ${JSON.stringify(load)} failed: ${stderr.slice(-2_000)}`);
  return JSON.parse(stdout) as AnalysisFigures;
}
