import { ENGINE_BINARY } from './wasm-binary.ts';

type WasmGlobal = { readonly value: number };

/** What wasm/engine.as exports. Addresses are byte offsets in `memory`. */
export type WasmExports = {
  readonly memory: { readonly buffer: ArrayBuffer };
  prepare(tupleLimit: number): void;
  beginInput(): void;
  prepareText(): void;
  beginText(): void;
  textRoom(): number;
  textRoomEnd(): number;
  pushText(length: number): void;
  gzipInput(): number;
  gzipInputEnd(): number;
  gunzip(written: number, isLast: number): number;
  endInput(): void;
  closeAll(): void;
  flushRuns(): void;
  setPlan(keepsPlaces: number): void;
  reserve(minute: number, partition: number): number;
  makePlaceRoom(places: number): void;
  idOfText(length: number): number;
  hashOfId(id: number): number;
  forgetIds(): void;
  pairBounds(): number;
  keepRuns(bytes: number): number;
  runInput(length: number): number;
  keepRun(run: number, length: number): number;
  keptWhole(length: number): number;
  beginIndex(byMinute: number, sort: number): void;
  placeNumbers(count: number): number;
  indexRun(run: number, length: number): void;
  portsOfEntry(entry: number): number;
  indexEntries(): number;
  indexRows(): number;
  gatherEntries(floor: number): number;
  entryInMinute(entry: number, minute: number): number;
  beginMatch(count: number, bytes: number): number;
  wantForwarded(address: number, via: number, service: number, minute: number): void;
  matchRun(run: number, length: number, byMinute: number): void;
  readonly indexEntryCount: WasmGlobal;
  readonly indexRowCount: WasmGlobal;
  readonly gatheredFront: WasmGlobal;
  readonly gatheredBack: WasmGlobal;
  readonly inflatedBytes: WasmGlobal;
  readonly planWords: WasmGlobal;
  readonly addressText: WasmGlobal;
  readonly lineNumber: WasmGlobal;
  readonly readCount: WasmGlobal;
  readonly unknownCount: WasmGlobal;
  readonly noDataCount: WasmGlobal;
  readonly skipDataCount: WasmGlobal;
};

/** What it asks of its host. */
export type WasmHost = {
  odd(from: number, length: number, line: number): void;
  place(from: number, length: number): number;
  tooLong(line: number): void;
  run(partition: number, from: number, length: number): void;
  match(at: number): void;
  text(from: number, length: number): void;
};

/** What is used of the WebAssembly interface: no library of types that the core may use declares it. */
type WasmApi = {
  readonly Module: new (binary: Uint8Array) => object;
  readonly Instance: new (module: object, imports: { readonly host: WasmHost }) => { readonly exports: WasmExports };
};
const { WebAssembly: api } = globalThis as unknown as { readonly WebAssembly: WasmApi };

let compiled: object | null = null;

/** A host for those who use a part of the engine that asks for nothing, or for little. */
export const hostWith = (asked: Partial<WasmHost>): WasmHost => ({
  odd() {},
  place: () => 0,
  tooLong() {},
  run() {},
  match() {},
  text() {},
  ...asked,
});

/** Compiled once per thread and instantiated for each use, as its memory only grows. */
export function instantiateEngine(host: WasmHost): WasmExports {
  compiled ??= new api.Module(bytesOf(ENGINE_BINARY));
  return new api.Instance(compiled, { host }).exports;
}

let retired: WasmExports | null = null;

/** Another use may have it, as new memory costs more than the use: pages to be cleared, and a collection of garbage. */
export const retireEngine = (engine: WasmExports): void => {
  retired = engine;
};

/** For uses that ask nothing of a host. */
export function reuseEngine(): WasmExports {
  const engine = retired ?? instantiateEngine(hostWith({}));
  retired = null;
  return engine;
}

/** By a loop: an iterator over the characters would take longer than compiling them. */
function bytesOf(base64: string): Uint8Array {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < bytes.length; i += 1) bytes[i] = text.charCodeAt(i);
  return bytes;
}
