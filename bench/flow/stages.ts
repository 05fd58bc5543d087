import { readFileSync } from 'node:fs';
import { crc32, gunzipSync } from 'node:zlib';
import { createAddresses } from '../../shared/core/flow-log/engine/dictionary.ts';
import { planFields } from '../../shared/core/flow-log/engine/field-plan.ts';
import { createMinuteCloser } from '../../shared/core/flow-log/engine/minute-closer.ts';
import { createMinuteLog } from '../../shared/core/flow-log/engine/minute-log.ts';
import { createRunWriter } from '../../shared/core/flow-log/engine/run-writer.ts';
import { MAPPED_IPV4 } from '../../shared/core/flow-log/engine/other-columns.ts';
import { beginScan, createScanState, scanLines } from '../../shared/core/flow-log/engine/scan.ts';
import { hostWith, type WasmExports, type WasmHost } from '../../shared/core/flow-log/engine/wasm-exports.ts';
import { planWords } from '../../shared/core/flow-log/engine/plan-words.ts';
import { formatOf } from '../../shared/core/flow-log/fields.ts';
import { compileEngine } from './compile-engine.ts';
import { gzipFiles } from './peers.ts';

/** Nanoseconds per record of each stage, alone and warm: `node bench/flow/stages.ts FOLDER`. */
const [folder = '.'] = process.argv.slice(2);
const ROUNDS = 5;
const PIECE_BYTES = 96 * 1024;

const gzips = gzipFiles(folder)
  .slice(0, 24)
  .map((path) => readFileSync(path));
const texts = gzips.map((gzip) => new Uint8Array(gunzipSync(gzip)));
const records = texts.reduce((sum, text) => sum + text.reduce((lines, byte) => lines + (byte === 10 ? 1 : 0), -1), 0);
const header = new TextDecoder().decode(texts[0]?.subarray(0, texts[0].indexOf(10))).split(' ');
const format = formatOf(header);

function report(stage: string, run: () => void): void {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round += 1) {
    const before = process.cpuUsage();
    run();
    const { user, system } = process.cpuUsage(before);
    best = Math.min(best, ((user + system) * 1000) / records);
  }
  console.log(`${stage.padEnd(42)}${best.toFixed(1).padStart(8)} ns/record`);
}

/** Whole lines without the header, in pieces as large as the window's. */
function* pieces(): Generator<Uint8Array> {
  for (const text of texts)
    for (let from = text.indexOf(10) + 1; from < text.length;) {
      const end = text.subarray(0, Math.min(from + PIECE_BYTES, text.length)).lastIndexOf(10) + 1;
      yield text.subarray(from, end);
      from = end;
    }
}

type Stages = WasmExports & {
  takeBytes(bytes: number): number;
  inflateOnly(from: number, length: number, window: number): number;
  checksum(from: number, length: number): number;
  findSeparators(from: number, end: number): void;
  readLines(from: number, end: number): void;
};

type StagesApi = {
  readonly Module: new (binary: Uint8Array) => object;
  readonly Instance: new (module: object, imports: { readonly host: WasmHost }) => { readonly exports: Stages };
};

async function wasmStages(): Promise<void> {
  // The names of fields and the plan of columns are the host's to give.
  const host = hostWith({});
  const { WebAssembly: api } = globalThis as unknown as { readonly WebAssembly: StagesApi };
  const wasm = new api.Instance(new api.Module(await compileEngine('stages')), { host }).exports;
  wasm.prepare(1 << 20);
  const input = wasm.takeBytes(Math.max(...gzips.map((gzip) => gzip.length)) + 4096) >>> 0;
  const window = wasm.takeBytes(256 * 1024) >>> 0;
  const text = wasm.takeBytes(PIECE_BYTES + 4096) >>> 0;
  const memory = (): Uint8Array => new Uint8Array(wasm.memory.buffer);

  report('wasm: inflate', () => {
    for (const gzip of gzips) {
      memory().set(gzip.subarray(10), input);
      wasm.inflateOnly(input, gzip.length - 18, window);
    }
  });
  report('node: checksum', () => {
    for (const piece of pieces()) crc32(piece);
  });
  report('wasm: copy, checksum', () => {
    for (const piece of pieces()) {
      memory().set(piece, text);
      wasm.checksum(text, piece.length);
    }
  });
  report('wasm: copy, separators', () => {
    for (const piece of pieces()) {
      memory().set(piece, text);
      wasm.findSeparators(text, text + piece.length);
    }
  });
  new Int32Array(wasm.memory.buffer).set(planWords(format), wasm.planWords.value >>> 2);
  wasm.beginInput();
  wasm.setPlan(0);
  const readAll = (): void => {
    for (const piece of pieces()) {
      memory().set(piece, text);
      wasm.readLines(text, text + piece.length);
    }
  };
  report('wasm: copy, separators, fields to rows', () => {
    readAll();
    wasm.closeAll();
  });
}

function plainStages(): void {
  report('node: inflate, one call per object', () => {
    for (const [i, gzip] of gzips.entries()) gunzipSync(gzip, { chunkSize: (texts[i]?.length ?? 0) + 1 });
  });
  const addresses = createAddresses();
  const sunk = { words: new Int32Array(16), reserve: () => 0 };
  const help = { ipv4: 0, ipv6: () => MAPPED_IPV4, place: () => 0, odd() {} };
  // First what a process does; code that has then met a second kind of log is slower.
  report('plain: separators, fields to rows', () => {
    const closer = createMinuteCloser(createRunWriter(addresses, () => {}));
    const close = (): void => {
      for (const minute of log.openMinutes()) closer.closeMinute(log, minute);
    };
    const log = createMinuteLog({ tupleLimit: 1 << 20, closeSome: close, closeAll: close });
    const state = createScanState(log, addresses);
    beginScan(state, planFields(format));
    for (const piece of pieces()) scanLines(state, help, piece, 0, piece.length);
    close();
  });
  report('plain: separators, fields, legs', () => {
    const state = createScanState(sunk, addresses);
    beginScan(state, planFields(format));
    for (const piece of pieces()) scanLines(state, help, piece, 0, piece.length);
  });
}

console.log(`${texts.length} objects, ${records} records, ${header.length} fields\n`);
await wasmStages();
plainStages();
