import type { EngineInput } from '../../core/flow-log/engine/engine.ts';
import { readingOf } from '../../core/flow-log/engine/engine-reader.ts';
import { createWasmEngine } from '../../core/flow-log/engine/wasm-engine.ts';
import type { FlowReaderOptions } from '../../core/flow-log/flow-reader.ts';
import { emptyTally } from '../../core/flow-log/tally.ts';
import type { Reading } from '../../core/model/reading.ts';
import type { ObjectReader } from './object-source.ts';

/**
 * Reads a flow log and gives what it says in pieces, each small enough to be worked on in a function's memory. The first
 * piece carries the counts. Nearly every object is one piece; the largest that AWS delivers are a few.
 */
export type PieceReader = ObjectReader<Iterable<Reading>>;

/** Rows as the engine packs them; as objects they take about twenty times as much. */
export const PIECE_BYTES = 3 * 1024 * 1024;

export function createPieceReader(options: FlowReaderOptions, pieceBytes: number = PIECE_BYTES): PieceReader {
  // A row always lies in the same partition, so a partition that stays whole keeps its rows whole.
  const partitions = new Map<number, Uint8Array[]>();
  const engine = createWasmEngine({
    sink: (partition, run) => {
      const runs = partitions.get(partition);
      if (runs) runs.push(run.slice());
      else partitions.set(partition, [run.slice()]);
    },
  });
  engine.beginInput(options);
  let ended: EngineInput | null = null;
  const end = (): EngineInput => (ended ??= engine.endInput());
  return {
    push: (chunk) => engine.push(chunk),
    pushGzip: (chunk) => engine.pushGzip(chunk),
    endGzip: () => end().damage,
    *finish() {
      const input = end();
      engine.close();
      let [tally, damage] = [input.tally, input.damage];
      for (const runs of groupsOf(partitions, pieceBytes)) {
        yield readingOf({ tally, fields: input.fields, damage }, engine.places, runs);
        [tally, damage] = [emptyTally(), null];
      }
    },
  };
}

/** Always at least one group, in the order of partitions, so that the same input falls into the same pieces. */
function* groupsOf(partitions: Map<number, Uint8Array[]>, pieceBytes: number): Generator<Uint8Array[]> {
  let group: Uint8Array[] = [];
  let bytes = 0;
  for (const partition of [...partitions.keys()].sort((a, b) => a - b)) {
    const runs = partitions.get(partition) ?? [];
    partitions.delete(partition);
    const size = runs.reduce((sum, run) => sum + run.byteLength, 0);
    if (group.length > 0 && bytes + size > pieceBytes) {
      yield group;
      [group, bytes] = [[], 0];
    }
    group.push(...runs);
    bytes += size;
  }
  yield group;
}
