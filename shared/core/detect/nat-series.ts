import type { NatFlows } from '../correlate/lay-out-flows.ts';
import type { Address } from '../model/address.ts';
import { type Destination, destinationKey, parseDestinationKey } from '../model/destination.ts';
import type { FlowMinute, MetricMinute, MetricName } from '../model/observation.ts';
import { type PortSet, unionOf } from '../model/port-set.ts';
import type { Settings } from '../model/settings.ts';
import type { Minute } from '../model/time.ts';
import { countHeldPorts } from './held-ports.ts';
import { countUnansweredPorts, neighboursOf, openedPorts } from './opens.ts';
import type { PortBudget } from './port-budget.ts';
import { isSteadyTrickle, median } from './statistics.ts';

/** One NAT gateway's metrics in one minute; null where no datapoint arrived. */
export type NatMetrics = Partial<Record<MetricName, number>>;

/** One destination at one NAT gateway in one minute. Counts are ports or connections. */
export type NatUse = {
  readonly minute: Minute;
  /**
   * The ports certainly in use: flows whose [start, end] overlap, at the fullest of seconds 0, 15, 30, 45, or
   * connections that opened and have not closed, whichever is more.
   */
  readonly portsLow: number;
  /** Distinct ports in the minutes touching [t − idle timeout − hold, t]: an upper bound, see FACTS on recycling. */
  readonly portsHigh: number;
  /** portsLow plus opens/s × calibrated hold, never above portsHigh. */
  readonly portsEstimate: number;
  readonly opens: number;
  readonly closed: number;
  /** Opened and never answered on the client leg, and on the NAT's own leg; null where that leg is not logged. */
  readonly unansweredClients: number | null;
  readonly unansweredNat: number | null;
  /** Failed allocations lie in here: [max(0, clients − NAT), clients]; null where the client leg is not logged. */
  readonly failures: { readonly low: number; readonly high: number } | null;
};

export type NatDestination = {
  readonly destination: Destination;
  readonly uses: ReadonlyMap<Minute, NatUse>;
  /** Client rows towards this destination, for attribution. */
  readonly clientRows: readonly FlowMinute[];
};

export type NatSeries = {
  readonly kind: 'nat';
  readonly natId: string;
  readonly flows: NatFlows | null;
  readonly budget: PortBudget;
  readonly metrics: ReadonlyMap<Minute, NatMetrics>;
  /** Busiest first; those that can matter: see `DESTINATIONS_LIMIT`. */
  readonly destinations: readonly NatDestination[];
  /** Minutes in which flow records of this NAT exist. */
  readonly flowMinutes: ReadonlySet<Minute>;
  /** Minutes in which records were lost (SKIPDATA). */
  readonly lossyMinutes: ReadonlySet<Minute>;
  /** ErrorPortAllocation is a steady trickle: known for as long as there are datapoints, and never a burst. */
  readonly errorsAreSteady: boolean;
};

/** The subject of metrics and records whose gateway nothing names. */
export const UNNAMED_NAT = 'unnamed-nat-gateway';

/** Destinations measured per NAT gateway; the rest stay below the least of these in every minute. */
const DESTINATIONS_LIMIT = 200;

export function buildNatSeries(
  natId: string,
  flows: NatFlows | null,
  metrics: readonly MetricMinute[],
  lossyMinutes: ReadonlySet<Minute>,
  budget: PortBudget,
  settings: Settings,
): NatSeries {
  const metricsByMinute = collectMetrics(metrics);
  const natLegs = Map.groupBy(flows?.natLegs ?? [], (row) => destinationKey(row.destination));
  const clientLegs = Map.groupBy(flows?.clientLegs ?? [], (row) => destinationKey(row.destination));
  const busiest = rankByPeak(natLegs, clientLegs).slice(0, DESTINATIONS_LIMIT);
  const holdSeconds = calibrateHold(flows?.natLegs ?? [], metricsByMinute, settings);
  const context = { holdSeconds, capacityPorts: budget.capacityPorts, settings };
  const destinations = busiest.map((key) =>
    measureDestination(key, natLegs.get(key) ?? [], clientLegs.get(key) ?? [], context),
  );
  const flowMinutes = new Set([...(flows?.natLegs ?? []), ...(flows?.clientLegs ?? [])].map((row) => row.minute));
  return {
    kind: 'nat',
    natId,
    flows,
    budget,
    metrics: metricsByMinute,
    destinations,
    flowMinutes,
    lossyMinutes,
    errorsAreSteady: isSteadyTrickle([...metricsByMinute.values()].flatMap((at) => at.ErrorPortAllocation ?? [])),
  };
}

function collectMetrics(rows: readonly MetricMinute[]): Map<Minute, NatMetrics> {
  const collected = new Map<Minute, NatMetrics>();
  for (const row of rows) {
    for (let minute = row.minute; minute < row.minute + row.periodMinutes; minute += 1) {
      const metrics = collected.get(minute) ?? {};
      metrics[row.metric] = Math.max(
        metrics[row.metric] ?? 0,
        isSum(row.metric) ? row.value / row.periodMinutes : row.value,
      );
      collected.set(minute, metrics);
    }
  }
  return collected;
}

const isSum = (metric: MetricName): boolean => metric !== 'ActiveConnectionCount' && !metric.startsWith('Peak');

type Legs = ReadonlyMap<string, readonly FlowMinute[]>;

