import type { Place } from '../engine/dictionary.ts';
import { reuseEngine, type WasmExports } from '../engine/wasm-exports.ts';
import {
  createPlaceNumbers,
  ENTRY_WORDS,
  NONE,
  ROW_WORDS,
  type IndexOptions,
  type PartitionIndex,
  type PlacedRun,
} from './partition-index.ts';
import type { WantedRows } from './wanted-rows.ts';

const SORTS = { ports: 0, opens: 1, unanswered: 2 } as const;

/** `indexPartition` in WebAssembly, one partition after the other in the same memory. It takes every wanted row. */
export function createWasmIndexer(): (rows: WantedRows, options: Omit<IndexOptions, 'counts'>) => PartitionIndex {
  const wasm = reuseEngine();
  const numbers = createPlaceNumbers();
  return (rows, { perMinute, sort }) => {
    const kept = keepRows(wasm, rows);
    wasm.beginIndex(perMinute ? 1 : 0, SORTS[sort]);
    for (const { from, end, places } of kept) {
      writePlaceNumbers(wasm, numbers.numbersOf(places));
      wasm.indexRun(from, end - from);
    }
    const [from, end] = [kept[0]?.from ?? 0, kept.at(-1)?.end ?? 0];
    // All memory is taken by now: views of it are good until the next partition.
    const runs = [{ bytes: new Uint8Array(wasm.memory.buffer, from, end - from), places: numbers.list }];
    return indexOf(wasm, runs, numbers.list);
  };
}

type KeptRun = { readonly from: number; end: number; readonly places: readonly Place[] };

/** Copies the wanted rows, those of runs with the same places together. */
function keepRows(wasm: WasmExports, { runs, bytes, buckets }: WantedRows): KeptRun[] {
  const kept: KeptRun[] = [];
  const mask = wasm.keepRuns(bytes) >>> 0;
  if (buckets) new Uint8Array(wasm.memory.buffer).set(buckets, mask);
  let end = wasm.keptWhole(0) >>> 0;
  for (const { bytes: run, places } of runs) {
    let last = kept.at(-1);
    if (last?.places !== places) kept.push((last = { from: end, end, places }));
    const to = buckets === null ? end : wasm.runInput(run.length) >>> 0;
    new Uint8Array(wasm.memory.buffer).set(run, to);
    end = (buckets === null ? wasm.keptWhole(run.length) : wasm.keepRun(to, run.length)) >>> 0;
    last.end = end;
  }
  return kept;
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
    portsIn: (entry) => wasm.portsOfEntry(entry),
    inMinute: (entry, minute) => {
      const found = wasm.entryInMinute(entry, minute);
      return found === NONE ? NONE : found;
    },
  };
}
