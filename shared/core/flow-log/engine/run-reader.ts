import type { Address } from '../../model/address.ts';
import { addAllPorts, addPort, emptyPortSet, type PortSet } from '../../model/port-set.ts';
import { bitCount } from './bit-count.ts';
import { ipv4Text } from './dictionary.ts';
import {
  RUN_ANSWERED,
  RUN_BITMAP_BYTES,
  RUN_CLOSED,
  RUN_OPENED,
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

/** The ports of the record the cursor stands on, with their flags. */
export function eachRunPort(cursor: RunCursor, visit: (port: number, flags: number) => void): void {
  const { bytes, portsAt } = cursor;
  if (!cursor.hasBitmaps) {
    for (let at = portsAt; at < portsAt + 3 * cursor.portCount; at += 3)
      visit((bytes[at] as number) | ((bytes[at + 1] as number) << 8), bytes[at + 2] as number);
    return;
  }
  const bit = (bitmap: number, port: number): number =>
    ((bytes[portsAt + bitmap * RUN_BITMAP_BYTES + (port >>> 3)] as number) >>> (port & 7)) & 1;
  for (let port = 0; port < 65_536; port += 1)
    if (bit(0, port) === 1)
      visit(port, (bit(1, port) * RUN_OPENED) | (bit(2, port) * RUN_ANSWERED) | (bit(3, port) * RUN_CLOSED));
}

export type RunPortSets = Readonly<Record<'ports' | 'opened' | 'answered' | 'closed', PortSet>>;

/** Adds the record's ports to sets: bitmaps 32 ports at a time, long lists sorted first, as runs have them in no order. */
export function addRunPorts(cursor: RunCursor, sets: RunPortSets): void {
  if (cursor.hasBitmaps) {
    for (const [i, set] of [sets.ports, sets.opened, sets.answered, sets.closed].entries())
      addAllPorts(set, bitmapAt(cursor.bytes, cursor.portsAt + i * RUN_BITMAP_BYTES));
    return;
  }
  if (cursor.portCount > SORT_FROM) {
    addSorted(cursor, sets.ports, 0);
    addSorted(cursor, sets.opened, RUN_OPENED);
    addSorted(cursor, sets.answered, RUN_ANSWERED);
    addSorted(cursor, sets.closed, RUN_CLOSED);
    return;
  }
  eachRunPort(cursor, (port, flags) => {
    addPort(sets.ports, port);
    if ((flags & RUN_OPENED) !== 0) addPort(sets.opened, port);
    if ((flags & RUN_ANSWERED) !== 0) addPort(sets.answered, port);
    if ((flags & RUN_CLOSED) !== 0) addPort(sets.closed, port);
  });
}

/** From here on putting ports in their places one by one costs more than sorting them. */
const SORT_FROM = 64;

function addSorted(cursor: RunCursor, set: PortSet, wanted: number): void {
  const ports = new Uint16Array(cursor.portCount);
  let size = 0;
  eachRunPort(cursor, (port, flags) => {
    if ((flags & wanted) === wanted) ports[size++] = port;
  });
  ports.subarray(0, size).sort();
  if (set.size === 0 && set.bitmap === null && size <= PORT_LIST_LIMIT) {
    set.ports = ports;
    set.size = size;
  } else addAllPorts(set, { ports, size, bitmap: null });
}

/** Longer lists grow into a bitmap when ports are added one by one. */
const PORT_LIST_LIMIT = 2048;

function bitmapAt(bytes: Uint8Array, at: number): PortSet {
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, RUN_BITMAP_BYTES);
  const bitmap = new Uint32Array(RUN_BITMAP_BYTES / 4);
  let size = 0;
  for (let word = 0; word < bitmap.length; word += 1) {
    const bits = view.getUint32(word * 4, true);
    bitmap[word] = bits;
    size += bitCount(bits);
  }
  return { ports: new Uint16Array(0), size, bitmap };
}

export const emptyRunPortSets = (): RunPortSets => ({
  ports: emptyPortSet(),
  opened: emptyPortSet(),
  answered: emptyPortSet(),
  closed: emptyPortSet(),
});

export const localText = (cursor: RunCursor): Address =>
  addressText(cursor.bytes, cursor.localAt, (cursor.tag & TAG_LOCAL_TEXT) !== 0);
export const remoteText = (cursor: RunCursor): Address =>
  addressText(cursor.bytes, cursor.remoteAt, (cursor.tag & TAG_REMOTE_TEXT) !== 0);
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
