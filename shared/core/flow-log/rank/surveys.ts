import { emptyPortSet, type PortSet } from '../../model/port-set.ts';
import type { Address } from '../../model/address.ts';
import { hashText, ipv4Number, ipv4Text, type Place } from '../engine/dictionary.ts';
import { TAG_LOCAL_TEXT, TAG_REMOTE_TEXT, TAG_VIA_TEXT } from '../engine/run-format.ts';
import { addressText, createRunCursor, nextRecord, openRun, readU32, type RunCursor } from '../engine/run-reader.ts';
import { addSeenPorts, type RecordPorts } from '../engine/run-ports.ts';
import { mix } from '../engine/tuple.ts';
import { UNKNOWN_INTERFACE } from '../record.ts';
import type { PlacedRun } from './partition-index.ts';
import type { RankedFlow, TopSource } from './ranking.ts';

/** Looks at records of runs that were forwarded by the local address of one of `flows`, and perhaps at others. */
export type EachForwarded = (
  runs: Iterable<PlacedRun>,
  visit: (cursor: RunCursor, place: Place) => void,
  flows: readonly RankedFlow[],
) => void;

/** For logs that do not tell who forwards for whom. */
export const nothingForwarded: EachForwarded = () => {};

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
    if (interfaceId === UNKNOWN_INTERFACE) return false;
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
    if (place.interfaceId === UNKNOWN_INTERFACE) return;
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

const SOURCES_LIMIT = 5;

/** Ports of a client: a set only when there is a second record, as its size tells the first one's. */
type SeenPorts = { readonly first: RecordPorts; all: PortSet | null };

const portsOfRecord = ({ bytes, portsAt, at, portCount, hasBitmaps }: RunCursor): RecordPorts => ({
  bytes: bytes.slice(portsAt, at),
  portsAt: 0,
  portCount,
  hasBitmaps,
});

function portSetOfRecord(record: RecordPorts): PortSet {
  const set = emptyPortSet();
  addSeenPorts(record, set);
  return set;
}

/** An IPv4 address as its bits, any other as its text: what is met thousands of times needs no text. */
type AddressKey = number | Address;

const addressKey = (address: Address): AddressKey => ipv4Number(address) ?? address;
const addressOf = (key: AddressKey): Address => (typeof key === 'number' ? ipv4Text(key) : key);
const keyAt = ({ bytes }: RunCursor, at: number, isText: number): AddressKey =>
  isText === 0 ? readU32(bytes, at) | 0 : addressText(bytes, at, true);

type WantedFlow = {
  readonly interfaceId: string;
  readonly via: AddressKey;
  readonly remote: AddressKey;
  readonly port: number;
  readonly protocol: number;
  readonly minute: number | null;
  readonly clients: Map<AddressKey, SeenPorts>;
};

type FlowKey = Pick<WantedFlow, 'via' | 'remote' | 'port' | 'protocol' | 'minute'>;

function hashFlow({ via, remote, port, protocol, minute }: FlowKey): number {
  let hash = 0;
  for (const key of [via, remote])
    hash = Math.imul(hash ^ (typeof key === 'number' ? key : hashText(key)), 0x9e3779b1) ^ (hash >>> 15);
  return mix(Math.imul(hash ^ ((port << 8) | protocol), 0x85ebca6b) ^ (minute ?? 0));
}

const isSame = (a: FlowKey, b: FlowKey): boolean =>
  a.via === b.via && a.remote === b.remote && a.port === b.port && a.protocol === b.protocol && a.minute === b.minute;

const wantedFlow = ({ interfaceId, localAddress, destination, minute }: RankedFlow): WantedFlow => ({
  interfaceId,
  via: addressKey(localAddress),
  remote: addressKey(destination.address),
  port: destination.port,
  protocol: destination.protocol,
  minute,
  clients: new Map(),
});

/**
 * For each flow of a forwarding address, the clients whose connections it forwarded, by their own ports; every other flow
 * is its own source.
 */
export function topSources(
  runs: Iterable<PlacedRun>,
  flows: readonly RankedFlow[],
  eachForwarded: EachForwarded = eachRecord,
): TopSource[][] {
  const wanted = flows.map(wantedFlow);
  const byHash = Map.groupBy(wanted, hashFlow);
  const perMinute = flows.some(({ minute }) => minute !== null);
  eachForwarded(
    runs,
    (cursor, { interfaceId }) => {
      if (cursor.isCoverage || !cursor.hasVia) return;
      const { port, protocol, tag } = cursor;
      const minute = perMinute ? cursor.minute : null;
      const via = keyAt(cursor, cursor.viaAt, tag & TAG_VIA_TEXT);
      const remote = keyAt(cursor, cursor.remoteAt, tag & TAG_REMOTE_TEXT);
      const key = { via, remote, port, protocol, minute };
      const found = byHash.get(hashFlow(key))?.find((flow) => flow.interfaceId === interfaceId && isSame(flow, key));
      if (found) addClient(found, keyAt(cursor, cursor.localAt, tag & TAG_LOCAL_TEXT), cursor);
    },
    flows,
  );
  return flows.map((flow, i) => sourcesOf(flow, wanted[i] as WantedFlow));
}

function addClient({ clients }: WantedFlow, client: AddressKey, cursor: RunCursor): void {
  const seen = clients.get(client);
  if (seen === undefined) clients.set(client, { first: portsOfRecord(cursor), all: null });
  else addSeenPorts(cursor, (seen.all ??= portSetOfRecord(seen.first)));
}

function sourcesOf({ localAddress, distinctPorts }: RankedFlow, { clients }: WantedFlow): TopSource[] {
  if (clients.size === 0) return [{ address: localAddress, distinctPorts }];
  return [...clients]
    .map(([client, { first, all }]) => ({ address: addressOf(client), distinctPorts: all?.size ?? first.portCount }))
    .sort((a, b) => b.distinctPorts - a.distinctPorts || (a.address < b.address ? -1 : 1))
    .slice(0, SOURCES_LIMIT);
}
