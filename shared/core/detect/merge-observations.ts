import type { FlowRows } from '../flow-rows/flow-rows.ts';
import { mergeFlowParts } from '../flow-log/merge.ts';
import {
  type ConnectErrorMinute,
  EVENT_IDS_LIMIT,
  type FlowCoverageMinute,
  type MetricMinute,
  type Observation,
  SAMPLES_LIMIT,
  type SocketMinute,
} from '../model/observation.ts';
import { type Extent, extentOf } from '../model/extent.ts';
import { connectErrorKey } from '../model/connect-error-key.ts';
import type { AnyPart } from '../model/part.ts';
import type { Minute } from '../model/time.ts';

/** Everything the parts say, once: what detection reads. Arrays ascend by minute, then by key. */
export type Merged = {
  readonly flows: FlowRows;
  readonly coverage: readonly FlowCoverageMinute[];
  readonly connectErrors: readonly ConnectErrorMinute[];
  readonly metrics: readonly MetricMinute[];
  readonly sockets: readonly SocketMinute[];
  /** First and last minute of any observation; null when there is none. */
  readonly extent: Extent | null;
};

/** Union, sums over distinct part ids, and maxima: the order and repetition of parts cannot matter. */
export function mergeObservations(parts: readonly AnyPart[]): Merged {
  const distinct = [...new Map(parts.map((part) => [part.id, part])).values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  const { rows: flows, coverage } = mergeFlowParts(distinct);
  const rest = distinct.flatMap((part) => part.observations);
  const connectErrors = mergeBy(ofKind(rest, 'connect-error'), connectErrorKey, mergeConnectErrors);
  const metrics = mergeBy(ofKind(rest, 'metric'), metricKey, (a, b) => (a.value >= b.value ? a : b));
  const sockets = mergeBy(ofKind(rest, 'socket'), socketKey, mergeSockets);
  return {
    flows,
    coverage,
    connectErrors,
    metrics,
    sockets,
    extent: extentOf(flows, connectErrors, metrics, metrics.map(lastMinuteOf), sockets, coverage),
  };
}

function ofKind<K extends Observation['kind']>(
  rows: readonly Observation[],
  kind: K,
): Extract<Observation, { kind: K }>[] {
  return rows.filter((row): row is Extract<Observation, { kind: K }> => row.kind === kind);
}

function mergeBy<T extends { readonly minute: Minute }>(
  rows: readonly T[],
  keyOf: (row: T) => string,
  merge: (a: T, b: T) => T,
): T[] {
  const merged = new Map<string, T>();
  for (const row of rows) {
    const key = keyOf(row);
    const other = merged.get(key);
    merged.set(key, other === undefined ? row : merge(other, row));
  }
  return [...merged]
    .sort(([a, rowA], [b, rowB]) => rowA.minute - rowB.minute || (a < b ? -1 : 1))
    .map(([, row]) => row);
}

const metricKey = (row: MetricMinute): string =>
  [row.minute, row.resourceType, row.resourceId ?? '', row.metric, row.periodMinutes].join('|');
const socketKey = (row: SocketMinute): string =>
  [
    row.minute,
    row.host,
    row.localAddress,
    row.destination.address,
    row.destination.port,
    row.destination.protocol,
  ].join('|');

function mergeConnectErrors(a: ConnectErrorMinute, b: ConnectErrorMinute): ConnectErrorMinute {
  const samples = new Map([...a.samples, ...b.samples].map((sample) => [sample.eventId, sample]));
  return {
    ...a,
    certainty: Math.max(a.certainty, b.certainty),
    eventIds: [...new Set([...a.eventIds, ...b.eventIds])].sort().slice(0, EVENT_IDS_LIMIT),
    firstEventMs: Math.min(a.firstEventMs, b.firstEventMs),
    lastEventMs: Math.max(a.lastEventMs, b.lastEventMs),
    samples: [...samples.values()].sort((x, y) => (x.eventId < y.eventId ? -1 : 1)).slice(0, SAMPLES_LIMIT),
  };
}

function mergeSockets(a: SocketMinute, b: SocketMinute): SocketMinute {
  return {
    ...a,
    timeWait: Math.max(a.timeWait, b.timeWait),
    established: Math.max(a.established, b.established),
    portsInUse: Math.max(a.portsInUse, b.portsInUse),
    localRange: widest(a.localRange, b.localRange),
  };
}

function widest(a: SocketMinute['localRange'], b: SocketMinute['localRange']): SocketMinute['localRange'] {
  if (a === null || b === null) return a ?? b;
  return { low: Math.min(a.low, b.low), high: Math.max(a.high, b.high) };
}

/** A datapoint over several minutes speaks of all of them. */
const lastMinuteOf = ({ minute, periodMinutes }: MetricMinute): { readonly minute: Minute } => ({
  minute: minute + periodMinutes - 1,
});
