import { close, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Place } from '../../core/flow-log/engine/dictionary.ts';
import type { PairBounds } from '../../core/flow-log/engine/pair-bounds.ts';
import { PARTITIONS } from '../../core/flow-log/engine/tuple.ts';
import type { PlacedRun } from '../../core/flow-log/rank/partition-index.ts';
import { reasonOf } from '../files/reason-of.ts';
import { bytesIn, createRunList, runsIn, type RunLayout } from './run-layout.ts';

/** Runs kept in memory before the rest goes to a file in the temporary folder. */
export const MEMORY_RUN_BYTES = 4 * 1024 * 1024;
/** What fills the temporary folder past this is refused: 10 million rows are some 400 MB. */
const SPILL_BYTES_LIMIT = 64 * 1024 ** 3;

/**
 * Runs of one thread by partition: in shared memory while they fit, then in a file, so that every thread can read what
 * every other wrote, and memory stays the same for any amount of input.
 */
export type RunStore = {
  add(partition: number, run: Uint8Array): void;
  stored(places: readonly Place[], bounds: PairBounds): StoredRuns;
};

/** What another thread needs to read them: the file is open in this process, which all threads share. */
export type StoredRuns = {
  readonly layout: RunLayout;
  /** The first runs; what was written after so many bytes is in the file. */
  readonly memory: SharedArrayBuffer;
  readonly memoryBytes: number;
  readonly fileDescriptor: number | null;
  readonly places: readonly Place[];
  /** In shared memory too. */
  readonly bounds: PairBounds;
};

export function createRunStore(memoryBytes: number): RunStore {
  const memory = new SharedArrayBuffer(memoryBytes);
  const bytes = new Uint8Array(memory);
  const runs = createRunList();
  let used = 0;
  let file: number | null = null;
  let fileBytes = 0;
  return {
    add(partition, run) {
      runs.add(partition, run.length);
      if (file === null && used + run.length <= bytes.length) {
        bytes.set(run, used);
        used += run.length;
        return;
      }
      if (fileBytes + run.length > SPILL_BYTES_LIMIT)
        throw new SpillFailed('more rows than the temporary folder may hold');
      file = spill(file, run);
      fileBytes += run.length;
    },
    stored: (places, bounds) => ({
      layout: runs.layOut(),
      memory,
      memoryBytes: used,
      fileDescriptor: file,
      places,
      bounds: shared(bounds),
    }),
  };
}

/** Rows that cannot be kept: no file's fault, so that nothing may go on without them. */
export class SpillFailed extends Error {
  override readonly name = 'SpillFailed';
}

/** Writes behind what the file has, and opens one where there is none yet. */
function spill(file: number | null, run: Uint8Array): number {
  try {
    const open = file ?? openUnnamed();
    for (let written = 0; written < run.length;) written += writeSync(open, run, written, run.length - written);
    return open;
  } catch (error) {
    const reason = `cannot keep rows in the temporary folder ${tmpdir()}: ${reasonOf(error)}`;
    throw new SpillFailed(`${reason}\nname one with more room in TMPDIR, or fewer files`, { cause: error });
  }
}

function shared(bounds: PairBounds): PairBounds {
  const copy = new Uint32Array(new SharedArrayBuffer(bounds.byteLength));
  copy.set(bounds);
  return copy;
}

/** A file whose name is gone before anything is written, so that no crash leaves it behind. */
function openUnnamed(): number {
  const folder = mkdtempSync(join(tmpdir(), 'freeport-'));
  const file = openSync(join(folder, 'runs'), 'w+');
  rmSync(folder, { recursive: true });
  return file;
}

/** All runs of a partition, of all threads. What was spilled is read into one buffer, so a run is good until the next. */
export function* readPartition(stores: readonly StoredRuns[], partition: number): Generator<PlacedRun> {
  for (const store of stores) yield* runsOf(store, partition);
}

let spilled = new Uint8Array(32 * 1024);

export const bytesOfPartition = (stores: readonly StoredRuns[], partition: number): number =>
  stores.reduce((sum, { layout }) => sum + bytesIn(layout, partition), 0);

/** All runs there are, one after the other; each is good until the next. */
export function* allRuns(stores: readonly StoredRuns[]): Generator<PlacedRun> {
  for (let partition = 0; partition < PARTITIONS; partition += 1) yield* readPartition(stores, partition);
}

function* runsOf({ layout, memory, memoryBytes, fileDescriptor, places }: StoredRuns, partition: number) {
  for (const [start, length] of runsIn(layout, partition)) {
    if (start < memoryBytes) {
      yield { bytes: new Uint8Array(memory, start, length), places };
      continue;
    }
    if (spilled.length < length) spilled = new Uint8Array(length);
    const bytes = spilled.subarray(0, length);
    readSpilled(fileDescriptor as number, start - memoryBytes, bytes);
    yield { bytes, places };
  }
}

function readSpilled(file: number, at: number, bytes: Uint8Array): void {
  for (let read = 0; read < bytes.length;) {
    const count = readSync(file, bytes, read, bytes.length - read, at + read);
    if (count === 0) throw new Error('the file of spilled rows ends too early');
    read += count;
  }
}

/** Nobody waits until the system has freed what was spilled. */
export function dropRuns(stores: readonly StoredRuns[]): void {
  for (const { fileDescriptor } of stores) if (fileDescriptor !== null) close(fileDescriptor);
}
