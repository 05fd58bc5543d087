import { analyze, type AnalysisRequest, type AnalysisResult } from '../shared/core/analyze.ts';
import { backTest } from '../shared/core/back-test/back-test.ts';
import type { Analysis } from '../shared/core/finding/schema.ts';
import { unpackPart } from '../shared/core/flow-rows/unpack-part.ts';
import { type Extent, extentOfParts } from '../shared/core/model/extent.ts';
import { mergeInventory } from '../shared/core/model/inventory.ts';
import type { Settings } from '../shared/core/model/settings.ts';
import { MINUTE_MS, minuteEndMs, minuteOf } from '../shared/core/model/time.ts';
import { readInputs } from '../shared/local/files/read-inputs.ts';
import type { InputsRead, ReadProgress } from '../shared/local/files/read-inputs.ts';

export type AnalyzeOptions = {
  readonly paths: readonly string[];
  readonly settings: Settings;
  /** Null: nothing is kept. */
  readonly storePath: string | null;
  /** Null: the last observation plus the lateness bound, so that old files are judged at their own time. */
  readonly nowMs: number | null;
  /** Also say when Freeport would have warned, where a day and more was read. */
  readonly isBackTested?: boolean;
  readonly onProgress?: (progress: ReadProgress) => void;
};

/** Reads, and analyses what was read together with what the store holds. */
export async function analyzePaths(options: AnalyzeOptions): Promise<Analysis> {
  const { paths, settings, storePath, onProgress } = options;
  const read = await readInputs(paths, { natGateway: settings.natGateway, ...(onProgress && { onProgress }) });
  return storePath === null ? analyzeRead(read, options) : analyzeStored(read, storePath, options);
}

/** The contract's fields and no more. */
function analysisOf(
  result: AnalysisResult,
  { inputs }: InputsRead,
  request: AnalysisRequest,
  { isBackTested }: AnalyzeOptions,
): Analysis {
  const tested = isBackTested ? backTest(request, result.findings) : null;
  return {
    findings: result.findings,
    ruledOut: result.ruledOut,
    evaluations: result.evaluations,
    inputs: [...inputs],
    window: result.window,
    ...(tested === null ? {} : { backTest: tested }),
  };
}

function analyzeRead(read: InputsRead, options: AnalyzeOptions): Analysis {
  const { settings, nowMs } = options;
  const request = {
    parts: read.parts,
    inventory: mergeInventory(...read.inventory),
    actions: [],
    episodes: [],
    settings,
    nowMs: nowMs ?? nowAfter(extentOfParts(read.parts), settings),
  };
  return analysisOf(analyze(request), read, request, options);
}

async function analyzeStored(read: InputsRead, storePath: string, options: AnalyzeOptions): Promise<Analysis> {
  const [{ openStore }, { HORIZON_MARGIN_MINUTES, runAnalysis }] = await Promise.all([
    import('../shared/local/store/sqlite-store.ts'),
    import('../shared/run-analysis.ts'),
  ]);
  const { settings } = options;
  const store = openStore(storePath);
  try {
    for (const part of read.parts) await store.parts.put(unpackPart(part));
    for (const fragment of read.inventory) await store.inventory.put(fragment);
    const extent = await store.parts.extent();
    const nowMs = options.nowMs ?? nowAfter(extent, settings);
    const horizonMinutes =
      extent === null ? 0 : Math.max(minuteOf(nowMs) - extent.from + 1 + HORIZON_MARGIN_MINUTES, 0);
    const { parts, findings, inventory } = store;
    const clock = { nowMs: () => nowMs };
    const services = { parts, findings, inventory, publisher: null, clock, settings, horizonMinutes, isLive: false };
    const result = await runAnalysis(services);
    await store.summaries.put(result.summary);
    const request = {
      parts: extent === null || !options.isBackTested ? [] : await parts.load(extent),
      inventory: await inventory.get(),
      actions: [],
      episodes: [],
      settings,
      nowMs,
    };
    return analysisOf(result, read, request, options);
  } finally {
    store.close();
  }
}

const nowAfter = (extent: Extent | null, { latenessMinutes }: Settings): number =>
  extent === null ? 0 : minuteEndMs(extent.to) + latenessMinutes * MINUTE_MS;
