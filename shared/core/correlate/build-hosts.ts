import {
  buildHostSeries,
  CANDIDATE_SHARE,
  type HostCoverage,
  type HostDestination,
  type HostSeries,
  type JoinedLogRow,
  measureHost,
  spanOf,
} from '../detect/host-series.ts';
import type { Merged } from '../detect/merge-observations.ts';
import { hostBudget, type PortBudget } from '../detect/port-budget.ts';
import { measureSharedRange, type SharedUse } from '../detect/shared-range.ts';
import { type FlowRows, groupRows, listRows, NO_ROWS } from '../flow-rows/flow-rows.ts';
import type { Address } from '../model/address.ts';
import { type NamedDestination, parseDestinationKey } from '../model/destination.ts';
import type { Inventory } from '../model/inventory.ts';
import type { ConnectErrorMinute } from '../model/observation.ts';
import type { Settings } from '../model/settings.ts';
import type { Minute } from '../model/time.ts';
import type { ClientIndex } from './client-index.ts';
import { type FullPlaces, indexFullPlaces, joinToFull } from './full-places.ts';
import { alignClocks } from './log-clock.ts';
import { joinToTable } from './join-to-table.ts';
import { joinLogSource, STRONG_JOINS } from './join-log-source.ts';
import { learnNames, type TroubledAt } from './learn-names.ts';
import { logSourceId } from './log-source-id.ts';
import { narrowToFull } from './narrow-to-full.ts';

/** The hosts, and the clients with the host names that were learnt from the ports of the hosts. */
export type Hosts = { readonly series: HostSeries[]; readonly clients: ClientIndex };

/** Host subjects: one per source address, or per log source whose events come from several addresses or none known. */
export function buildHosts(
  flows: FlowRows,
  merged: Merged,
  known: ClientIndex,
  inventory: Inventory,
  settings: Settings,
): Hosts {
  const written = merged.connectErrors.filter((row) => row.verdict === 'connect-exhaustion');
  const measure = measurer(flows, merged, namedDestinations(written, known), settings);
  const measuredAt = (address: Address): readonly HostDestination[] => measure.at(address).destinations;
  const places = indexFullPlaces(measure.addresses.flatMap(measuredAt));
  const rows = alignClocks(written, ({ destination }, minute) => isFullTowards(destination, minute, places, known));
  const clients = known.knowing(learnNames(rows, known, addressesOfFull(places)));
  const joined = rows.map((row) => ({ row, sources: joinLogSource(row, { inventory, settings, clients }) }));
  const groups = groupByLogSource(joined, (own) =>
    joinToTable(joinToFull(narrowToFull(own, measuredAt, clients), places), merged.sockets, clients),
  );
  return { series: arrange(groups, measure, settings), clients };
}

function isFullTowards(
  named: NamedDestination | null,
  minute: Minute,
  places: FullPlaces,
  known: ClientIndex,
): boolean {
  if (named === null) return false;
  const addresses = known.resolve(named.host);
  return places.at(named.port, minute).some(({ destination }) => addresses.includes(destination.address));
}

const addressesOfFull =
  (places: FullPlaces): TroubledAt =>
  (port, minute) =>
    places.at(port, minute).map(({ destination }) => destination.address);

function arrange(groups: readonly LogGroup[], measure: Measurer, settings: Settings): HostSeries[] {
  const shared = groups.filter(({ addresses }) => addresses.length !== 1);
  const absorbed = new Set(shared.flatMap(({ addresses }) => addresses));
  const logsOf = Map.groupBy(
    groups.filter(({ addresses }) => addresses.length === 1),
    ({ addresses }) => addresses[0] as Address,
  );
  const single = new Set([...measure.addresses, ...logsOf.keys()]);
  const series = [
    ...[...single]
      // What a shared log source absorbs is told there once, but never at the price of another source's own events.
      .filter((address) => !absorbed.has(address) || logsOf.has(address))
      .map((address) => {
        const { destinations, budget, sharedUses, ...coverage } = measure.at(address);
        const rows = (logsOf.get(address) ?? []).flatMap((group) => group.rows);
        const subject = { type: 'source-address', id: address } as const;
        return buildHostSeries(subject, destinations, rows, budget, sharedUses, coverage);
      }),
    ...shared.map(({ id, rows, addresses }) => {
      const measured = addresses.map(measure.at);
      const budget = measured[0]?.budget ?? hostBudget(null, null, settings);
      const destinations = measured.flatMap((each) => each.destinations);
      return buildHostSeries({ type: 'log-source', id }, destinations, rows, budget, new Map(), {
        flowMinutes: new Set(measured.flatMap((each) => [...each.flowMinutes])),
        lossyMinutes: new Set(measured.flatMap((each) => [...each.lossyMinutes])),
      });
    }),
  ];
  return series
    .filter(({ destinations, logs }) => destinations.length > 0 || logs.size > 0)
    .sort((a, b) => (a.subject.id < b.subject.id ? -1 : 1));
}

