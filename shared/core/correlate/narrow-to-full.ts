import type { HostDestination, JoinedLogRow } from '../detect/host-series.ts';
import { observeRange } from '../detect/port-budget.ts';
import type { Address } from '../model/address.ts';
import { countEvents } from '../model/event-count.ts';
import type { Minute } from '../model/time.ts';
import type { ClientIndex } from './client-index.ts';
import { isNearlyFull } from './full-places.ts';
import type { JoinedSource } from './join-log-source.ts';

const DENSE_SHARE = 0.85;
/** Ports handed out one after the other are dense within two minutes, but not over more: they move on. */
const FEWEST_DENSE_MINUTES = 3;
const FEWEST_DENSE_PORTS = 16;
/** Part of the events whose minutes must show who is full, before the others are judged by them. */
const MOST_EVENTS = 0.5;

type Measured = (address: Address) => readonly HostDestination[];

/**
 * Of several that may have sent a log source's events, those whose ports were nearly full in the minutes of the events:
 * a neighbour with plenty of free ports fails no connect for want of one. Rows stay as they are where nobody is full.
 */
export function narrowToFull(
  rows: readonly JoinedLogRow[],
  measured: Measured,
  clients: ClientIndex,
): readonly JoinedLogRow[] {
  if (rows.every(({ sources }) => sources.length < 2)) return rows;
  const bySize = fullestOf(rows, measured, clients, isNearlyFull);
  const full = bySize ?? fullestOf(rows, measured, clients, denseWithin(rows.map(({ row }) => row.minute)));
  if (full === null) return rows;
  const known = reweigh(rows.flatMap(({ sources }) => sources).filter(firstOf(full)));
  return rows.map((joined) => {
    const kept = joined.sources.filter(({ address }) => full.has(address));
    // Whoever is full and opens nothing any more writes no record: its events go on, and only its neighbours show.
    return { ...joined, sources: kept.length === 0 ? known : reweigh(kept) };
  });
}

/** Sources that are full while events of theirs say so; null when most of the events find nobody full. */
function fullestOf(
  rows: readonly JoinedLogRow[],
  measured: Measured,
  clients: ClientIndex,
  isFull: (entry: HostDestination, minute: Minute) => boolean,
): ReadonlySet<Address> | null {
  const found = new Set<Address>();
  let told = 0;
  let events = 0;
  for (const { row, sources } of rows) {
    const { destination, minute } = row;
    events += countEvents(row);
    if (destination === null) continue;
    const addresses = clients.resolve(destination.host);
    const own = sources.filter((source) =>
      measured(source.address).some(
        (entry) =>
          entry.destination.port === destination.port &&
          addresses.includes(entry.destination.address) &&
          isFull(entry, minute),
      ),
    );
    if (own.length > 0) told += countEvents(row);
    for (const { address } of own) found.add(address);
  }
  return found.size > 0 && told >= MOST_EVENTS * events ? found : null;
}

/** All ports of the minutes around the events are one dense block: a range that was cut, every port of it taken. */
function denseWithin(minutes: readonly Minute[]): (entry: HostDestination) => boolean {
  const around = new Set(minutes.flatMap((minute) => [minute - 1, minute]));
  const known = new Map<HostDestination, boolean>();
  return (entry) => {
    const before = known.get(entry);
    if (before !== undefined) return before;
    const uses = [...entry.uses.values()].filter((use) => around.has(use.minute) && use.portRange !== null);
    const { capacityPorts } = observeRange(uses, entry.budget);
    const most = uses.reduce((max, { portsHigh }) => Math.max(max, portsHigh), 0);
    const isDense =
      uses.length >= FEWEST_DENSE_MINUTES &&
      capacityPorts < entry.budget.capacityPorts &&
      capacityPorts >= FEWEST_DENSE_PORTS &&
      most >= DENSE_SHARE * capacityPorts;
    known.set(entry, isDense);
    return isDense;
  };
}

/** Keeps one source of each of these addresses. */
function firstOf(addresses: ReadonlySet<Address>): (source: JoinedSource) => boolean {
  const seen = new Set<Address>();
  return ({ address }) => addresses.has(address) && !seen.has(address) && seen.add(address).size > 0;
}

function reweigh(sources: readonly JoinedSource[]): JoinedSource[] {
  const total = sources.reduce((sum, { weight }) => sum + weight, 0);
  return sources.map((source) => ({ ...source, weight: source.weight / (total || 1) }));
}
