import type { EngineOptions, FlowEngine } from '../../core/flow-log/engine/engine.ts';
import { createFastEngine } from '../../core/flow-log/fast-reader.ts';
import type { FlowReaders } from '../../core/enclosed/flow-lines.ts';
import { createPackedReader } from '../../core/flow-log/packed-reader.ts';
import { RowStore } from '../../core/flow-rows/row-store.ts';

/**
 * Readers whose rows lie in one store, and that take turns on one engine: starting one, with its memory of some forty megabytes, costs more than reading
 * a small object does. `createEngine` is asked for another only where inputs lie inside each other, or after an input
 * that was never finished.
 */
export function createFlowReaders(
  store: RowStore = new RowStore(),
  createEngine: (options: EngineOptions) => FlowEngine = createFastEngine,
): FlowReaders {
  let idle: TurnedEngine | null = null;
  const take = ({ sink }: EngineOptions): FlowEngine => {
    const turned = idle ?? start(createEngine);
    idle = null;
    turned.sink = sink;
    return {
      ...turned.engine,
      close() {
        turned.engine.close();
        idle = turned;
      },
    };
  };
  return (options) => createPackedReader(take, store, options);
}

type TurnedEngine = { readonly engine: FlowEngine; sink: EngineOptions['sink'] };

function start(createEngine: (options: EngineOptions) => FlowEngine): TurnedEngine {
  const turned: TurnedEngine = {
    engine: createEngine({ sink: (partition, run) => turned.sink(partition, run) }),
    sink: () => {},
  };
  return turned;
}
