import type { Destination } from '../../model/destination.ts';
import { emptyPortSet, type PortSet } from '../../model/port-set.ts';
import type { Place } from '../engine/dictionary.ts';
import {
  createRunCursor,
  localText,
  nextRecord,
  openRun,
  remoteText,
  viaText,
  type RunCursor,
} from '../engine/run-reader.ts';
import { addSeenPorts } from '../engine/run-ports.ts';
import type { PlacedRun } from './partition-index.ts';
import type { RankedFlow, TopSource } from './ranking.ts';

/** Looks at records of runs that were forwarded to one of `destinations`, and perhaps at others. */
export type EachForwarded = (
  runs: Iterable<PlacedRun>,
  visit: (cursor: RunCursor, place: Place) => void,
  destinations: readonly Destination[],
) => void;

/** Looks at every record of runs once. */
function eachRecord(runs: Iterable<PlacedRun>, visit: (cursor: RunCursor, place: Place) => void): void {
  const cursor = createRunCursor();
  for (const { bytes, places } of runs) {
    openRun(cursor, bytes);
    while (nextRecord(cursor)) visit(cursor, places[cursor.place] as Place);
  }
}

const placeKey = ({ interfaceId }: Place, minute: number): string => `${minute} ${interfaceId}`;

/** Rows of a place in a minute that a richer format tells better: the key of `beaten`. */
export const beatenKey = (place: Place, minute: number): string => `${placeKey(place, minute)}\n${place.formatKey}`;

/** True when some interface was logged in more than one format, so that `beatenRows` has something to find. */
export function hasSeveralFormats(places: readonly Place[]): boolean {
  const formats = new Map<string, string>();
  return places.some(({ interfaceId, formatKey }) => {
    const known = formats.get(interfaceId);
    formats.set(interfaceId, formatKey);
    return known !== undefined && known !== formatKey;
  });
}

/** Of the formats that cover an interface and minute only the richest counts, as in `mergeFlowParts`: these do not. */
export function beatenRows(runs: Iterable<PlacedRun>): Set<string> {
  const richest = new Map<string, string>();
  const met = new Map<string, readonly [key: string, rank: string]>();
  eachRecord(runs, (cursor, place) => {
    const key = placeKey(place, cursor.minute);
    const rank = `${String(place.formatKey.split(' ').length).padStart(3, '0')} ${place.formatKey}`;
    if ((richest.get(key) ?? '') < rank) richest.set(key, rank);
    met.set(beatenKey(place, cursor.minute), [key, rank]);
  });
  return new Set([...met].filter(([, [key, rank]]) => richest.get(key) !== rank).map(([beaten]) => beaten));
}

/** Only formats with packet-level addresses tell who forwards for whom. */
export const tellsForwarding = ({ formatKey }: Place): boolean => formatKey.includes('pkt-');

export const forwardingKey = (interfaceId: string, address: string): string => `${interfaceId} ${address}`;

/** Addresses that accepted packets for others. */
export function forwardingAddresses(runs: Iterable<PlacedRun>): Set<string> {
  const found = new Set<string>();
  eachRecord(runs, (cursor, { interfaceId }) => {
    const via = cursor.isCoverage ? null : viaText(cursor);
    if (via !== null) found.add(forwardingKey(interfaceId, via));
  });
  return found;
}

const SOURCES_LIMIT = 5;

const flowKey = (
  interfaceId: string,
  address: string,
  remote: string,
  port: number,
  protocol: number,
  minute: number | null,
) => `${interfaceId} ${address} ${remote} ${port} ${protocol} ${minute}`;

/**
 * For each flow of a forwarding address, the clients whose connections it forwarded, by their own ports; every other flow
 * is its own source.
 */
export function topSources(
  runs: Iterable<PlacedRun>,
  flows: readonly RankedFlow[],
  eachForwarded: EachForwarded = eachRecord,
): TopSource[][] {
  const clients = new Map<string, Map<string, PortSet>>();
  for (const { interfaceId, localAddress, destination, minute } of flows) {
    const { address, port, protocol } = destination;
    clients.set(flowKey(interfaceId, localAddress, address, port, protocol, minute), new Map());
  }
  const perMinute = flows.some(({ minute }) => minute !== null);
  const wanted = flows.map(({ destination }) => destination);
  eachForwarded(
    runs,
    (cursor, { interfaceId }) => {
      if (cursor.isCoverage || !cursor.hasVia) return;
      const { port, protocol } = cursor;
      const minute = perMinute ? cursor.minute : null;
      const found = clients.get(
        flowKey(interfaceId, viaText(cursor) ?? '', remoteText(cursor), port, protocol, minute),
      );
      if (!found) return;
      const client = localText(cursor);
      const seen = found.get(client) ?? emptyPortSet();
      found.set(client, seen);
      addSeenPorts(cursor, seen);
    },
    wanted,
  );
  return flows.map(({ interfaceId, localAddress, destination, minute, distinctPorts }) => {
    const { address, port, protocol } = destination;
    const found = clients.get(flowKey(interfaceId, localAddress, address, port, protocol, minute));
    if (!found || found.size === 0) return [{ address: localAddress, distinctPorts }];
    return [...found]
      .map(([client, { size }]) => ({ address: client, distinctPorts: size }))
      .sort((a, b) => b.distinctPorts - a.distinctPorts || (a.address < b.address ? -1 : 1))
      .slice(0, SOURCES_LIMIT);
  });
}
