import { DEFAULT_FORMAT, formatOf, type FlowFormat } from '../fields.ts';
import { LINE_BYTES_LIMIT } from '../lines.ts';
import { emptyTally } from '../tally.ts';
import { createPlaces, type AddressIds } from './dictionary.ts';
import { DEFAULT_TUPLE_LIMIT, type EngineOptions, type InflatingEngine } from './engine.ts';
import { parsePlace, readOddLine, rejectLongLine, type OddLineState } from './odd-lines.ts';
import { BOUND_WORDS, PAIR_BUCKETS } from './pair-bounds.ts';
import { planWords } from './plan-words.ts';
import { DAMAGE, fillGzipInput, NEEDS_INPUT } from './wasm-gunzip.ts';
import { hostWith, instantiateEngine, retireEngine, type WasmExports, type WasmHost } from './wasm-exports.ts';

type Wasm = {
  readonly exports: WasmExports;
  /** The memory as it is now: growing replaces it. */
  readonly bytes: Uint8Array;
  readonly words: Int32Array;
};

type OpenInput = {
  readonly lines: OddLineState;
  /** `NEEDS_INPUT` while gzip can go on; any other number is how it ended; null without gzip. */
  gzip: number | null;
  /** Plain lines whose format's fields are known to have been used. */
  settled: number;
};

/**
 * The engine in WebAssembly: the plain engine's stages on SIMD, with inflate before them. What is rare comes back here:
 * lines that are not plain, and new places.
 */
export function createWasmEngine(options: EngineOptions): InflatingEngine {
  let input: OpenInput | null = null;
  // The format of the plan that WebAssembly has.
  let planned: FlowFormat | null = null;
  const opened = (): OpenInput => {
    if (!input) throw new Error('no input was begun');
    return input;
  };
  const usePlan = ({ lines: { format } }: OpenInput): void => {
    const isPlanned = format === planned;
    if (!isPlanned) wasm.words.set(planWords(format), wasm.exports.planWords.value >>> 2);
    planned = format;
    wasm.exports.setPlan(isPlanned ? 1 : 0);
  };
  const host: InputHost = {
    lines: () => opened().lines,
    settle: () => settle(wasm, opened()),
    changePlan: () => usePlan(opened()),
  };
  const wasm = instantiate((self) => hostOf(self, options, host));
  const { exports } = wasm;
  const places = createPlaces((count) => exports.makePlaceRoom(count));
  const addresses = addressIdsOf(wasm);
  const target = {
    get words() {
      return wasm.words;
    },
    reserve: (minute: number, partition: number) => exports.reserve(minute, partition) >>> 2,
  };
  exports.prepare(options.tupleLimit ?? DEFAULT_TUPLE_LIMIT);
  return {
    places: places.list,
    pairBounds() {
      const from = exports.pairBounds() >>> 0;
      return new Uint32Array(exports.memory.buffer, from, PAIR_BUCKETS * BOUND_WORDS);
    },
    beginInput({ file, format = DEFAULT_FORMAT }) {
      if (input) throw new Error('the last input was not ended');
      const used = new Set<string>();
      const lines = { format: formatOf(format), file, tally: emptyTally(), used, places, addresses, target };
      input = { lines, gzip: null, settled: 0 };
      exports.beginInput();
    },
    push: (chunk) => pushText(wasm, chunk),
    pushGzip: (chunk) => pushGzip(wasm, opened(), chunk),
    endInput() {
      const { lines, gzip } = opened();
      const end = gzip === NEEDS_INPUT ? exports.gunzip(0, 1) : (gzip ?? 0);
      exports.endInput();
      settle(wasm, opened());
      input = null;
      lines.tally.read += exports.readCount.value;
      lines.tally.unknownInitiator += exports.unknownCount.value;
      lines.tally.noData += exports.noDataCount.value;
      lines.tally.skipData += exports.skipDataCount.value;
      return { tally: lines.tally, fields: [...lines.used].sort(), damage: DAMAGE[end] ?? null };
    },
    close() {
      exports.closeAll();
      exports.flushRuns();
      exports.forgetIds();
    },
    retire: () => retireEngine(exports),
  };
}

