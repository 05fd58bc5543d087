import type { Place } from '../engine/dictionary.ts';
import { hostWith, instantiateEngine, type WasmExports } from '../engine/wasm-exports.ts';
import {
  createPlaceNumbers,
  ENTRY_WORDS,
  NONE,
  ROW_WORDS,
  type IndexOptions,
  type PartitionIndex,
  type PlacedRun,
} from './partition-index.ts';

const SORTS = { ports: 0, opens: 1, unanswered: 2 } as const;

/**
 * `indexPartition` in WebAssembly, one partition after the other in the same memory. It takes every row. Memory for the
 * largest partition is best taken at once: what is outgrown is not given back.
 */
export function createWasmIndexer(
  largestBytes = 0,
): (runs: readonly PlacedRun[], options: Omit<IndexOptions, 'counts'>) => PartitionIndex {
  const wasm = instantiateEngine(hostWith({}));
  const numbers = createPlaceNumbers();
  wasm.beginIndex(largestBytes, 0, SORTS.ports);
  return (runs, { perMinute, sort }) => {
    const bytes = runs.reduce((sum, run) => sum + run.bytes.length, 0);
    let to = wasm.beginIndex(bytes, perMinute ? 1 : 0, SORTS[sort]) >>> 0;
    let last: readonly Place[] | null = null;
    for (const [run, { bytes: part, places }] of runs.entries()) {
      if (places !== last) writePlaceNumbers(wasm, numbers.numbersOf(places));
      last = places;
      new Uint8Array(wasm.memory.buffer).set(part, to);
      wasm.indexRun(to, part.length, run);
      to += part.length;
    }
    return indexOf(wasm, runs, numbers.list);
  };
}

function writePlaceNumbers(wasm: WasmExports, numbers: readonly number[]): void {
  const at = wasm.placeNumbers(numbers.length) >>> 2;
  new Int32Array(wasm.memory.buffer).set(numbers, at);
}

function indexOf(wasm: WasmExports, runs: readonly PlacedRun[], places: readonly Place[]): PartitionIndex {
  const words = (from: number, count: number): Int32Array => new Int32Array(wasm.memory.buffer, from >>> 0, count);
  return {
    entries: words(wasm.indexEntries(), wasm.indexEntryCount.value * ENTRY_WORDS),
    entryCount: wasm.indexEntryCount.value,
    rows: words(wasm.indexRows(), wasm.indexRowCount.value * ROW_WORDS),
    rowCount: wasm.indexRowCount.value,
    runs,
    places,
    texts: {
      textOf(id) {
        const at = id >>> 0;
        const bytes = new Uint8Array(wasm.memory.buffer);
        return String.fromCharCode(...bytes.subarray(at + 1, at + 1 + (bytes[at] as number)));
      },
    },
    gather(floor) {
      const list = wasm.gatherEntries(floor);
      const front = wasm.gatheredFront.value;
      const back = wasm.gatheredBack.value;
      const all = wasm.indexEntryCount.value;
      return { reaching: words(list, front), mixed: words(list + (all - back) * 4, back) };
    },
    inMinute: (entry, minute) => {
      const found = wasm.entryInMinute(entry, minute);
      return found === NONE ? NONE : found;
    },
  };
}
