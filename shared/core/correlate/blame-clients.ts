import { countOpens } from '../detect/count-opens.ts';
import type { NatSeries } from '../detect/nat-series.ts';
import type { BuildContext } from '../finding/build-context.ts';
import type { FindingSource } from '../finding/schema.ts';
import { type Address, isPrivateAddress } from '../model/address.ts';
import { type Destination, destinationKey } from '../model/destination.ts';
import { firstRow, type FlowRows, groupRows } from '../flow-rows/flow-rows.ts';
import type { Inventory } from '../model/inventory.ts';
import type { FlowMinute } from '../model/observation.ts';
import type { Minute } from '../model/time.ts';
import type { Blamed } from './blame-timeouts.ts';
import { describeOwner } from './describe-owner.ts';
import { namesOf, rankNatSources, timeoutsWhileFailing } from './rank-nat.ts';

/** What clients' own records show of the connections that a NAT gateway failed towards one destination. */
export type ClientFailures = {
  readonly destination: Destination;
  /** Opens that nobody answered, in all failing minutes, and what of them is beyond the usual. */
  readonly unanswered: number;
  readonly excess: number;
  readonly opens: number;
  readonly minutes: ReadonlySet<Minute>;
  /** The rows of its failing minutes. */
  readonly rows: FlowRows;
};

const FEWEST_UNANSWERED = 5;
const LEAST_EXCESS = 0.5;
const FEWEST_IN_MINUTE = 3;
const DESTINATIONS_LIMIT = 200;
const RANKED_LIMIT = 10;

/**
 * A gateway whose own records nobody gave names no destination: its metric does not, but what it dropped shows at the
 * clients' interfaces, as opens to public addresses that go unanswered in the minutes of `ErrorPortAllocation` and not in
 * others. Clients whose subnet is routed to another gateway are left out. Most excess first; empty for a gateway with
 * records of its own.
 */
export function failedOpensOfClients(series: NatSeries, flows: FlowRows, inventory: Inventory): ClientFailures[] {
  if (series.destinations.length > 0) return [];
  const failing = new Set(
    [...series.metrics].flatMap(([minute, at]) =>
      (at.ErrorPortAllocation ?? 0) > series.errorTrickle ? [minute] : [],
    ),
  );
  if (failing.size === 0) return [];
  const goesElsewhere = routedElsewhere(series.natId, inventory);
  const outward = flows.filter(
    (row) => isPrivateAddress(row.localAddress) && !isPrivateAddress(row.destination.address),
  );
  const silent = new Map<string, number>();
  for (const row of outward) {
    const without = row.ports.size - row.answered.size;
    if (!failing.has(row.minute) || without <= 0 || goesElsewhere(row.localAddress)) continue;
    const key = destinationKey(row.destination);
    silent.set(key, (silent.get(key) ?? 0) + without);
  }
  const worth = new Set(
    [...silent]
      .sort(([, a], [, b]) => b - a)
      .slice(0, DESTINATIONS_LIMIT)
      .map(([key]) => key),
  );
  const rowsTo = groupRows(
    outward.filter((row) => worth.has(destinationKey(row.destination)) && !goesElsewhere(row.localAddress)),
    (row) => destinationKey(row.destination),
  );
  return [...rowsTo.values()]
    .flatMap((rows) => measure(rows, failing))
    .sort((a, b) => b.excess - a.excess || (destinationKey(a.destination) < destinationKey(b.destination) ? -1 : 1));
}

function measure(rows: FlowRows, failing: ReadonlySet<Minute>): ClientFailures[] {
  let [unanswered, opens, elsewhere, calmMinutes] = [0, 0, 0, 0];
  const minutes = new Set<Minute>();
  for (const [minute, counts] of countOpens(rows)) {
    if (!failing.has(minute)) {
      calmMinutes += 1;
      elsewhere += counts.unanswered;
      continue;
    }
    unanswered += counts.unanswered;
    opens += counts.opens;
    if (counts.unanswered >= FEWEST_IN_MINUTE) minutes.add(minute);
  }
  const usual = calmMinutes === 0 ? 0 : (elsewhere / calmMinutes) * failing.size;
  const excess = Math.max(0, Math.round(unanswered - usual));
  if (unanswered < FEWEST_UNANSWERED || excess < LEAST_EXCESS * unanswered) return [];
  const { destination } = firstRow(rows) as FlowMinute;
  const during = rows.filter((row) => failing.has(row.minute));
  return [{ destination, unanswered, excess, opens, minutes, rows: during }];
}

/** Whether an address lies in a subnet whose route table sends it to other gateways only. */
function routedElsewhere(natId: string, { interfaces, routeTables }: Inventory): (address: Address) => boolean {
  const gatewaysOf = new Map(
    routeTables.flatMap(({ subnetIds, natRoutes }) =>
      subnetIds.map((id) => [id, natRoutes.map(({ natGatewayId }) => natGatewayId)] as const),
    ),
  );
  const elsewhere = new Set(
    interfaces.flatMap(({ subnetId, addresses }) => {
      const gateways = subnetId === null ? [] : (gatewaysOf.get(subnetId) ?? []);
      return gateways.length === 0 || gateways.includes(natId) ? [] : addresses;
    }),
  );
  return (address) => elsewhere.has(address);
}

/** Destinations by what clients' own records show to have failed, and the clients of the first by their ports. */
export function blameClients(
  series: NatSeries,
  window: { readonly startMinute: Minute; readonly endMinute: Minute },
  context: BuildContext,
): Blamed | null {
  const failures = context.clientFailures.get(series.natId) ?? [];
  const [top] = failures;
  if (top === undefined) return null;
  const total = failures.reduce((sum, { excess }) => sum + excess, 0);
  return {
    destinations: failures.slice(0, RANKED_LIMIT).map(({ destination, unanswered, excess, opens }) => {
      const written = timeoutsWhileFailing(series, { destination, uses: new Map() }, window, context);
      return {
        ...destination,
        hostNames: namesOf(destination, context),
        share: excess / Math.max(1, total),
        peakPorts: 0,
        opens,
        failures: { low: excess, high: Math.max(unanswered, written) },
      };
    }),
    sources: sourcesOf(top, context),
  };
}

const ALL_MINUTES = { startMinute: -Infinity, endMinute: Infinity } as const;

const sourcesOf = ({ destination, rows }: ClientFailures, context: BuildContext): FindingSource[] =>
  rankNatSources({ destination, clientRows: rows }, ALL_MINUTES, context).map((source) => ({
    ...source,
    owner: describeOwner(source.address, source.interfaceId, context.inventory),
    logSource: null,
  }));
