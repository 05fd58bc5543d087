import type { NatFlows } from '../correlate/lay-out-flows.ts';
import { type FlowRows, joinRows, listRows, NO_ROWS, valuesOf } from '../flow-rows/flow-rows.ts';
import { type Destination, TCP } from '../model/destination.ts';
import type { NatGateway } from '../model/inventory.ts';
import type { MetricMinute, MetricName } from '../model/observation.ts';
import type { Settings } from '../model/settings.ts';
import type { Minute } from '../model/time.ts';
import { attachBlindLegs } from './blind-legs.ts';
import { coldMinutesOf } from './cold-minutes.ts';
import { calibrateHold, type Hold, holdByReuses } from './calibrate-hold.ts';
import { countAddresses } from './nat-capacity.ts';
import { busiestDestinations, zonesOf } from './nat-zones.ts';
import { judgeFailedOpens } from './failed-opens.ts';
import { estimatePorts, unseenPerOpen } from './estimate-nat-ports.ts';
import {
  isBlindToIdle,
  measureDestination,
  type MeasuredDestination,
  type NatMeasure,
  turnoverMinutes,
} from './measure-nat-destination.ts';
import type { PortBudget } from './port-budget.ts';
import { spanOfPorts } from './port-turnover.ts';
import { estimateLoss, type LossAt } from './record-loss.ts';
import { isSteadyTrickle, mostOf, trickleOf } from './statistics.ts';

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
  /**
   * An upper bound: distinct ports in the minutes touching [t − idle timeout − hold, t], narrowed by what the hold can
   * keep. A busy healthy gateway recycles its ports and touches nearly all of them.
   */
  readonly portsHigh: number;
  /** portsLow plus opens/s × calibrated hold, and without flags what stands or is open unseen; never above portsHigh. */
  readonly portsEstimate: number;
  /**
   * portsEstimate; without those held after close where the hold is only the setting, records carry no flags and no
   * metric has come, so that nothing could show a hold that is shorter.
   */
  readonly portsSure: number;
  readonly opens: number;
  /** Null where the records carry no flags. */
  readonly closed: number | null;
  /** Closed in the minute in which they opened; null where records span minutes, and it is not known. */
  readonly youngClosed: number | null;
  /** Opened and never answered on the client leg, and on the NAT's own leg; null where that leg is not logged. */
  readonly unansweredClients: number | null;
  readonly unansweredNat: number | null;
  /** With the opens on ports whose open of the minute before got no answer either. */
  readonly unansweredNatMost: number | null;
  /** What failed by the ports was seen to leave the gateway: see `passed-on.ts`. */
  readonly passedOn: boolean;
  /** Failed allocations lie in here: [max(0, clients − NAT), clients]; null where the client leg is not logged. */
  readonly failures: { readonly low: number; readonly high: number } | null;
};

export type NatDestination = {
  readonly destination: Destination;
  /** The zone of a regional gateway that is fullest towards it, which all of this is about; null for a zonal one. */
  readonly zone: string | null;
  /** Ports towards it in a minute: addresses come and go, and a zone has its own. */
  readonly capacityAt: (minute: Minute) => number;
  readonly uses: ReadonlyMap<Minute, NatUse>;
  /** Client rows towards this destination, for attribution. */
  readonly clientRows: FlowRows;
};

export type NatSeries = {
  readonly kind: 'nat';
  readonly natId: string;
  readonly gateway: NatGateway | null;
  readonly flows: NatFlows | null;
  /** As of the last minute. */
  readonly budget: PortBudget;
  /** Ports per destination in a minute, over all zones: addresses come and go. */
  readonly capacityAt: (minute: Minute) => number;
  readonly metrics: ReadonlyMap<Minute, NatMetrics>;
  /** Busiest first; those that can matter: see `DESTINATIONS_LIMIT`. */
  readonly destinations: readonly NatDestination[];
  /** Minutes in which flow records of this NAT exist. */
  readonly flowMinutes: ReadonlySet<Minute>;
  /** Minutes at the beginning of the records, in which connections that idle have not shown themselves yet. */
  readonly coldMinutes: ReadonlySet<Minute>;
  /** Minutes in which records were lost (SKIPDATA). */
  readonly lossyMinutes: ReadonlySet<Minute>;
  /** The share of flow records that is missing around a minute, without SKIPDATA to say so. */
  readonly lossAt: LossAt;
  /** ErrorPortAllocation is a steady trickle: known for as long as there are datapoints, and never a burst. */
  readonly errorsAreSteady: boolean;
  /** ErrorPortAllocation per minute that this gateway always has; 0 for most. */
  readonly errorTrickle: number;
};

/** The subject of metrics and records whose gateway nothing names. */
export const UNNAMED_NAT = 'unnamed-nat-gateway';

/** Destinations measured per NAT gateway; the rest stay below the least of these in every minute. */
const DESTINATIONS_LIMIT = 200;

/** A record goes on into the minute after, and its answer into the next. */
const UNSETTLED_MINUTES = 2;

