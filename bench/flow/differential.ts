import { spawnSync } from 'node:child_process';
import { createReadStream, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { createEngineReader } from '../../shared/core/flow-log/engine/engine-reader.ts';
import { createPlainEngine } from '../../shared/core/flow-log/engine/plain-engine.ts';
import { createWasmEngine } from '../../shared/core/flow-log/engine/wasm-engine.ts';
import type { FlowMinute } from '../../shared/core/model/observation.ts';
import { portsOf } from '../../shared/core/model/port-set.ts';
import { gzipFiles, installPeers } from './peers.ts';

/**
 * Every row that both engines make of a folder of flow logs against what DuckDB makes of the same files by SQL: keys,
 * ports (their number and their sum), opened, answered, closed, bytes, packets, records, rejections, overlaps and
 * lifetimes. `node bench/flow/differential.ts FOLDER [PEERS]`.
 */
const ROWS_BY_SQL = fileURLToPath(new URL('./peers/duckdb-rows.mjs', import.meta.url));

function lineOf(row: FlowMinute): string {
  const { destination, ports, opened, answered, closed } = row;
  const key = [
    row.minute,
    row.interfaceId,
    row.localAddress,
    destination.address,
    destination.port,
    destination.protocol,
    row.via ?? '',
  ];
  const portSum = portsOf(ports).reduce((sum, port) => sum + port, 0);
  const counts = [
    ports.size,
    opened.size,
    answered.size,
    closed.size,
    portSum,
    row.bytes,
    row.packets,
    row.records,
    row.rejected,
  ];
  return [...key, ...counts, ...row.overlap, ...row.lifetimes].join(' ');
}

/** All files as one input, so that rows which lie in several of them are added up. */
function rowsBy(createEngine: typeof createPlainEngine, folder: string): Set<string> {
  const reader = createEngineReader(createEngine, { file: folder });
  for (const path of gzipFiles(folder)) reader.push(gunzipSync(readFileSync(path)));
  const lines = new Set<string>();
  for (const { observations } of reader.finish().scopes)
    for (const row of observations) if (row.kind === 'flow') lines.add(lineOf(row));
  return lines;
}

async function compare(name: string, ours: Set<string>, theirs: string): Promise<boolean> {
  let common = 0;
  const missing: string[] = [];
  for await (const line of createInterface({ input: createReadStream(theirs) }))
    if (ours.has(line)) common += 1;
    else missing.push(line);
  const isSame = missing.length === 0 && common === ours.size;
  console.log(`${name}: ${ours.size} rows, ${common} the same by SQL, ${missing.length} only by SQL`);
  if (!isSame) console.log(missing.slice(0, 3).join('\n'));
  return isSame;
}

/** True when both engines give the same rows as DuckDB; `npm` is where DuckDB is installed. */
export async function compareWithSql(folder: string, npm: string): Promise<boolean> {
  const out = mkdtempSync(join(tmpdir(), 'freeport-differential-'));
  try {
    const theirs = join(out, 'rows');
    const ended = spawnSync(process.execPath, [ROWS_BY_SQL, folder, theirs], { cwd: npm, stdio: 'inherit' });
    if (ended.status !== 0) throw new Error('DuckDB failed');
    const wasm = await compare('wasm', rowsBy(createWasmEngine, folder), theirs);
    const plain = await compare('plain', rowsBy(createPlainEngine, folder), theirs);
    return wasm && plain;
  } finally {
    rmSync(out, { recursive: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [folder = '.', peersFolder = join(tmpdir(), 'freeport-bench-flow')] = process.argv.slice(2);
  const { npm } = installPeers(peersFolder);
  if (npm === null) throw new Error('DuckDB could not be installed');
  process.exitCode = (await compareWithSql(folder, npm)) ? 0 : 1;
}
