import { BITMAP_WORDS, countBits, listBits } from '../../model/port-bits.ts';
import { addAllPorts, addPort, portSetOfSorted, type PortSet } from '../../model/port-set.ts';
import { RUN_ANSWERED, RUN_BITMAP_BYTES, RUN_CLOSED, RUN_LIST_LIMIT, RUN_OPENED } from './run-format.ts';
import type { RunCursor } from './run-reader.ts';

/** Where the ports of a record stand, and in which form. */
export type RecordPorts = Pick<RunCursor, 'bytes' | 'portsAt' | 'portCount' | 'hasBitmaps'>;

/** The ports of the record the cursor stands on, with their flags. */
export function eachRunPort(cursor: RecordPorts, visit: (port: number, flags: number) => void): void {
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

/** In the order of a record's bitmaps; what flag an entry of its list must have. */
const SETS = [
  ['ports', 0],
  ['opened', RUN_OPENED],
  ['answered', RUN_ANSWERED],
  ['closed', RUN_CLOSED],
] as const;

/** Adds the record's ports to sets: bitmaps 32 ports at a time, long lists sorted first, as runs have them in no order. */
export function addRunPorts(cursor: RunCursor, sets: RunPortSets): void {
  if (cursor.hasBitmaps)
    for (const [i, [name]] of SETS.entries())
      addBitmap(sets[name], cursor.bytes, cursor.portsAt + i * RUN_BITMAP_BYTES);
  else if (cursor.portCount > SORT_FROM) {
    const size = sortList(cursor);
    for (const [name, flag] of SETS) addSorted(sets[name], sortedWith(size, flag));
  } else
    eachRunPort(cursor, (port, flags) => {
      addPort(sets.ports, port);
      if ((flags & RUN_OPENED) !== 0) addPort(sets.opened, port);
      if ((flags & RUN_ANSWERED) !== 0) addPort(sets.answered, port);
      if ((flags & RUN_CLOSED) !== 0) addPort(sets.closed, port);
    });
}

/** The same for those who ask which ports were seen, and nothing else of them. */
export function addSeenPorts(cursor: RecordPorts, seen: PortSet): void {
  if (cursor.hasBitmaps) addBitmap(seen, cursor.bytes, cursor.portsAt);
  else if (cursor.portCount > SORT_FROM) addSorted(seen, sortedWith(sortList(cursor), 0));
  else eachRunPort(cursor, (port) => addPort(seen, port));
}

/** Sets the bits of the record's ports: 32 at a time where it has bitmaps. */
export function setPortBits({ bytes, portsAt, portCount, hasBitmaps }: RecordPorts, bits: Uint32Array): void {
  if (hasBitmaps) {
    const view = new DataView(bytes.buffer, bytes.byteOffset + portsAt, RUN_BITMAP_BYTES);
    for (let word = 0; word < BITMAP_WORDS; word += 1)
      bits[word] = (bits[word] as number) | view.getUint32(word * 4, true);
    return;
  }
  for (let at = portsAt; at < portsAt + 3 * portCount; at += 3) {
    const port = (bytes[at] as number) | ((bytes[at + 1] as number) << 8);
    bits[port >>> 5] = (bits[port >>> 5] as number) | (1 << (port & 31));
  }
}

/** From here on putting ports in their places one by one costs more than sorting them. */
const SORT_FROM = 32;

/** A list is sorted by setting bits, and reading them: nothing in here outlives the record at hand. */
const BITS = new Uint32Array(BITMAP_WORDS);
const SORTED = new Uint16Array(RUN_LIST_LIMIT);
const FLAGS = new Uint8Array(65_536);

/** Puts the list's ports into `SORTED` and their flags into `FLAGS`, and returns how many there are. */
function sortList({ bytes, portsAt, portCount }: RecordPorts): number {
  for (let at = portsAt; at < portsAt + 3 * portCount; at += 3) {
    const port = (bytes[at] as number) | ((bytes[at + 1] as number) << 8);
    BITS[port >>> 5] = (BITS[port >>> 5] as number) | (1 << (port & 31));
    FLAGS[port] = bytes[at + 2] as number;
  }
  const size = listBits(BITS, 0, BITMAP_WORDS - 1, SORTED);
  BITS.fill(0);
  return size;
}

/** Those of the sorted ports that have the flag. */
function sortedWith(size: number, flag: number): Uint16Array {
  if (flag === 0) return SORTED.slice(0, size);
  const ports = new Uint16Array(size);
  let count = 0;
  for (let i = 0; i < size; i += 1) {
    const port = SORTED[i] as number;
    if (((FLAGS[port] as number) & flag) !== 0) ports[count++] = port;
  }
  return ports.slice(0, count);
}

function addSorted(set: PortSet, ports: Uint16Array): void {
  if (set.size === 0 && set.bitmap === null) Object.assign(set, portSetOfSorted(ports));
  else addAllPorts(set, { ports, size: ports.length, bitmap: null });
}

/** The first bitmap of a set becomes its own; others are read into one place, as new ones would be garbage of 8 KiB. */
function addBitmap(set: PortSet, bytes: Uint8Array, at: number): void {
  const isFirst = set.size === 0 && set.bitmap === null;
  const bitmap = isFirst ? new Uint32Array(BITMAP_WORDS) : BITMAP;
  // As bytes, which need not be aligned: the words of runs are those of the machine.
  new Uint8Array(bitmap.buffer).set(bytes.subarray(at, at + RUN_BITMAP_BYTES));
  const read: PortSet = { ports: new Uint16Array(0), size: countBits(bitmap, 0, BITMAP_WORDS - 1), bitmap };
  if (isFirst) Object.assign(set, read);
  else addAllPorts(set, read);
}

const BITMAP = new Uint32Array(BITMAP_WORDS);
