import {
  LIFETIME_BOUNDS_MS,
  OVERLAP_SECONDS,
  type FlowCoverageMinute,
  type FlowMinute,
  type ScopeId,
} from '../model/observation.ts';
import { addPort } from '../model/port-set.ts';
import {
  compareCoverage,
  compareFlowRows,
  coverageKey,
  emptyFlowRow,
  flowRowKey,
  type CoverageRow,
  type FlowRow,
} from './flow-row.ts';
import { ACK, FIN, RST, SYN, type Leg } from './legs.ts';
import type { FlowRecord, SilentRecord } from './record.ts';

/** Rows of one scope, by key. */
export type FlowTable = { readonly flows: Map<string, FlowRow>; readonly coverage: Map<string, CoverageRow> };

export const emptyFlowTable = (): FlowTable => ({ flows: new Map(), coverage: new Map() });

const minuteOfSeconds = (seconds: number): number => Math.floor(seconds / 60);

/**
 * Which minute gets what, for a record that lasts: its ports, answers and overlap counts in every minute that its
 * closed interval [start, end] touches; its open in its first minute; bytes, packets, records, rejections, closes and
 * its lifetime in its last.
 */
export function addRecord(table: FlowTable, record: FlowRecord, leg: Leg): void {
  const first = minuteOfSeconds(record.startSeconds);
  const last = minuteOfSeconds(record.endSeconds);
  const flags = record.tcpFlags ?? 0;
  for (let minute = first; minute <= last; minute += 1) {
    const row = rowFor(table, record, leg, minute);
    row.opensInferred ||= record.opensInferred;
    addPort(row.ports, leg.localPort);
    if (leg.isReply) addPort(row.answered, leg.localPort);
    else addOverlap(row, record);
    if (minute === first && !leg.isReply && (flags & SYN) !== 0 && (flags & ACK) === 0)
      addPort(row.opened, leg.localPort);
    if (minute === last) addTotals(row, record, leg, flags);
  }
}

function rowFor(table: FlowTable, record: FlowRecord, leg: Leg, minute: number): FlowRow {
  const key = {
    minute,
    interfaceId: record.interfaceId,
    localAddress: leg.localAddress,
    destination: { address: leg.address, port: leg.port, protocol: record.protocol },
    via: leg.via,
  };
  const text = flowRowKey(key);
  const known = table.flows.get(text);
  if (known) return known;
  const row = emptyFlowRow(key);
  table.flows.set(text, row);
  return row;
}

function addOverlap(row: FlowRow, record: FlowRecord): void {
  for (const [i, second] of OVERLAP_SECONDS.entries()) {
    const instant = row.minute * 60 + second;
    if (record.startSeconds <= instant && instant <= record.endSeconds) row.overlap[i] = (row.overlap[i] ?? 0) + 1;
  }
}

function addTotals(row: FlowRow, record: FlowRecord, leg: Leg, flags: number): void {
  row.bytes += record.bytes;
  row.packets += record.packets;
  row.records += 1;
  if (record.isReject) row.rejected += 1;
  if ((flags & (FIN | RST)) === 0) return;
  addPort(row.closed, leg.localPort);
  if (leg.isReply) return;
  const bucket = lifetimeBucket((record.endSeconds - record.startSeconds) * 1000);
  row.lifetimes[bucket] = (row.lifetimes[bucket] ?? 0) + 1;
}

/** The bounds belong to their buckets: a flow of exactly one second is in the first. */
export function lifetimeBucket(durationMs: number): number {
  const bucket = LIFETIME_BOUNDS_MS.findIndex((bound) => durationMs <= bound);
  return bucket === -1 ? LIFETIME_BOUNDS_MS.length : bucket;
}

/** Counts a flow record in its last minute, so that coverage and rows agree on where a record is counted. */
export function coverRecord(table: FlowTable, interfaceId: string, endSeconds: number): void {
  coverageFor(table, interfaceId, minuteOfSeconds(endSeconds)).records += 1;
}

/** NODATA and SKIPDATA speak of their whole interval: every minute it touches is marked. */
export function coverSilence(table: FlowTable, record: SilentRecord): void {
  const last = minuteOfSeconds(record.endSeconds);
  for (let minute = minuteOfSeconds(record.startSeconds); minute <= last; minute += 1) {
    const row = coverageFor(table, record.interfaceId, minute);
    if (record.kind === 'no-data') row.noData += 1;
    else row.skipData += 1;
  }
}

function coverageFor(table: FlowTable, interfaceId: string, minute: number): CoverageRow {
  const key = coverageKey({ minute, interfaceId });
  const known = table.coverage.get(key);
  if (known) return known;
  const row: CoverageRow = { kind: 'flow-coverage', minute, interfaceId, records: 0, noData: 0, skipData: 0 };
  table.coverage.set(key, row);
  return row;
}

export type ScopeObservations = {
  readonly scope: ScopeId;
  readonly observations: readonly (FlowMinute | FlowCoverageMinute)[];
};

/** Rows first, then coverage, each in the one order of rows; scopes ascending. */
export function observationsOf(tables: ReadonlyMap<ScopeId, FlowTable>): ScopeObservations[] {
  return [...tables.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([scope, { flows, coverage }]) => ({
      scope,
      observations: [...[...flows.values()].sort(compareFlowRows), ...[...coverage.values()].sort(compareCoverage)],
    }));
}
