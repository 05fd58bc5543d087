import type { InputReader, Reading } from '../../model/reading.ts';
import type { FlowReaderOptions } from '../flow-reader.ts';
import { countsOf, warningsOf } from '../tally.ts';
import type { Place } from './dictionary.ts';
import type { EngineInput, EngineOptions, FlowEngine } from './engine.ts';
import { observationsOfRuns } from './reading-rows.ts';

/** The reader of one input on top of an engine: it says exactly what `createFlowReader` says, only sooner. */
export function createEngineReader(
  createEngine: (options: EngineOptions) => FlowEngine,
  options: FlowReaderOptions & Pick<EngineOptions, 'tupleLimit'>,
): InputReader {
  const runs: Uint8Array[] = [];
  const engine = createEngine({ ...options, sink: (_, run) => void runs.push(run.slice()) });
  engine.beginInput(options);
  return {
    push: (chunk) => engine.push(chunk),
    finish() {
      const input = engine.endInput();
      engine.close();
      return readingOf(input, engine.places, runs);
    },
  };
}

/** What an input and the runs of its rows come to. */
export const readingOf = (
  { tally, fields }: EngineInput,
  places: readonly Place[],
  runs: readonly Uint8Array[],
): Reading => ({
  source: 'flow-log',
  counts: countsOf(tally),
  fields,
  scopes: observationsOfRuns(runs, places),
  inventory: null,
  warnings: warningsOf(tally),
});
