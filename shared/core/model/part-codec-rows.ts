import type { Address } from './address.ts';
import type { Destination } from './destination.ts';
import { LIFETIME_BUCKETS, OVERLAP_SECONDS, type FlowCoverageMinute, type FlowMinute } from './observation.ts';
import { UnreadablePart, type ByteReader, type ByteWriter } from './part-codec-bytes.ts';
import { createPortShelf, readPortSet, readSubset, subsetForm, writePortSet, writeSubset } from './part-codec-ports.ts';
import type { Minute } from './time.ts';

/**
 * Flow rows of one minute, column by column, because like stands beside like and compresses well: the strings first,
 * then where each row points into them, its numbers, and its port sets.
 */
export function writeFlowRows(writer: ByteWriter, rows: readonly FlowMinute[]): void {
  writer.varint(rows.length);
  if (rows.length === 0) return;
  const interfaces = writeTexts(
    writer,
    rows.map((row) => row.interfaceId),
  );
  const addresses = writeAddresses(
    writer,
    rows.flatMap(({ localAddress, destination, via }) => [
      localAddress,
      destination.address,
      ...(via === null ? [] : [via]),
    ]),
  );
  const column = (value: (row: FlowMinute) => number): void => {
    for (const row of rows) writer.varint(value(row));
  };
  column((row) => interfaces.get(row.interfaceId) as number);
  column((row) => addresses.get(row.localAddress) as number);
  column((row) => addresses.get(row.destination.address) as number);
  column((row) => row.destination.port);
  column((row) => row.destination.protocol);
  column((row) => (row.via === null ? 0 : (addresses.get(row.via) as number) + 1));
  column((row) => row.bytes);
  column((row) => row.packets);
  column((row) => row.records);
  column((row) => row.rejected);
  for (let i = 0; i < OVERLAP_SECONDS.length; i += 1) column((row) => row.overlap[i] ?? 0);
  for (let i = 0; i < LIFETIME_BUCKETS; i += 1) column((row) => row.lifetimes[i] ?? 0);
  for (const row of rows) writer.byte(formsOf(row));
  for (const row of rows) writePortSet(writer, row.ports);
  for (const row of rows) {
    const forms = formsOf(row);
    writeSubset(writer, (forms >>> 1) & 3, row.opened, row.ports);
    writeSubset(writer, (forms >>> 3) & 3, row.answered, row.ports);
    writeSubset(writer, (forms >>> 5) & 3, row.closed, row.ports);
  }
}

const formsOf = (row: FlowMinute): number =>
  (row.opensInferred ? 1 : 0) |
  (subsetForm(row.opened, row.ports) << 1) |
  (subsetForm(row.answered, row.ports) << 3) |
  (subsetForm(row.closed, row.ports) << 5);

export function readFlowRows(reader: ByteReader, minute: Minute): FlowMinute[] {
  const length = reader.count();
  if (length === 0) return [];
  const interfaces = readTexts(reader);
  const addresses = readAddresses(reader);
  const column = (): number[] => Array.from({ length }, () => reader.varint());
  const columns = (width: number): number[][] => Array.from({ length: width }, column);
  const interfaceIds = column();
  const locals = column();
  const remotes = column();
  const ports = column();
  const protocols = column();
  const vias = column();
  const [bytes, packets, records, rejected] = columns(4) as [number[], number[], number[], number[]];
  const overlaps = columns(OVERLAP_SECONDS.length);
  const lifetimes = columns(LIFETIME_BUCKETS);
  const forms = Array.from({ length }, () => reader.byte());
  const shelf = createPortShelf();
  const portSets = Array.from({ length }, () => readPortSet(reader, shelf));
  const at = (values: readonly number[], i: number): number => values[i] as number;
  const destinationOf = createDestinations(addresses);
  return Array.from({ length }, (_, i): FlowMinute => {
    const form = at(forms, i);
    const set = portSets[i] as FlowMinute['ports'];
    return {
      kind: 'flow',
      minute,
      interfaceId: pick(interfaces, at(interfaceIds, i)),
      localAddress: pick(addresses, at(locals, i)),
      destination: destinationOf(at(remotes, i), at(ports, i), at(protocols, i)),
      via: at(vias, i) === 0 ? null : pick(addresses, at(vias, i) - 1),
      ports: set,
      opened: readSubset(reader, (form >>> 1) & 3, set, shelf),
      answered: readSubset(reader, (form >>> 3) & 3, set, shelf),
      closed: readSubset(reader, (form >>> 5) & 3, set, shelf),
      opensInferred: (form & 1) === 1,
      overlap: overlaps.map((values) => at(values, i)),
      bytes: at(bytes, i),
      packets: at(packets, i),
      records: at(records, i),
      rejected: at(rejected, i),
      lifetimes: lifetimes.map((values) => at(values, i)),
    };
  });
}