function instantiate(createHost: (wasm: Wasm) => WasmHost): Wasm {
  let bytes = new Uint8Array(0);
  let words = new Int32Array(0);
  const refresh = (): void => {
    if (bytes.buffer === exports.memory.buffer) return;
    bytes = new Uint8Array(exports.memory.buffer);
    words = new Int32Array(exports.memory.buffer);
  };
  const wasm: Wasm = {
    get exports() {
      return exports;
    },
    get bytes() {
      refresh();
      return bytes;
    },
    get words() {
      refresh();
      return words;
    },
  };
  const exports: WasmExports = instantiateEngine(createHost(wasm));
  return wasm;
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

type InputHost = {
  readonly lines: () => OddLineState;
  readonly settle: () => void;
  readonly changePlan: () => void;
};

/** Plain lines do not say so one by one: if there were any since the last time, they used their format's fields. */
function settle({ exports }: Wasm, open: OpenInput): void {
  const records = exports.readCount.value + exports.unknownCount.value;
  const plain = records + exports.noDataCount.value + exports.skipDataCount.value;
  if (plain > open.settled) for (const field of open.lines.format.used) open.lines.used.add(field);
  open.settled = plain;
}

function hostOf(wasm: Wasm, options: EngineOptions, { lines, settle: settleLines, changePlan }: InputHost): WasmHost {
  const { sink } = options;
  // Only a first line tells which plan holds: most begin with a header, and places are forgotten with each other plan.
  const rejectLong = (line: number): void => {
    rejectLongLine(lines(), line);
    if (line === 1) changePlan();
  };
  const at = (from: number, length: number): Uint8Array => wasm.bytes.subarray(from >>> 0, (from >>> 0) + length);
  return hostWith({
    odd(from, length, line) {
      if (length > LINE_BYTES_LIMIT) rejectLong(line);
      else {
        settleLines();
        if (readOddLine(lines(), at(from, length), line) || line === 1) changePlan();
      }
    },
    place: (from, length) => parsePlace(lines(), decoder.decode(at(from, length))),
    tooLong: rejectLong,
    run: (partition, from, length) => sink(partition, at(from, length)),
  });
}

/** Ids are given by WebAssembly: lines that it reads and lines that come back here hold the same addresses. */
const addressIdsOf = (wasm: Wasm): AddressIds => ({
  idOf(address) {
    const to = wasm.exports.addressText.value >>> 0;
    for (let i = 0; i < address.length; i += 1) wasm.bytes[to + i] = address.charCodeAt(i);
    return wasm.exports.idOfText(address.length) >>> 0;
  },
  hashOf: (id) => wasm.exports.hashOfId(id) | 0,
});

function pushText(wasm: Wasm, chunk: Uint8Array): void {
  const { exports } = wasm;
  for (let from = 0; from < chunk.length;) {
    const to = exports.textRoom() >>> 0;
    const length = Math.min((exports.textRoomEnd() >>> 0) - to, chunk.length - from);
    wasm.bytes.set(chunk.subarray(from, from + length), to);
    exports.pushText(length);
    from += length;
  }
}

/** Whatever follows the last member, or damage, is not read. */
function pushGzip(wasm: Wasm, open: OpenInput, chunk: Uint8Array): number {
  const { exports } = wasm;
  open.gzip ??= NEEDS_INPUT;
  for (let from = 0; from < chunk.length && open.gzip === NEEDS_INPUT;) {
    const length = fillGzipInput(exports, wasm.bytes, chunk.subarray(from));
    from += length;
    open.gzip = exports.gunzip(length, 0);
  }
  return exports.inflatedBytes.value;
}
