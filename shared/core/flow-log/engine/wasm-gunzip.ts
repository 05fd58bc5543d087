import { hostWith, instantiateEngine, type WasmExports } from './wasm-exports.ts';

/** What wasm/gzip.as answers when all is well so far. */
export const NEEDS_INPUT = 1;

/** What it answers otherwise; nothing stands here for a whole gzip. */
export const DAMAGE: Readonly<Record<number, string>> = {
  3: 'damaged gzip',
  4: 'truncated gzip',
  5: 'not gzip',
  6: 'gzip with a wrong checksum',
  7: 'gzip with something else behind it',
};

/** Hands over so much of a chunk as there is room for, and returns how much that is. */
export function fillGzipInput(exports: WasmExports, memory: Uint8Array, chunk: Uint8Array): number {
  const to = exports.gzipInput() >>> 0;
  const length = Math.min((exports.gzipInputEnd() >>> 0) - to, chunk.length);
  memory.set(chunk.subarray(0, length), to);
  return length;
}

/** Of so much gzip at most four megabytes of text come at once. */
const PIECE_BYTES = 4096;

/**
 * The text of gzip with one or several members, up to the last readable byte before a damage: zlib gives up with all that
 * its output holds. Returns what is wrong, or null.
 */
export function* gunzipTexts(gzip: Iterable<Uint8Array>): Generator<Uint8Array, string | null> {
  const gunzip = idle ?? createGunzip();
  idle = null;
  try {
    return yield* textsOf(gunzip, gzip);
  } finally {
    idle = gunzip;
  }
}

/** The text that so much of a gzip holds, at most `PIECE_BYTES` of it, cut or damaged anywhere. */
export function firstTextOf(gzip: Uint8Array): Uint8Array {
  for (const text of gunzipTexts([gzip.subarray(0, PIECE_BYTES)])) return text;
  return new Uint8Array(0);
}

type Gunzip = {
  readonly engine: WasmExports;
  readonly memory: Uint8Array;
  /** What came since they were last taken. */
  readonly texts: Uint8Array[];
};

/** One is kept, as it takes longer to make than a small gzip takes. */
let idle: Gunzip | null = null;

function createGunzip(): Gunzip {
  const texts: Uint8Array[] = [];
  const engine = instantiateEngine(
    hostWith({ text: (from, length) => texts.push(memory.slice(from >>> 0, (from >>> 0) + length)) }),
  );
  engine.prepareText();
  const memory = new Uint8Array(engine.memory.buffer);
  return { engine, memory, texts };
}

function* textsOf({ engine, memory, texts }: Gunzip, gzip: Iterable<Uint8Array>): Generator<Uint8Array, string | null> {
  texts.length = 0;
  engine.beginText();
  let state = NEEDS_INPUT;
  for (const chunk of gzip) {
    for (let from = 0; from < chunk.length && state === NEEDS_INPUT;) {
      const length = fillGzipInput(engine, memory, chunk.subarray(from, from + PIECE_BYTES));
      from += length;
      state = engine.gunzip(length, 0);
      yield* texts.splice(0);
    }
    if (state !== NEEDS_INPUT) break;
  }
  if (state === NEEDS_INPUT) state = engine.gunzip(0, 1);
  yield* texts.splice(0);
  return DAMAGE[state] ?? null;
}
