import { createByteWriter, UnreadablePart, type ByteReader, type ByteWriter } from './part-codec-bytes.ts';
import { countWithout, emptyPortSet, hasPort, portList, portSetOfSorted, type PortSet } from './port-set.ts';

/**
 * A port set is the distances between its ascending ports, or all 65,536 bits once those are shorter. Its first number
 * says how many ports there are (times two) and, in its lowest bit, which form follows.
 */
const BITMAP_BYTES = 8192;

const PORTS_LIMIT = 65_536;

export function writePortSet(writer: ByteWriter, set: PortSet): void {
  const distances = createByteWriter();
  const ports = portList(set);
  let last = -1;
  for (let i = 0; i < set.size; i += 1) {
    const port = ports[i] as number;
    distances.varint(port - last - 1);
    last = port;
  }
  const isBitmap = distances.length() > BITMAP_BYTES;
  writer.varint(set.size * 2 + (isBitmap ? 1 : 0));
  writer.bytes(isBitmap ? bitsOf(set) : distances.done());
}

function bitsOf(set: PortSet): Uint8Array {
  const bits = new Uint8Array(BITMAP_BYTES);
  for (const port of portList(set).subarray(0, set.size))
    bits[port >>> 3] = (bits[port >>> 3] as number) | (1 << (port & 7));
  return bits;
}

/** Where lists are read to: thousands of arrays of their own would cost more than the ports in them. */
export type PortShelf = { room(count: number): Uint16Array };

const SHELF_PORTS = 32_768;

export function createPortShelf(): PortShelf {
  let shelf = new Uint16Array(0);
  let used = 0;
  return {
    room(count) {
      if (used + count > shelf.length) {
        shelf = new Uint16Array(Math.max(SHELF_PORTS, count));
        used = 0;
      }
      used += count;
      return shelf.subarray(used - count, used);
    },
  };
}

export function readPortSet(reader: ByteReader, shelf: PortShelf = createPortShelf()): PortSet {
  const first = reader.varint();
  if (first % 2 === 1) return portSetOfSorted(portsOfBits(reader.bytes(BITMAP_BYTES)));
  return portSetOfSorted(portsOfDistances(reader, first / 2, shelf));
}

function portsOfBits(bits: Uint8Array): Uint16Array {
  const ports = new Uint16Array(PORTS_LIMIT);
  let size = 0;
  for (let port = 0; port < PORTS_LIMIT; port += 1)
    if (((bits[port >>> 3] as number) >>> (port & 7)) & 1) ports[size++] = port;
  return ports.subarray(0, size);
}

function portsOfDistances(reader: ByteReader, count: number, shelf: PortShelf): Uint16Array {
  if (count > PORTS_LIMIT) throw new UnreadablePart('there are more ports than exist');
  const ports = shelf.room(count);
  let last = -1;
  for (let i = 0; i < count; i += 1) {
    last += reader.varint() + 1;
    if (last >= PORTS_LIMIT) throw new UnreadablePart('a port is out of range');
    ports[i] = last;
  }
  return ports;
}

/** How a set relates to the row's ports, which nearly always contain it: two bits. */
export const SUBSET = { empty: 0, whole: 1, some: 2, other: 3 } as const;

export function subsetForm(set: PortSet, ports: PortSet): number {
  if (set.size === 0) return SUBSET.empty;
  if (countWithout(set, ports) > 0) return SUBSET.other;
  return set.size === ports.size ? SUBSET.whole : SUBSET.some;
}

export function writeSubset(writer: ByteWriter, form: number, set: PortSet, ports: PortSet): void {
  if (form === SUBSET.other) writePortSet(writer, set);
  if (form !== SUBSET.some) return;
  const mask = new Uint8Array((ports.size + 7) >>> 3);
  const all = portList(ports);
  for (let i = 0; i < ports.size; i += 1)
    if (hasPort(set, all[i] as number)) mask[i >>> 3] = (mask[i >>> 3] as number) | (1 << (i & 7));
  writer.bytes(mask);
}

/** A subset that is the whole shares its set: most connections are opened, answered and closed within the minute. */
export function readSubset(reader: ByteReader, form: number, ports: PortSet, shelf: PortShelf): PortSet {
  if (form === SUBSET.empty) return emptyPortSet();
  if (form === SUBSET.whole) return ports;
  if (form === SUBSET.other) return readPortSet(reader, shelf);
  const mask = reader.bytes((ports.size + 7) >>> 3);
  const all = portList(ports);
  const isIn = (i: number): number => ((mask[i >>> 3] as number) >>> (i & 7)) & 1;
  let count = 0;
  for (let i = 0; i < ports.size; i += 1) count += isIn(i);
  const some = shelf.room(count);
  let size = 0;
  for (let i = 0; i < ports.size; i += 1) if (isIn(i)) some[size++] = all[i] as number;
  return portSetOfSorted(some);
}
