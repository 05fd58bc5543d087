import { hashText } from '../engine/dictionary.ts';
import { PAIR_BUCKET_BITS, pairBucket } from '../engine/pair-bounds.ts';
import { TAG_LOCAL_TEXT, TAG_REMOTE_TEXT } from '../engine/run-format.ts';
import { addressText, createRunCursor, nextRecord, openRun, readU32, type RunCursor } from '../engine/run-reader.ts';
import { PARTITION_BITS } from '../engine/tuple.ts';
import type { PlacedRun } from './partition-index.ts';

/** Buckets of pairs in one partition. */
export const PARTITION_BUCKETS = 1 << (PAIR_BUCKET_BITS - PARTITION_BITS);

/** Rows of one partition that a ranking looks at together. */
export type WantedRows = {
  /** All runs of the partition; each is good until the next. */
  readonly runs: Iterable<PlacedRun>;
  /** What the wanted rows take at most. */
  readonly bytes: number;
  /** One for each bucket of the partition whose rows are wanted; null for all of them. */
  readonly buckets: Uint8Array | null;
};

/** Kept rows lie in the same memory for one partition after the other: they are good until the next are kept. */
let kept = new Uint8Array(0);
const cursor = createRunCursor();

/** The wanted rows, those of runs with the same places together. */
export function keepRows({ runs, bytes, buckets }: WantedRows): PlacedRun[] {
  if (kept.length < bytes) kept = new Uint8Array(Math.ceil(bytes * 1.25));
  const pieces: PlacedRun[] = [];
  let from = 0;
  let end = 0;
  let last: PlacedRun['places'] | null = null;
  const endPiece = (): void => {
    if (last && end > from) pieces.push({ bytes: kept.subarray(from, end), places: last });
    from = end;
  };
  for (const { bytes: run, places } of runs) {
    if (places !== last) endPiece();
    last = places;
    end = buckets === null ? keepBytes(run, 0, run.length, end) : keepWanted(run, buckets, end);
  }
  endPiece();
  return pieces;
}

function keepBytes(run: Uint8Array, from: number, to: number, end: number): number {
  if (to > from) kept.set(run.subarray(from, to), end);
  return end + (to - from);
}

function keepWanted(run: Uint8Array, buckets: Uint8Array, to: number): number {
  let end = to;
  let from = 0;
  openRun(cursor, run);
  for (let at = 0; nextRecord(cursor); at = cursor.at)
    if (cursor.isCoverage || buckets[bucketOf(cursor) % PARTITION_BUCKETS] === 0) {
      end = keepBytes(run, from, at, end);
      from = cursor.at;
    }
  return keepBytes(run, from, run.length, end);
}

const bucketOf = ({ bytes, tag, localAt, remoteAt }: RunCursor): number =>
  pairBucket(hashAt(bytes, localAt, tag & TAG_LOCAL_TEXT), hashAt(bytes, remoteAt, tag & TAG_REMOTE_TEXT));

const hashAt = (bytes: Uint8Array, at: number, isText: number): number =>
  isText === 0 ? readU32(bytes, at) : hashText(addressText(bytes, at, true));