type LogGroup = { readonly id: string; readonly rows: readonly JoinedLogRow[]; readonly addresses: readonly Address[] };

const groupByLogSource = (
  joined: readonly JoinedLogRow[],
  narrow: (rows: readonly JoinedLogRow[]) => readonly JoinedLogRow[],
): LogGroup[] =>
  [...Map.groupBy(joined, ({ row }) => logSourceId(row.logSource))].map(([id, own]) => {
    const rows = narrow(own);
    return { id, rows, addresses: addressesOf(rows) };
  });

/** Addresses that the events of one log source come from; a mere "once talked to that destination" names nobody. */
function addressesOf(rows: readonly JoinedLogRow[]): Address[] {
  const sources = rows.flatMap((row) => row.sources);
  const strong = sources.filter(({ joinedBy }) => STRONG_JOINS.has(joinedBy));
  const usable = strong.length > 0 ? strong : sources.filter(({ joinedBy }) => joinedBy === 'destination-and-minute');
  return [...new Set(usable.map(({ address }) => address))].sort();
}

type Measurer = { readonly addresses: readonly Address[]; at(address: Address): Measured };

type Measured = {
  readonly destinations: readonly HostDestination[];
  readonly budget: PortBudget;
  readonly sharedUses: ReadonlyMap<Minute, SharedUse>;
} & HostCoverage;

function measurer(
  flows: FlowRows,
  { sockets, coverage }: Pick<Merged, 'sockets' | 'coverage'>,
  named: ReadonlySet<string>,
  settings: Settings,
): Measurer {
  const byAddress = groupRows(flows, (row) => row.localAddress);
  const tables = Map.groupBy(sockets, (row) => row.localAddress);
  const lossy = Map.groupBy(
    coverage.filter((row) => row.skipData > 0),
    (row) => row.interfaceId,
  );
  const known = new Map<Address, Measured>();
  const at = (address: Address): Measured => {
    const measured = known.get(address) ?? measure(address);
    known.set(address, measured);
    return measured;
  };
  const measure = (address: Address): Measured => {
    const own = tables.get(address) ?? [];
    const rows = listRows(byAddress.get(address) ?? NO_ROWS);
    const range = own.find((row) => row.localRange !== null)?.localRange ?? null;
    const budget = hostBudget(address, range, settings);
    const sharedUses = measureSharedRange(
      rows,
      Math.min(budget.capacityPorts, Math.max(1, spanOf(rows))),
      CANDIDATE_SHARE,
    );
    const worth = new Set([...named, ...fullestOf(sharedUses)]);
    const lost = [...new Set(rows.map((row) => row.interfaceId))].flatMap((id) => lossy.get(id) ?? []);
    return {
      destinations: measureHost(address, rows, own, worth, budget, settings),
      budget,
      sharedUses,
      flowMinutes: new Set(rows.map((row) => row.minute)),
      lossyMinutes: new Set(lost.map((row) => row.minute)),
    };
  };
  return { addresses: [...new Set([...byAddress.keys(), ...tables.keys()])], at };
}

/** Where a client binds first, its fullest destinations matter although none of them fills the range by itself. */
const fullestOf = (uses: ReadonlyMap<Minute, SharedUse>): string[] =>
  [...uses.values()]
    .filter((use) => use.bindsFirst)
    .map((use) => parseDestinationKey(use.fullestKey))
    .map(({ address, port }) => `${address} ${port}`);

function namedDestinations(rows: readonly ConnectErrorMinute[], clients: ClientIndex): Set<string> {
  return new Set(
    rows.flatMap(({ destination }) =>
      destination === null || destination.port === null
        ? []
        : clients.resolve(destination.host).map((address) => `${address} ${destination.port}`),
    ),
  );
}