export function buildNatSeries(
  natId: string,
  gateway: NatGateway | null,
  flows: NatFlows | null,
  metrics: readonly MetricMinute[],
  lossyMinutes: ReadonlySet<Minute>,
  budget: PortBudget,
  settings: Settings,
): NatSeries {
  const metricsByMinute = collectMetrics(metrics);
  const zones = zonesOf(gateway, flows);
  const range = spanOfPorts(flows?.natLegs ?? NO_ROWS);
  const [onlyZone] = zones.length === 1 ? zones : [];
  const portsOf = (addressesAt: (minute: Minute) => number) => (minute: Minute) =>
    addressesAt(minute) * settings.natPortsPerAddress;
  const measured = attachBlindLegs(
    busiestDestinations(zones)
      .slice(0, DESTINATIONS_LIMIT)
      .map(({ key, clientRows, zone: { name, addressesAt, natLegs, clientLegs } }) =>
        measureDestination(
          key,
          listRows(natLegs.get(key) ?? NO_ROWS),
          listRows(clientLegs.get(key) ?? NO_ROWS),
          settings,
          range,
          {
            zone: name,
            capacityAt: portsOf(addressesAt),
            clientRows,
          },
        ),
      ),
    flows ?? { blindLegs: NO_ROWS, natLegs: NO_ROWS },
    Math.floor(settings.hold.natIdleSeconds / 60),
  );
  const errors = [...metricsByMinute.values()].flatMap((at) => at.ErrorPortAllocation ?? []);
  const errorTrickle = trickleOf(errors);
  const samples = measured.filter(isTcp).flatMap(({ measures }) => [...measures.values()]);
  const lossAt = estimateLoss(samples.filter(({ minute }) => !lossyMinutes.has(minute)));
  const legs = joinRows(flows?.natLegs ?? NO_ROWS, flows?.clientLegs ?? NO_ROWS);
  const flowMinutes = valuesOf(legs, (row) => row.minute);
  const newest = mostOf(flowMinutes);
  const errorsAt = (minute: Minute): number | undefined => metricsByMinute.get(minute)?.ErrorPortAllocation;
  // Failed opens are failed allocations unless the metric says that no more failed than ever, or records are missing: to
  // the newest minutes answers may still be on their way.
  const isFull = (use: NatMeasure): boolean =>
    !lossyMinutes.has(use.minute) &&
    (errorsAt(use.minute) ?? (use.minute > newest - UNSETTLED_MINUTES ? 0 : Infinity)) > errorTrickle &&
    judgeFailedOpens(use, lossAt(use.minute)) === 'significant';
  const coldMinutes = coldMinutesOf(flowMinutes, warmUpMinutes(measured, settings));
  const gatewayFacts = { natLegs: flows?.natLegs ?? NO_ROWS, metrics: metricsByMinute, isFull, lossAt, coldMinutes };
  const hold = calibrateHold(measured.filter(isTcp), gatewayFacts, settings);
  const facts = {
    ...gatewayFacts,
    unseenPerOpen: unseenPerOpen(measured, gatewayFacts, hold),
    noneFailed: (minute: Minute) => errorsAround(metricsByMinute, minute) === 0,
  };
  // Without a close, what is not TCP keeps its port until it has idled out, unless it is seen to come back sooner.
  const others = holdByReuses(
    measured.filter((destination) => !isTcp(destination)),
    gatewayFacts,
  );
  const idleHold: Hold = { seconds: others ?? settings.hold.natIdleSeconds, isMeasured: true, isCounted: false };
  const destinations = measured.map((destination) =>
    estimatePorts(destination, { ...facts, hold: isTcp(destination) ? hold : idleHold }),
  );
  return {
    kind: 'nat',
    natId,
    gateway,
    flows,
    budget,
    capacityAt: portsOf(onlyZone ? onlyZone.addressesAt : countAddresses(gateway, flows)),
    metrics: metricsByMinute,
    destinations,
    flowMinutes,
    coldMinutes,
    lossyMinutes,
    errorsAreSteady: isSteadyTrickle(errors),
    errorTrickle,
    lossAt,
  };
}

/**
 * What idles shows itself within the idle timeout. Without flags a port is told from a new one by being seen again: until
 * they have been looked back for twice all are new, or follow minutes in which they were.
 */
const warmUpMinutes = (measured: readonly MeasuredDestination[], { hold }: Settings): number =>
  isBlindToIdle(measured) ? 2 * turnoverMinutes(hold) : Math.ceil(hold.natIdleSeconds / 60);

/** Largest ErrorPortAllocation of the minute and its neighbours: opens and drops need not fall into one minute. */
export function errorsAround(metrics: ReadonlyMap<Minute, NatMetrics>, minute: Minute): number | null {
  const known = [minute - 1, minute, minute + 1].flatMap((m) => metrics.get(m)?.ErrorPortAllocation ?? []);
  return known.length === 0 ? null : Math.max(...known);
}

const isTcp = ({ destination }: Pick<NatDestination, 'destination'>): boolean => destination.protocol === TCP;

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
