import {
  buildHostSeries,
  type HostDestination,
  type HostSeries,
  type JoinedLogRow,
  measureHost,
} from '../detect/host-series.ts';
import { buildLoadBalancerSeries, type LoadBalancerSeries } from '../detect/load-balancer-series.ts';
import type { Merged } from '../detect/merge-observations.ts';
import { buildNatSeries, type NatSeries, UNNAMED_NAT } from '../detect/nat-series.ts';
import { hostBudget, natBudget } from '../detect/port-budget.ts';
import type { Address } from '../model/address.ts';
import type { Inventory } from '../model/inventory.ts';
import type { ConnectErrorMinute, FlowMinute, LogSource, MetricMinute, SocketMinute } from '../model/observation.ts';
import type { Settings } from '../model/settings.ts';
import { type ClientIndex, indexClients } from './client-index.ts';
import { joinLogSource, STRONG_JOINS } from './join-log-source.ts';
import { layOutFlows, type NatFlows } from './lay-out-flows.ts';

/** The observations, arranged by what they are about. */
export type AllSeries = {
  readonly nats: readonly NatSeries[];
  readonly hosts: readonly HostSeries[];
  readonly loadBalancers: readonly LoadBalancerSeries[];
  readonly clients: ClientIndex;
};

export function buildSeries(merged: Merged, inventory: Inventory, settings: Settings): AllSeries {
  const layout = layOutFlows(merged.flows, inventory, settings);
  const clients = indexClients(layout.hosts, settings);
  return {
    nats: buildNats(layout.nats, merged, inventory, settings),
    hosts: buildHosts(layout.hosts, merged, clients, inventory, settings),
    loadBalancers: buildLoadBalancerSeries(merged.metrics),
    clients,
  };
}

function buildNats(flows: readonly NatFlows[], merged: Merged, inventory: Inventory, settings: Settings): NatSeries[] {
  const metrics = Map.groupBy(
    merged.metrics.filter((row) => row.resourceType === 'nat-gateway'),
    (row) => row.resourceId ?? nameUnnamed(flows, merged.metrics, settings),
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
    return buildNatSeries(
      natId,
      gateway,
      own,
      metrics.get(natId) ?? [],
      lossyMinutesOf(own, merged),
      natBudget(gateway, own, settings),
      settings,
    );
  });
}

function nameUnnamed(flows: readonly NatFlows[], metrics: readonly MetricMinute[], settings: Settings): string {
  const named = new Set(metrics.flatMap((row) => (row.resourceType === 'nat-gateway' ? (row.resourceId ?? []) : [])));
  const [only] = [...named, ...flows.map((nat) => nat.natId)];
  return settings.natGateway ?? (named.size + flows.length === 1 && only !== undefined ? only : UNNAMED_NAT);
}

function lossyMinutesOf(nat: NatFlows | null, merged: Merged): Set<number> {
  const own = new Set(nat?.interfaceIds);
  return new Set(
    merged.coverage.filter((row) => row.skipData > 0 && own.has(row.interfaceId)).map((row) => row.minute),
  );
}

/** Host subjects: one per source address, or per log source whose events come from several addresses or none known. */
function buildHosts(
  flows: readonly FlowMinute[],
  merged: Merged,
  clients: ClientIndex,
  inventory: Inventory,
  settings: Settings,
): HostSeries[] {
  const joined = merged.connectErrors
    .filter((row) => row.verdict === 'connect-exhaustion')
    .map((row) => ({ row, sources: joinLogSource(row, { inventory, settings, clients }) }));
  const groups = [...Map.groupBy(joined, ({ row }) => logSourceId(row.logSource))].map(([id, rows]) => ({
    id,
    rows,
    addresses: addressesOf(rows),
  }));
  const byAddress = Map.groupBy(flows, (row) => row.localAddress);
  const tables = Map.groupBy(merged.sockets, (row) => row.localAddress);
  const named = namedDestinations(joined, clients);
  const measure = (address: Address) =>
    measureAddress(address, byAddress.get(address) ?? [], tables.get(address) ?? [], named, settings);
  const shared = groups.filter(({ addresses }) => addresses.length !== 1);
  const absorbed = new Set(shared.flatMap(({ addresses }) => addresses));
  const single = new Set([
    ...byAddress.keys(),
    ...tables.keys(),
    ...groups.flatMap(({ addresses }) => (addresses.length === 1 ? addresses : [])),
  ]);
  const series = [
    ...[...single]
      .filter((address) => !absorbed.has(address))
      .map((address) => {
        const own = groups
          .filter(({ addresses }) => addresses.length === 1 && addresses[0] === address)
          .flatMap(({ rows }) => rows);
        return buildHostSeries(
          { type: 'source-address', id: address },
          measure(address),
          own,
          budgetOf(address, tables, settings),
        );
      }),
    ...shared.map(({ id, rows, addresses }) =>
      buildHostSeries(
        { type: 'log-source', id },
        addresses.flatMap(measure),
        rows,
        budgetOf(addresses[0] ?? null, tables, settings),
      ),
    ),
  ];
  return series
    .filter(({ destinations, logs }) => destinations.length > 0 || logs.size > 0)
    .sort((a, b) => (a.subject.id < b.subject.id ? -1 : 1));
}

const budgetOf = (address: Address | null, tables: ReadonlyMap<Address, readonly SocketMinute[]>, settings: Settings) =>
  hostBudget(address, tables.get(address ?? '')?.find((row) => row.localRange !== null)?.localRange ?? null, settings);

function measureAddress(
  address: Address,
  flows: readonly FlowMinute[],
  tables: readonly SocketMinute[],
  named: ReadonlySet<string>,
  settings: Settings,
): HostDestination[] {
  return measureHost(
    address,
    flows,
    tables,
    named,
    budgetOf(address, new Map([[address, tables]]), settings),
    settings,
  );
}

/** How a log source is called: its group, and its service where the events name one. */
export const logSourceId = ({ group, service }: LogSource): string =>
  service === null || service === group ? group : `${group} ${service}`;

/** Addresses that the events of one log source come from; a mere "once talked to that destination" names nobody. */
function addressesOf(rows: readonly JoinedLogRow[]): Address[] {
  const sources = rows.flatMap((row) => row.sources);
  const strong = sources.filter(({ joinedBy }) => STRONG_JOINS.has(joinedBy));
  const usable = strong.length > 0 ? strong : sources.filter(({ joinedBy }) => joinedBy === 'destination-and-minute');
  return [...new Set(usable.map(({ address }) => address))].sort();
}

function namedDestinations(joined: readonly { readonly row: ConnectErrorMinute }[], clients: ClientIndex): Set<string> {
  return new Set(
    joined.flatMap(({ row: { destination } }) =>
      destination === null || destination.port === null
        ? []
        : clients.resolve(destination.host).map((address) => `${address} ${destination.port}`),
    ),
  );
}
