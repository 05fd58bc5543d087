import { createByteWriter, UnreadablePart, type ByteReader, type ByteWriter } from './part-codec-bytes.ts';
import { hasPort, portCount, portSetOf, portsOf, type PortSet } from './port-set.ts';

/**
 * A port set is the distances between its ascending ports, or all 65,536 bits once those are shorter. Its first number
 * says how many ports there are (times two) and, in its lowest bit, which form follows.
 */
const BITMAP_BYTES = 8192;

export function writePortSet(writer: ByteWriter, set: PortSet): void {
  const count = portCount(set);
  const distances = createByteWriter();
  let last = -1;
  for (const port of portsOf(set)) {
    distances.varint(port - last - 1);
    last = port;
  }
  const isBitmap = distances.length() > BITMAP_BYTES;
  writer.varint(count * 2 + (isBitmap ? 1 : 0));
  writer.bytes(isBitmap ? bitsOf(set) : distances.done());
}

function bitsOf(set: PortSet): Uint8Array {
  const bits = new Uint8Array(BITMAP_BYTES);
  for (const port of portsOf(set)) bits[port >>> 3] = (bits[port >>> 3] as number) | (1 << (port & 7));
  return bits;
}

export function readPortSet(reader: ByteReader): PortSet {
  const first = reader.varint();
  if (first % 2 === 1) return portSetOf(portsOfBits(reader.bytes(BITMAP_BYTES)));
  return portSetOf(portsOfDistances(reader, first / 2));
}

function* portsOfBits(bits: Uint8Array): Generator<number> {
  for (let port = 0; port < 65_536; port += 1) if (((bits[port >>> 3] as number) >>> (port & 7)) & 1) yield port;
}

function* portsOfDistances(reader: ByteReader, count: number): Generator<number> {
  let last = -1;
  for (let i = 0; i < count; i += 1) {
    last += reader.varint() + 1;
    if (last > 65_535) throw new UnreadablePart('a port is out of range');
    yield last;
  }
}

/** How a set relates to the row's ports, which nearly always contain it: two bits. */
export const SUBSET = { empty: 0, whole: 1, some: 2, other: 3 } as const;

export function subsetForm(set: PortSet, ports: PortSet): number {
  if (portCount(set) === 0) return SUBSET.empty;
  for (const port of portsOf(set)) if (!hasPort(ports, port)) return SUBSET.other;
  return portCount(set) === portCount(ports) ? SUBSET.whole : SUBSET.some;
}

export function writeSubset(writer: ByteWriter, form: number, set: PortSet, ports: PortSet): void {
  if (form === SUBSET.other) writePortSet(writer, set);
  if (form !== SUBSET.some) return;
  const mask = new Uint8Array((portCount(ports) + 7) >>> 3);
  let i = 0;
  for (const port of portsOf(ports)) {
    if (hasPort(set, port)) mask[i >>> 3] = (mask[i >>> 3] as number) | (1 << (i & 7));
    i += 1;
  }
  writer.bytes(mask);
}

export function readSubset(reader: ByteReader, form: number, ports: PortSet): PortSet {
  if (form === SUBSET.empty) return portSetOf([]);
  if (form === SUBSET.whole) return portSetOf(portsOf(ports));
  if (form === SUBSET.other) return readPortSet(reader);
  const mask = reader.bytes((portCount(ports) + 7) >>> 3);
  return portSetOf([...portsOf(ports)].filter((_, i) => ((mask[i >>> 3] as number) >>> (i & 7)) & 1));
}
