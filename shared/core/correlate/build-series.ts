import type { HostSeries } from '../detect/host-series.ts';
import { buildLoadBalancerSeries, type LoadBalancerSeries } from '../detect/load-balancer-series.ts';
import type { Merged } from '../detect/merge-observations.ts';
import { buildNatSeries, type NatSeries, UNNAMED_NAT } from '../detect/nat-series.ts';
import { natBudget } from '../detect/port-budget.ts';
import type { FlowRows } from '../flow-rows/flow-rows.ts';
import type { Inventory, NatGateway } from '../model/inventory.ts';
import type { ConnectErrorMinute, MetricMinute } from '../model/observation.ts';
import type { Settings } from '../model/settings.ts';
import { type ClientFailures, failedOpensOfClients } from './blame-clients.ts';
import { believeIpv6 } from './believe-ipv6.ts';
import { type ClientIndex, indexClients } from './client-index.ts';
import { buildHosts } from './build-hosts.ts';
import { layOutFlows, type NatFlows } from './lay-out-flows.ts';
import { failedByNats, learnNames, silentBehindNats } from './learn-names.ts';

/** The observations, arranged by what they are about. */
export type AllSeries = {
  readonly nats: readonly NatSeries[];
  readonly hosts: readonly HostSeries[];
  readonly loadBalancers: readonly LoadBalancerSeries[];
  readonly clients: ClientIndex;
  readonly clientFailures: ReadonlyMap<string, readonly ClientFailures[]>;
  /** One row per source, destination and minute. */
  readonly flows: FlowRows;
  /** Log events, judged again by what the flow records of their minutes show. */
  readonly logs: readonly ConnectErrorMinute[];
};

export function buildSeries(merged: Merged, inventory: Inventory, settings: Settings): AllSeries {
  const layout = layOutFlows(merged.flows, inventory, settings);
  const known = indexClients(layout.hosts, settings);
  const logs = believeIpv6(merged.connectErrors, layout.hosts, merged.sockets);
  const nats = buildNats(layout.nats, merged, inventory, settings);
  const timeouts = logs.filter((row) => row.verdict === 'nat-timeout-suspect');
  const clientFailures = new Map(nats.map((nat) => [nat.natId, failedOpensOfClients(nat, layout.hosts, inventory)]));
  const failed = failedByNats(nats, [...clientFailures.values()].flat());
  const informed = known.knowing(learnNames(timeouts, known, failed, silentBehindNats(nats)));
  const hosts = buildHosts(layout.hosts, { ...merged, connectErrors: logs }, informed, inventory, settings);
  return {
    nats,
    hosts: hosts.series,
    loadBalancers: buildLoadBalancerSeries(merged.metrics),
    clients: hosts.clients,
    clientFailures,
    flows: layout.hosts,
    logs,
  };
}

function buildNats(flows: readonly NatFlows[], merged: Merged, inventory: Inventory, settings: Settings): NatSeries[] {
  const unnamed = nameUnnamed(flows, merged.metrics, inventory, settings);
  const metrics = Map.groupBy(
    merged.metrics.filter((row) => row.resourceType === 'nat-gateway'),
    (row) => row.resourceId ?? unnamed,
  );
  // A gateway that metrics name and one that only flow records show are the same when there is one of each.
  const unnamedFlows = flows.filter((nat) => !nat.natId.startsWith('nat-'));
  const orphanMetrics = [...metrics.keys()].filter((id) => !flows.some((nat) => nat.natId === id));
  const alias = unnamedFlows.length === 1 && orphanMetrics.length === 1 ? orphanMetrics[0] : undefined;
  const named = flows.map((nat) => (alias !== undefined && nat === unnamedFlows[0] ? { ...nat, natId: alias } : nat));
  const ids = [...new Set([...metrics.keys(), ...named.map((nat) => nat.natId)])].sort();
  return ids.map((natId) => {
    const own = named.find((nat) => nat.natId === natId) ?? null;
    const gateway = inventory.natGateways.find((candidate) => candidate.id === natId) ?? null;
    const lossyMinutes = lossyMinutesOf(own, merged);
    const budget = natBudget(gateway, own, settings);
    const series = buildNatSeries(natId, gateway, own, metrics.get(natId) ?? [], lossyMinutes, budget, settings);
    return { ...series, flowMinutes: series.flowMinutes.union(idleMinutesOf(own, merged)) };
  });
}

/** Whose the metrics are that name no gateway: the settings', the only one that is known, the inventory's only one. */
function nameUnnamed(
  flows: readonly NatFlows[],
  metrics: readonly MetricMinute[],
  { natGateways }: Inventory,
  settings: Settings,
): string {
  const named = new Set(metrics.flatMap((row) => (row.resourceType === 'nat-gateway' ? (row.resourceId ?? []) : [])));
  const known = new Set([...named, ...flows.map((nat) => nat.natId)]);
  if (known.size === 0 && natGateways.length === 1) known.add((natGateways[0] as NatGateway).id);
  const [only] = known;
  return settings.natGateway ?? (known.size === 1 && only !== undefined ? only : UNNAMED_NAT);
}

/** Minutes in which every interface of a gateway says that it had no traffic (NODATA): as good as a record. */
function idleMinutesOf(nat: NatFlows | null, merged: Merged): Set<number> {
  const own = new Set(nat?.interfaceIds);
  const idle = merged.coverage.filter((row) => row.noData > 0 && row.skipData === 0 && own.has(row.interfaceId));
  const interfaces = Map.groupBy(idle, (row) => row.minute);
  return new Set([...interfaces].filter(([, rows]) => rows.length === own.size).map(([minute]) => minute));
}

function lossyMinutesOf(nat: NatFlows | null, merged: Merged): Set<number> {
  const own = new Set(nat?.interfaceIds);
  return new Set(
    merged.coverage.filter((row) => row.skipData > 0 && own.has(row.interfaceId)).map((row) => row.minute),
  );
}
