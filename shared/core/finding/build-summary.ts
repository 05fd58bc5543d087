import { mostOf } from '../detect/statistics.ts';
import type { AllSeries } from '../correlate/build-series.ts';
import { describeOwner } from '../correlate/describe-owner.ts';
import { rankByPortMinutes } from '../correlate/rank-nat.ts';
import type { HostDestination } from '../detect/host-series.ts';
import { hostEstimate } from '../detect/host-port-utilisation.ts';
import type { Merged } from '../detect/merge-observations.ts';
import type { NatDestination, NatSeries } from '../detect/nat-series.ts';
import { isoOf, type Minute, minuteEndMs, minuteStartMs } from '../model/time.ts';
import type { BuildContext } from './build-context.ts';
import { utilisationOf } from './frame.ts';
import type { RuledOut } from './schema.ts';
import { describeSignals } from './describe-signals.ts';
import {
  type DestinationHeadroom,
  type HeadroomMinute,
  type NatGatewaySummary,
  type Summary,
  SUMMARY_DESTINATIONS_LIMIT,
  SUMMARY_MINUTES_LIMIT,
  SUMMARY_RULED_OUT_LIMIT,
  SUMMARY_SOURCES_LIMIT,
} from './summary-schema.ts';

/** How much room there is everywhere, and which signals arrive: what people ask when nothing is wrong. */
export function buildSummary(
  all: AllSeries,
  merged: Merged,
  ruledOut: readonly RuledOut[],
  context: BuildContext,
  nowMs: number,
): Summary {
  const destinations = [
    ...all.nats.flatMap((series) =>
      series.destinations.map((destination) => natHeadroom(series, destination, context)),
    ),
    ...all.hosts.flatMap((series) => series.destinations.map((destination) => hostHeadroom(destination, context))),
  ].sort((a, b) => peakOf(b) - peakOf(a) || (a.address < b.address ? -1 : 1));
  const dropped = destinations.slice(SUMMARY_DESTINATIONS_LIMIT);
  return {
    at: isoOf(nowMs),
    window:
      merged.extent === null
        ? null
        : { from: isoOf(minuteStartMs(merged.extent.from)), to: isoOf(minuteEndMs(merged.extent.to)) },
    natGateways: all.nats.map((series) => summariseNat(series)),
    destinations: destinations.slice(0, SUMMARY_DESTINATIONS_LIMIT),
    omitted: { destinations: dropped.length, utilisationAtMost: Math.max(0, ...dropped.map(peakOf)) },
    signals: describeSignals(merged, context.inventory, nowMs),
    ruledOut: ruledOut.slice(0, SUMMARY_RULED_OUT_LIMIT),
  };
}

const peakOf = (destination: DestinationHeadroom): number => destination.peakUtilisation?.high ?? 0;

function summariseNat({ natId, flows, budget, metrics, ...series }: NatSeries): NatGatewaySummary {
  const ordered = [...metrics].sort(([a], [b]) => a - b).map(([, at]) => at);
  const errors = ordered.flatMap((at) => at.ErrorPortAllocation ?? []);
  return {
    id: natId,
    name: series.gateway?.name ?? null,
    vpcId: series.gateway?.vpcId ?? null,
    regional: series.gateway?.regional ?? false,
    addresses: series.gateway?.addresses.length ?? flows?.addresses.length ?? 0,
    capacityPorts: budget.capacityPorts,
    capacityAssumed: budget.assumed,
    capacityBasis: budget.basis,
    activeConnections: ordered.findLast((at) => at.ActiveConnectionCount !== undefined)?.ActiveConnectionCount ?? null,
    allocationErrors: errors.length === 0 ? null : errors.reduce((sum, value) => sum + value, 0),
  };
}

type Bounds = { readonly low: number; readonly high: number };
type MinuteUse = {
  readonly minute: Minute;
  readonly ports: Bounds;
  readonly opens: number;
  readonly failures: Bounds | null;
};

function natHeadroom(series: NatSeries, destination: NatDestination, context: BuildContext): DestinationHeadroom {
  const uses = [...destination.uses.values()].map((use) => ({
    minute: use.minute,
    ports: { low: use.portsLow, high: use.portsEstimate },
    opens: use.opens,
    failures: use.failures,
  }));
  const whole = { startMinute: -Infinity, endMinute: Infinity };
  const capacityPorts =
    destination.zone === null ? series.budget.capacityPorts : destination.capacityAt(mostOf(destination.uses.keys()));
  const sources = rankByPortMinutes(destination, whole, context, SUMMARY_SOURCES_LIMIT);
  return {
    ...headroom(uses, capacityPorts, series.budget.assumed),
    ...destination.destination,
    hostNames: [],
    layer: 'nat',
    resource: { type: 'nat-gateway', id: series.natId },
    sources: sources.map(({ address, interfaceId, share }) => ({
      address,
      interfaceId,
      owner: describeOwner(address, interfaceId, context.inventory),
      share,
    })),
  };
}

function hostHeadroom(entry: HostDestination, { inventory }: BuildContext): DestinationHeadroom {
  const { source: address, interfaceId, budget } = entry;
  const minutes = new Set([...entry.uses.keys(), ...entry.sockets.keys()]);
  const uses = [...minutes].map((minute) => {
    const table = entry.sockets.get(minute);
    const use = entry.uses.get(minute);
    const ports = table
      ? { low: table.portsInUse, high: table.portsInUse }
      : { low: use?.portsLow ?? 0, high: hostEstimate(entry, minute) ?? 0 };
    return { minute, ports, opens: use?.opens ?? 0, failures: null };
  });
  return {
    ...headroom(uses, budget.capacityPorts, budget.assumed),
    ...entry.destination,
    hostNames: [],
    layer: 'host',
    resource: { type: 'source-address', id: address },
    sources: [{ address, interfaceId, owner: describeOwner(address, interfaceId, inventory), share: 1 }],
  };
}

function headroom(
  unordered: readonly MinuteUse[],
  capacityPorts: number,
  capacityAssumed: boolean,
): Omit<DestinationHeadroom, 'address' | 'port' | 'protocol' | 'hostNames' | 'layer' | 'resource' | 'sources'> {
  const uses = unordered.toSorted((a, b) => a.minute - b.minute);
  const last = uses.at(-1);
  const failures = uses.flatMap((use) => use.failures ?? []);
  const utilisation = (ports: Bounds): Bounds => utilisationOf(ports, capacityPorts);
  return {
    capacityPorts,
    capacityAssumed,
    portsInUse: last?.ports ?? null,
    utilisation: last === undefined ? null : utilisation(last.ports),
    peakUtilisation:
      last === undefined
        ? null
        : utilisation({
            low: uses.reduce((most, use) => Math.max(most, use.ports.low), 0),
            high: uses.reduce((most, use) => Math.max(most, use.ports.high), 0),
          }),
    opens: last?.opens ?? null,
    failures:
      failures.length === 0
        ? null
        : {
            low: failures.reduce((sum, each) => sum + each.low, 0),
            high: failures.reduce((sum, each) => sum + each.high, 0),
          },
    etaAt: null,
    minutes: uses.slice(-SUMMARY_MINUTES_LIMIT).map((use): HeadroomMinute => ({
      at: isoOf(minuteStartMs(use.minute)),
      utilisation: utilisation(use.ports),
      failures: use.failures,
    })),
  };
}
