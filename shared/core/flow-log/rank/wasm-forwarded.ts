import { addressHash, type Place } from '../engine/dictionary.ts';
import { createRunCursor, nextRecord, openRun } from '../engine/run-reader.ts';
import { hostWith, instantiateEngine } from '../engine/wasm-exports.ts';
import type { EachForwarded } from './surveys.ts';

/** Finds forwarded records in WebAssembly, which passes over the others without reading them. */
export const eachForwardedWasm: EachForwarded = (runs, visit, flows) => {
  const matches: number[] = [];
  const wasm = instantiateEngine(hostWith({ match: (at) => void matches.push(at) }));
  const cursor = createRunCursor();
  const to = wasm.beginMatch(flows.length, RUN_BYTES) >>> 0;
  const byMinute = flows.some(({ minute }) => minute !== null) ? 1 : 0;
  for (const { localAddress, destination, minute } of flows) {
    const { address, port, protocol } = destination;
    wasm.wantForwarded(addressHash(address), addressHash(localAddress), (port << 8) | protocol, minute ?? 0);
  }
  for (const { bytes, places } of runs) {
    if (bytes.length > RUN_BYTES) throw new Error('a run is longer than runs are');
    new Uint8Array(wasm.memory.buffer).set(bytes, to);
    matches.length = 0;
    wasm.matchRun(to, bytes.length, byMinute);
    for (const at of matches) {
      openRun(cursor, bytes, at);
      nextRecord(cursor);
      visit(cursor, places[cursor.place] as Place);
    }
  }
};

/** Engines hand over runs of 128 KiB at most. */
const RUN_BYTES = 128 * 1024;
