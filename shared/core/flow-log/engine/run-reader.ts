import type { Address } from '../../model/address.ts';
import { ipv4Text } from './dictionary.ts';
import {
  RUN_BITMAP_BYTES,
  TAG_COVERAGE,
  TAG_INFERRED,
  TAG_LIFETIMES,
  TAG_LOCAL_TEXT,
  TAG_OVERLAP,
  TAG_REMOTE_TEXT,
  TAG_VIA,
  TAG_VIA_TEXT,
} from './run-format.ts';

/**
 * A cursor over a run. `next` reads one record's numbers into the cursor, without allocating; sets and texts are read
 * only when asked for. Runs come from this process or its spill files, so they are trusted to be well-formed.
 */
export type RunCursor = {
  bytes: Uint8Array;
  at: number;
  isCoverage: boolean;
  minute: number;
  place: number;
  /** Coverage only. */
  noData: number;
  skipData: number;
  /** Where the addresses stand; `hasVia` tells whether `viaAt` does. */
  tag: number;
  localAt: number;
  remoteAt: number;
  viaAt: number;
  hasVia: boolean;
  port: number;
  protocol: number;
  opensInferred: boolean;
  totalBytes: number;
  packets: number;
  records: number;
  rejected: number;
  readonly overlap: Float64Array;
  readonly lifetimes: Float64Array;
  portCount: number;
  /** Where the ports stand, and in which form. */
  portsAt: number;
  hasBitmaps: boolean;
};

export const createRunCursor = (): RunCursor => ({
  bytes: new Uint8Array(0),
  at: 0,
  isCoverage: false,
  minute: 0,
  place: 0,
  noData: 0,
  skipData: 0,
  tag: 0,
  localAt: 0,
  remoteAt: 0,
  viaAt: 0,
  hasVia: false,
  port: 0,
  protocol: 0,
  opensInferred: false,
  totalBytes: 0,
  packets: 0,
  records: 0,
  rejected: 0,
  overlap: new Float64Array(4),
  lifetimes: new Float64Array(7),
  portCount: 0,
  portsAt: 0,
  hasBitmaps: false,
});

export function openRun(cursor: RunCursor, bytes: Uint8Array, at = 0): void {
  cursor.bytes = bytes;
  cursor.at = at;
}

/** False at the end of the run. */
export function nextRecord(cursor: RunCursor): boolean {
  const { bytes } = cursor;
  if (cursor.at >= bytes.length) return false;
  const tag = bytes[cursor.at] as number;
  cursor.tag = tag;
  cursor.minute = readU32(bytes, cursor.at + 1);
  cursor.at += 5;
  cursor.isCoverage = (tag & TAG_COVERAGE) !== 0;
  if (cursor.isCoverage) {
    cursor.place = readVarint(cursor);
    cursor.records = readVarint(cursor);
    cursor.noData = readVarint(cursor);
    cursor.skipData = readVarint(cursor);
    return true;
  }
  cursor.localAt = skipAddress(cursor, tag & TAG_LOCAL_TEXT);
  cursor.remoteAt = skipAddress(cursor, tag & TAG_REMOTE_TEXT);
  cursor.hasVia = (tag & TAG_VIA) !== 0;
  cursor.viaAt = cursor.hasVia ? skipAddress(cursor, tag & TAG_VIA_TEXT) : 0;
  cursor.port = (bytes[cursor.at] as number) | ((bytes[cursor.at + 1] as number) << 8);
  cursor.protocol = bytes[cursor.at + 2] as number;
  cursor.at += 3;
  cursor.opensInferred = (tag & TAG_INFERRED) !== 0;
  cursor.place = readVarint(cursor);
  cursor.totalBytes = readVarint(cursor);
  cursor.packets = readVarint(cursor);
  cursor.records = readVarint(cursor);
  cursor.rejected = readVarint(cursor);
  for (let i = 0; i < 4; i += 1) cursor.overlap[i] = (tag & TAG_OVERLAP) === 0 ? 0 : readVarint(cursor);
  for (let i = 0; i < 7; i += 1) cursor.lifetimes[i] = (tag & TAG_LIFETIMES) === 0 ? 0 : readVarint(cursor);
  const size = readVarint(cursor);
  cursor.hasBitmaps = size % 2 === 1;
  cursor.portCount = (size - (size % 2)) / 2;
  cursor.portsAt = cursor.at;
  cursor.at += cursor.hasBitmaps ? 4 * RUN_BITMAP_BYTES : 3 * cursor.portCount;
  return true;
}

export const viaText = (cursor: RunCursor): Address | null =>
  cursor.hasVia ? addressText(cursor.bytes, cursor.viaAt, (cursor.tag & TAG_VIA_TEXT) !== 0) : null;

export function addressText(bytes: Uint8Array, at: number, isText: boolean): Address {
  if (!isText) return ipv4Text(readU32(bytes, at));
  return String.fromCharCode(...bytes.subarray(at + 1, at + 1 + (bytes[at] as number)));
}

export const readU32 = (bytes: Uint8Array, at: number): number =>
  ((bytes[at] as number) |
    ((bytes[at + 1] as number) << 8) |
    ((bytes[at + 2] as number) << 16) |
    ((bytes[at + 3] as number) << 24)) >>>
  0;

function skipAddress(cursor: RunCursor, isText: number): number {
  const { at } = cursor;
  cursor.at += isText === 0 ? 4 : 1 + (cursor.bytes[at] as number);
  return at;
}

function readVarint(cursor: RunCursor): number {
  const { bytes } = cursor;
  let byte = bytes[cursor.at++] as number;
  if (byte < 128) return byte;
  let value = byte & 127;
  for (let scale = 128; byte > 127; scale *= 128) {
    byte = bytes[cursor.at++] as number;
    value += (byte & 127) * scale;
  }
  return value;
}
