import { destinationKey } from '../model/destination.ts';
import { LIFETIME_BUCKETS, OVERLAP_SECONDS, type FlowCoverageMinute, type FlowMinute } from '../model/observation.ts';
import { addAllPorts, copyPortSet, emptyPortSet } from '../model/port-set.ts';

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** A row while it is being filled. */
export type FlowRow = Omit<Writable<FlowMinute>, 'overlap' | 'lifetimes'> & { overlap: number[]; lifetimes: number[] };
export type CoverageRow = Writable<FlowCoverageMinute>;

export type FlowRowKey = Pick<FlowMinute, 'minute' | 'interfaceId' | 'localAddress' | 'destination' | 'via'>;

/** Two rows of one key are about the same thing and merge. */
export const flowRowKey = (row: FlowRowKey): string =>
  `${row.minute} ${row.interfaceId} ${row.localAddress} ${destinationKey(row.destination)} ${row.via ?? ''}`;

export const coverageKey = (row: { readonly minute: number; readonly interfaceId: string }): string =>
  `${row.minute} ${row.interfaceId}`;

export function emptyFlowRow({ minute, interfaceId, localAddress, destination, via }: FlowRowKey): FlowRow {
  return {
    kind: 'flow',
    minute,
    interfaceId,
    localAddress,
    destination,
    via,
    ports: emptyPortSet(),
    opened: emptyPortSet(),
    answered: emptyPortSet(),
    closed: emptyPortSet(),
    opensInferred: false,
    overlap: OVERLAP_SECONDS.map(() => 0),
    bytes: 0,
    packets: 0,
    records: 0,
    rejected: 0,
    lifetimes: Array.from({ length: LIFETIME_BUCKETS }, () => 0),
  };
}

/** Field by field: packed rows have theirs on a prototype. */
export const copyFlowRow = (row: FlowMinute): FlowRow => ({
  kind: 'flow',
  minute: row.minute,
  interfaceId: row.interfaceId,
  localAddress: row.localAddress,
  destination: row.destination,
  via: row.via,
  opensInferred: row.opensInferred,
  bytes: row.bytes,
  packets: row.packets,
  records: row.records,
  rejected: row.rejected,
  ports: copyPortSet(row.ports),
  opened: copyPortSet(row.opened),
  answered: copyPortSet(row.answered),
  closed: copyPortSet(row.closed),
  overlap: [...row.overlap],
  lifetimes: [...row.lifetimes],
});

/** Adds what `other` counted to `row`: unions of sets, sums of counts. */
export function addFlowRow(row: FlowRow, other: FlowMinute): void {
  addAllPorts(row.ports, other.ports);
  addAllPorts(row.opened, other.opened);
  addAllPorts(row.answered, other.answered);
  addAllPorts(row.closed, other.closed);
  addFlowCounts(row, other);
}

type FlowCounts = Pick<
  FlowMinute,
  'opensInferred' | 'overlap' | 'bytes' | 'packets' | 'records' | 'rejected' | 'lifetimes'
>;

export function addFlowCounts(row: FlowRow, other: FlowCounts): void {
  row.opensInferred ||= other.opensInferred;
  row.bytes += other.bytes;
  row.packets += other.packets;
  row.records += other.records;
  row.rejected += other.rejected;
  addEach(row.overlap, other.overlap);
  addEach(row.lifetimes, other.lifetimes);
}

function addEach(sums: number[], counts: readonly number[]): void {
  for (let i = 0; i < counts.length; i += 1) sums[i] = (sums[i] ?? 0) + (counts[i] ?? 0);
}

const compare = (a: string | number, b: string | number): number => (a < b ? -1 : a > b ? 1 : 0);

/** The one order of rows, so that equal contents are equal bytes: minute, interface, local address, destination, via. */
export function compareFlowRows(a: FlowRowKey, b: FlowRowKey): number {
  return (
    a.minute - b.minute ||
    compare(a.interfaceId, b.interfaceId) ||
    compare(a.localAddress, b.localAddress) ||
    compare(a.destination.address, b.destination.address) ||
    a.destination.port - b.destination.port ||
    a.destination.protocol - b.destination.protocol ||
    compare(a.via ?? '', b.via ?? '')
  );
}

export const compareCoverage = (a: FlowCoverageMinute, b: FlowCoverageMinute): number =>
  a.minute - b.minute || compare(a.interfaceId, b.interfaceId);
