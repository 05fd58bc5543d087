import { FINGERPRINT_BUCKETS } from './needle-plan.ts';
import { NEEDLE_SCAN_WASM } from './needle-scan-wasm.ts';

/** Places in the WebAssembly memory; needle-scan.as has the same. */
const MASKS = 0;
const TABLE = 0x1000;
const TABLE_BITS = 10;
const ENTRIES = 0x2000;
const ENTRY_BYTES = 16;
const ENTRIES_LIMIT = 1_024;
const NEEDLES = 0x6000;
const HITS = 0x10000;
export const HITS_LIMIT = 16_384;
const TEXT = 0x20000;
const PAGE_BYTES = 65_536;
/** The scan reads a little past the text. */
const OVERRUN_BYTES = 64;

type Exports = {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  scan(from: number, length: number): number;
  count(from: number, length: number): number;
  readonly lines: { readonly value: number };
};

/** Offsets and lengths count from the start of `text`, which the caller fills. */
export type NeedleScanner = {
  /** Where the text to scan is put: scanning it there saves copying it. */
  readonly text: Uint8Array;
  /** Ascending, for each line one place where a needle is; at most `HITS_LIMIT`. */
  scan(from: number, length: number): Uint32Array;
  /** Of [0, length): newlines, and lines that begin with neither white space nor a closing bracket. */
  count(length: number): { readonly lines: number; readonly starts: number };
};

export const FINGERPRINT_BYTES = 4;

/** What is used of the WebAssembly interface: no library of types that the core may use declares it. */
type WasmApi = {
  readonly Module: new (binary: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: Exports };
};
const { WebAssembly: api } = globalThis as unknown as { readonly WebAssembly: WasmApi };

let compiled: object | null = null;
let placed: readonly PlacedNeedle[] | null = null;

/** Finds lines with any of `needles`, the catalogue's; ASCII letters of the text match in either case. */
export function createNeedleScanner(needles: readonly string[], textBytes: number): NeedleScanner {
  compiled ??= new api.Module(Uint8Array.from(atob(NEEDLE_SCAN_WASM), (unit) => unit.charCodeAt(0)));
  placed ??= placeFingerprints(distinctNeedles(needles));
  const wasm = new api.Instance(compiled).exports;
  wasm.memory.grow(Math.ceil((TEXT + textBytes + OVERRUN_BYTES) / PAGE_BYTES));
  const bytes = new Uint8Array(wasm.memory.buffer);
  placeNeedles(bytes, placed);
  const hits = new Uint32Array(wasm.memory.buffer, HITS, HITS_LIMIT);
  return {
    text: bytes.subarray(TEXT, TEXT + textBytes),
    scan: (from, length) => hits.subarray(0, wasm.scan(from, length)),
    count(length) {
      const starts = wasm.count(0, length);
      return { lines: wasm.lines.value, starts };
    },
  };
}

/** Without needles that hold another one: the other finds the line already. */
export const distinctNeedles = (needles: readonly string[]): readonly string[] =>
  [...new Set(needles)].filter((needle, _, all) => !all.some((other) => other !== needle && needle.includes(other)));

/** A needle with the fingerprint it is found by. */
type PlacedNeedle = { readonly needle: Uint8Array; readonly offset: number; readonly bucket: number };

function placeFingerprints(needles: readonly string[]): readonly PlacedNeedle[] {
  const buckets = FINGERPRINT_BUCKETS.map((grams) => grams.split(' '));
  return needles.map((text) => {
    const needle = new TextEncoder().encode(text);
    for (let offset = 0; offset + FINGERPRINT_BYTES <= needle.length; offset += 1) {
      const gram = hexOf(needle.subarray(offset, offset + FINGERPRINT_BYTES));
      const bucket = buckets.findIndex((grams) => grams.includes(gram));
      if (bucket >= 0) return { needle, offset, bucket };
    }
    throw new RangeError(`no fingerprint for '${text}': run node bench/signatures/build-needle-scan.ts`);
  });
}

const hexOf = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

function placeNeedles(bytes: Uint8Array, planned: readonly PlacedNeedle[]): void {
  const view = new DataView(bytes.buffer);
  if (planned.length >= ENTRIES_LIMIT) throw new RangeError(`more than ${ENTRIES_LIMIT} needles`);
  let free = NEEDLES;
  planned.forEach(({ needle, offset, bucket }, index) => {
    if (free + needle.length > HITS) throw new RangeError('needles take too much memory');
    bytes.set(needle, free);
    const fingerprint = view.getUint32(free + offset, true);
    const slot = TABLE + (Math.imul(fingerprint, 2654435761) >>> (32 - TABLE_BITS)) * 2;
    const entry = ENTRIES + (index + 1) * ENTRY_BYTES;
    view.setUint32(entry, fingerprint, true);
    view.setUint32(entry + 4, free, true);
    view.setUint16(entry + 8, needle.length, true);
    view.setUint16(entry + 10, offset, true);
    view.setUint16(entry + 12, view.getUint16(slot, true), true);
    view.setUint16(slot, index + 1, true);
    for (let place = 0; place < FINGERPRINT_BYTES; place += 1)
      markByte(bytes, place, needle[offset + place] ?? 0, bucket);
    free += needle.length;
  });
}

/** Sets the bucket's bit where the half-bytes of this letter are looked up, in both cases. */
function markByte(bytes: Uint8Array, place: number, byte: number, bucket: number): void {
  const low = MASKS + place * 32;
  const high = low + 16;
  for (const unit of byte >= 97 && byte <= 122 ? [byte, byte - 32] : [byte]) {
    bytes[low + (unit & 15)] = (bytes[low + (unit & 15)] ?? 0) | (1 << bucket);
    bytes[high + (unit >> 4)] = (bytes[high + (unit >> 4)] ?? 0) | (1 << bucket);
  }
}