function rankByPeak(natLegs: Legs, clientLegs: Legs): string[] {
  const peaks = new Map<string, number>();
  for (const legs of [natLegs, clientLegs]) {
    for (const [key, rows] of legs) {
      for (const row of rows) peaks.set(key, Math.max(peaks.get(key) ?? 0, row.ports.size));
    }
  }
  return [...peaks].sort(([a, peakA], [b, peakB]) => peakB - peakA || (a < b ? -1 : 1)).map(([key]) => key);
}

/**
 * How long this NAT keeps a port after close, in seconds by minute: (ActiveConnectionCount − overlapping flows) /
 * opens per second, the median so far, within [0, setting]. Not documented by AWS, so where the metric is missing
 * the setting stands.
 */
function calibrateHold(
  natLegs: readonly FlowMinute[],
  metrics: ReadonlyMap<Minute, NatMetrics>,
  settings: Settings,
): (minute: Minute) => number {
  const overlapping = new Map<Minute, number>();
  for (const row of natLegs) overlapping.set(row.minute, (overlapping.get(row.minute) ?? 0) + Math.max(...row.overlap));
  const samples: { readonly minute: Minute; readonly seconds: number }[] = [];
  for (const minute of [...overlapping.keys()].sort((a, b) => a - b)) {
    const { ActiveConnectionCount: active, ConnectionAttemptCount: attempts } = metrics.get(minute) ?? {};
    if (active === undefined || attempts === undefined || attempts < 60) continue;
    const seconds = (active - (overlapping.get(minute) ?? 0)) / (attempts / 60);
    samples.push({ minute, seconds: Math.min(settings.hold.natSeconds, Math.max(0, seconds)) });
  }
  return (minute) => {
    const known = samples.filter((sample) => sample.minute <= minute).slice(-30);
    return known.length === 0 ? settings.hold.natSeconds : median(known.map((sample) => sample.seconds));
  };
}

type MeasureContext = {
  readonly holdSeconds: (minute: Minute) => number;
  readonly capacityPorts: number;
  readonly settings: Settings;
};

function measureDestination(
  key: string,
  natRows: readonly FlowMinute[],
  clientRows: readonly FlowMinute[],
  context: MeasureContext,
): NatDestination {
  const nat = Map.groupBy(natRows, (row) => row.minute);
  const clients = Map.groupBy(clientRows, (row) => row.minute);
  const held = countHeldPorts(natRows, Math.ceil(context.settings.hold.natIdleSeconds / 60));
  const uses = new Map<Minute, NatUse>();
  for (const minute of new Set([...nat.keys(), ...clients.keys()])) {
    uses.set(minute, measureMinute(minute, nat, clients, held.get(minute) ?? 0, context));
  }
  return { destination: parseDestinationKey(key), uses, clientRows };
}

function measureMinute(
  minute: Minute,
  nat: ByMinute,
  clients: ByMinute,
  stillOpen: number,
  context: MeasureContext,
): NatUse {
  const { natIdleSeconds, natSeconds } = context.settings.hold;
  const here = nat.get(minute) ?? [];
  const portsLow = Math.max(sum(here.map((row) => Math.max(...row.overlap))), stillOpen);
  const portsHigh = Math.max(portsLow, distinctPorts(nat, minute, Math.ceil((natIdleSeconds + natSeconds) / 60)));
  const unansweredClients = clients.size > 0 ? countUnanswered(clients, minute) : null;
  const unansweredNat = nat.size > 0 ? countUnanswered(nat, minute) : null;
  const opens = countOpens(clients.size > 0 ? clients : nat, minute);
  const held = (countOpens(nat.size > 0 ? nat : clients, minute) / 60) * context.holdSeconds(minute);
  const allAnswered = (unansweredClients ?? unansweredNat ?? 0) <= 0.01 * opens;
  const refuted = allAnswered && portsLow + held > 1.1 * context.capacityPorts;
  return {
    minute,
    portsLow,
    portsHigh,
    portsEstimate: Math.max(portsLow, Math.min(portsHigh, Math.round(portsLow + (refuted ? 0 : held)))),
    opens,
    closed: sum(here.map((row) => row.closed.size)),
    unansweredClients,
    unansweredNat,
    failures:
      unansweredClients === null
        ? null
        : { low: Math.max(0, unansweredClients - (unansweredNat ?? 0)), high: unansweredClients },
  };
}

type ByMinute = ReadonlyMap<Minute, readonly FlowMinute[]>;

/** Distinct (local address, port) pairs in the minutes touching the window before and in `minute`. */
function distinctPorts(rows: ByMinute, minute: Minute, windowMinutes: number): number {
  const byAddress = new Map<Address, PortSet[]>();
  for (let m = minute - windowMinutes; m <= minute; m += 1) {
    for (const row of rows.get(m) ?? [])
      byAddress.set(row.localAddress, [...(byAddress.get(row.localAddress) ?? []), row.ports]);
  }
  let count = 0;
  for (const sets of byAddress.values()) count += sets.length === 1 ? (sets[0] as PortSet).size : unionOf(sets).size;
  return count;
}

const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);

const countOpens = (rows: ByMinute, minute: Minute): number =>
  sum((rows.get(minute) ?? []).map((row) => openedPorts(row, neighboursOf(rows, row)).size));

const countUnanswered = (rows: ByMinute, minute: Minute): number =>
  sum((rows.get(minute) ?? []).map((row) => countUnansweredPorts(row, neighboursOf(rows, row))));
