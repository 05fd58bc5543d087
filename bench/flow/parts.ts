import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { createFastFlowReader } from '../../shared/core/flow-log/fast-reader.ts';
import { unpackPart } from '../../shared/core/flow-rows/unpack-part.ts';
import { mergeFlowParts } from '../../shared/core/flow-log/merge.ts';
import { encodePart } from '../../shared/core/model/part-codec.ts';
import type { Part } from '../../shared/core/model/part.ts';
import { portsOf } from '../../shared/core/model/port-set.ts';
import { partsOf } from '../../shared/local/files/read-file.ts';
import { packPart } from '../../shared/local/store/part-bytes.ts';
import { gzipFiles } from './peers.ts';

/**
 * How large parts are: bytes for an object, and for a connection, which is a port of a local address towards a
 * destination, whatever it says in how many records and minutes of an object.
 * `node bench/flow/parts.ts FOLDER...`
 */
type Sizes = {
  gzip: number;
  text: number;
  encoded: number;
  packed: number;
  records: number;
  rows: number;
  ports: number;
};

function sizesOf(path: string): Sizes & { readonly parts: Part[] } {
  const gzip = readFileSync(path);
  const text = gunzipSync(gzip);
  const reader = createFastFlowReader({ file: path });
  reader.push(text);
  const parts = partsOf(reader.finish(), path, basename(path)).map(unpackPart);
  const rows = parts.flatMap(({ observations }) => observations.filter((row) => row.kind === 'flow'));
  const sum = (of: (part: Part) => number): number => parts.reduce((total, part) => total + of(part), 0);
  return {
    gzip: gzip.length,
    text: text.length,
    encoded: sum((part) => encodePart(part).length),
    packed: sum((part) => packPart(part).length),
    records: rows.reduce((total, row) => total + row.records, 0),
    rows: rows.length,
    ports: rows.reduce((total, row) => total + row.ports.size, 0),
    parts,
  };
}

const per = (bytes: number, count: number): string => (bytes / Math.max(count, 1)).toFixed(1).padStart(7);

function report(folder: string): void {
  const sums: Sizes = { gzip: 0, text: 0, encoded: 0, packed: 0, records: 0, rows: 0, ports: 0 };
  const perObject: number[] = [];
  let connections = 0;
  for (const path of gzipFiles(folder)) {
    const { parts, ...sizes } = sizesOf(path);
    for (const name of Object.keys(sums) as (keyof Sizes)[]) sums[name] += sizes[name];
    perObject.push(sizes.packed);
    connections += distinctConnections(parts);
  }
  const sorted = perObject.sort((a, b) => a - b);
  const kilo = (bytes: number): string => (bytes / 1000).toFixed(0);
  console.log(`\n${folder}: ${sorted.length} objects, ${sums.records} records, ${sums.rows} rows`);
  console.log(
    `an object: median ${kilo(sorted[sorted.length >> 1] ?? 0)} kB, largest ${kilo(sorted.at(-1) ?? 0)} kB packed`,
  );
  console.log('                        encoded  packed   gzip of the log');
  for (const [name, count] of [
    ['bytes per record', sums.records],
    ['bytes per connection', connections],
    ['bytes per row', sums.rows],
  ] as const)
    console.log(`${name.padEnd(22)}${per(sums.encoded, count)} ${per(sums.packed, count)}   ${per(sums.gzip, count)}`);
}

/** A port of a local address towards a destination, however many minutes and records it lasts. */
function distinctConnections(parts: readonly Part[]): number {
  const ports = new Map<string, Set<number>>();
  for (const row of mergeFlowParts(parts).rows) {
    const key = `${row.interfaceId} ${row.localAddress} ${row.destination.address} ${row.destination.port} ${row.destination.protocol} ${row.via}`;
    const known = ports.get(key) ?? new Set();
    ports.set(key, known);
    for (const port of portsOf(row.ports)) known.add(port);
  }
  return ports.values().reduce((sum, set) => sum + set.size, 0);
}

for (const folder of process.argv.slice(2)) report(folder);
