import type { InputReader } from '../model/reading.ts';
import { createEngineReader } from './engine/engine-reader.ts';
import { createWasmEngine } from './engine/wasm-engine.ts';
import type { FlowReaderOptions } from './flow-reader.ts';

/** Which engine reads flow logs: `createPlainEngine` of plain-engine.ts says the same where WebAssembly cannot be had. */
export const createFastEngine = createWasmEngine;

/** Reads flow log text as `createFlowReader` does, to the last count, several times faster. */
export const createFastFlowReader = (options: FlowReaderOptions): InputReader =>
  createEngineReader(createFastEngine, options);
