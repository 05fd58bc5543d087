import { ipv4Number, type Place } from '../engine/dictionary.ts';
import { createRunCursor, nextRecord, openRun } from '../engine/run-reader.ts';
import { hostWith, instantiateEngine } from '../engine/wasm-exports.ts';
import type { EachForwarded } from './surveys.ts';

/** Finds forwarded records in WebAssembly, which passes over the others without reading them. */
export const eachForwardedWasm: EachForwarded = (runs, visit, destinations) => {
  const matches: number[] = [];
  const wasm = instantiateEngine(hostWith({ match: (at) => void matches.push(at) }));
  const cursor = createRunCursor();
  const to = wasm.beginMatch(destinations.length, RUN_BYTES) >>> 0;
  for (const { address, port, protocol } of destinations) {
    const number = ipv4Number(address);
    if (number === null) writeText(new Uint8Array(wasm.memory.buffer), to, address);
    wasm.wantDestination(number ?? 0, number === null ? address.length + 1 : 0, port, protocol);
  }
  for (const { bytes, places } of runs) {
    if (bytes.length > RUN_BYTES) throw new Error('a run is longer than runs are');
    new Uint8Array(wasm.memory.buffer).set(bytes, to);
    matches.length = 0;
    wasm.matchRun(to, bytes.length);
    for (const at of matches) {
      openRun(cursor, bytes, at);
      nextRecord(cursor);
      visit(cursor, places[cursor.place] as Place);
    }
  }
};

/** Engines hand over runs of 128 KiB at most. */
const RUN_BYTES = 128 * 1024;

/** As runs have it: the length, then the text. */
function writeText(memory: Uint8Array, to: number, text: string): void {
  memory[to] = text.length;
  for (let i = 0; i < text.length; i += 1) memory[to + 1 + i] = text.charCodeAt(i);
}