/** Many rows go to one destination: they share it. */
function createDestinations(
  addresses: readonly Address[],
): (address: number, port: number, protocol: number) => Destination {
  const known = new Map<string, Destination>();
  return (address, port, protocol) => {
    const key = `${address} ${port} ${protocol}`;
    const destination = known.get(key) ?? { address: pick(addresses, address), port, protocol };
    known.set(key, destination);
    return destination;
  };
}

export function writeCoverage(writer: ByteWriter, rows: readonly FlowCoverageMinute[]): void {
  writer.varint(rows.length);
  for (const { interfaceId, records, noData, skipData } of rows) {
    writer.text(interfaceId);
    writer.varint(records);
    writer.varint(noData);
    writer.varint(skipData);
  }
}

export const readCoverage = (reader: ByteReader, minute: Minute): FlowCoverageMinute[] =>
  Array.from({ length: reader.count() }, () => ({
    kind: 'flow-coverage',
    minute,
    interfaceId: reader.text(),
    records: reader.varint(),
    noData: reader.varint(),
    skipData: reader.varint(),
  }));

function pick<T>(values: readonly T[], index: number): T {
  const value = values[index];
  if (value === undefined) throw new UnreadablePart('a row points past its strings');
  return value;
}

/** Writes each distinct text once, ascending, and says where each came to stand. */
function writeTexts(writer: ByteWriter, texts: Iterable<string>): ReadonlyMap<string, number> {
  const distinct = [...new Set(texts)].sort();
  writer.varint(distinct.length);
  for (const text of distinct) writer.text(text);
  return new Map(distinct.map((text, i) => [text, i]));
}

const readTexts = (reader: ByteReader): string[] => Array.from({ length: reader.count() }, () => reader.text());

/** IPv4 addresses as the distances between them, ascending; everything else as text after them. */
function writeAddresses(writer: ByteWriter, addresses: Iterable<Address>): ReadonlyMap<Address, number> {
  const distinct = [...new Set(addresses)];
  const numbers = distinct.map(ipv4Number).filter((number) => number !== null);
  numbers.sort((a, b) => a - b);
  writer.varint(numbers.length);
  let last = 0;
  for (const number of numbers) {
    writer.varint(number - last);
    last = number;
  }
  const positions = new Map(numbers.map((number, i) => [ipv4Text(number), i]));
  const texts = distinct.filter((address) => ipv4Number(address) === null);
  for (const [text, i] of writeTexts(writer, texts)) positions.set(text, numbers.length + i);
  return positions;
}

function readAddresses(reader: ByteReader): Address[] {
  let last = 0;
  const numbers = Array.from({ length: reader.count() }, () => (last += reader.varint()));
  return [...numbers.map(ipv4Text), ...readTexts(reader)];
}

/** Only the canonical spelling is a number: what is read must be what was written. */
function ipv4Number(address: Address): number | null {
  const parts = address.split('.');
  if (parts.length !== 4) return null;
  const number = parts.reduce((sum, part) => sum * 256 + Number(part), 0);
  return ipv4Text(number) === address ? number : null;
}

const ipv4Text = (number: number): Address =>
  `${Math.floor(number / 16_777_216)}.${(number >>> 16) & 255}.${(number >>> 8) & 255}.${number & 255}`;
