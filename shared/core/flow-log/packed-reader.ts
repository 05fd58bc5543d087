import type { RowStore } from '../flow-rows/row-store.ts';
import type { InputReader } from '../model/reading.ts';
import type { EngineOptions, FlowEngine } from './engine/engine.ts';
import type { FlowReaderOptions } from './flow-reader.ts';
import { createRunPacker } from './pack-runs.ts';
import { countsOf, warningsOf } from './tally.ts';

/** The reader of one input on top of an engine: it says what `createFlowReader` says, its rows packed into a store. */
export function createPackedReader(
  createEngine: (options: EngineOptions) => FlowEngine,
  store: RowStore,
  options: FlowReaderOptions & Pick<EngineOptions, 'tupleLimit'>,
): InputReader {
  const engine = createEngine({ ...options, sink: (_, run) => packer.add(run) });
  const packer = createRunPacker(store, (place) => engine.places[place] as (typeof engine.places)[number]);
  engine.beginInput(options);
  return {
    push: (chunk) => engine.push(chunk),
    finish() {
      const { tally, fields } = engine.endInput();
      engine.close();
      return {
        source: 'flow-log',
        counts: countsOf(tally),
        fields,
        scopes: packer.finish(),
        inventory: null,
        warnings: warningsOf(tally),
      };
    },
  };
}
