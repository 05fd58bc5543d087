import { addressHash, hashText, type Place } from '../engine/dictionary.ts';
import { PAIR_BUCKET_BITS, pairBucket } from '../engine/pair-bounds.ts';
import { TAG_LOCAL_TEXT, TAG_REMOTE_TEXT, TAG_VIA_TEXT } from '../engine/run-format.ts';
import {
  addressText,
  createRunCursor,
  nextRecord,
  openRun,
  readU32,
  viaText,
  type RunCursor,
} from '../engine/run-reader.ts';
import { mix, PARTITION_BITS } from '../engine/tuple.ts';
import type { EntryKey } from './entry-rows.ts';
import type { PlacedRun } from './partition-index.ts';
import { createKeySet, type KeySet } from './key-set.ts';
import { forwardingKey } from './surveys.ts';

type Runs = () => Iterable<PlacedRun>;

/**
 * Who forwards. A record whose packets were accepted at another address than their destination's (`via`) was passed on
 * where its interface dials that destination too: at a NAT gateway. A host accepts packets for its secondary addresses,
 * and for those of its pods, at its primary one: there nobody dials on, and they have arrived.
 *
 * Returns `interface address` of every address that dials what others asked for.
 */
export const diallingAddresses = (runs: Runs): ReadonlySet<string> => diallingAt(runs, askedServices(runs)).dialling;

/** `interface address` of every address that accepts packets which are passed on. */
function passingAddresses(runs: Runs): ReadonlySet<string> {
  const { dialled } = diallingAt(runs, askedServices(runs));
  const passing = createKeptTexts();
  if (dialled.size() > 0)
    eachFlow(runs(), (cursor, place) => {
      if (cursor.hasVia && dialled.has(serviceKey(cursor, place)))
        passing.add(addressKey(cursor, cursor.viaAt, TAG_VIA_TEXT, place), () =>
          keyOf(place, viaText(cursor) as string),
        );
    });
  return passing.texts;
}

/** Services and clients that are kept in mind: a gate shows at any of them. */
const KEPT_LIMIT = 1 << 18;

type Asked = { readonly services: KeySet; readonly clients: KeySet; readonly vias: KeySet };

/** What was asked for at another address than its own, by whom, and there. */
function askedServices(runs: Runs): Asked {
  const [services, clients, vias] = [createKeySet(KEPT_LIMIT), createKeySet(KEPT_LIMIT), createKeySet(KEPT_LIMIT)];
  eachFlow(runs(), (cursor, place) => {
    if (!cursor.hasVia) return;
    services.add(serviceKey(cursor, place));
    clients.add(addressKey(cursor, cursor.localAt, TAG_LOCAL_TEXT, place));
    vias.add(addressKey(cursor, cursor.viaAt, TAG_VIA_TEXT, place));
  });
  return { services, clients, vias };
}

/** Who dials those services at the same interface, and which of them. */
function diallingAt(
  runs: Runs,
  { services, clients, vias }: Asked,
): { readonly dialling: ReadonlySet<string>; readonly dialled: KeySet } {
  const dialling = createKeptTexts();
  const dialled = createKeySet(KEPT_LIMIT);
  if (services.size() > 0)
    eachFlow(runs(), (cursor, place) => {
      if (cursor.hasVia) return;
      const service = serviceKey(cursor, place);
      if (!services.has(service)) return;
      const key = addressKey(cursor, cursor.localAt, TAG_LOCAL_TEXT, place);
      if (!vias.has(key) && clients.has(key)) return;
      dialled.add(service);
      dialling.add(key, () => keyOf(place, localText(cursor)));
    });
  return { dialling: dialling.texts, dialled };
}

const keyOf = ({ interfaceId }: Place, address: string): string => forwardingKey(interfaceId, address);

/** Texts are made once for each key: records repeat them by the million. */
function createKeptTexts(): { add(key: number, text: () => string): void; readonly texts: ReadonlySet<string> } {
  const keys = createKeySet(KEPT_LIMIT);
  const texts = new Set<string>();
  return {
    texts,
    add(key, text) {
      if (keys.has(key)) return;
      keys.add(key);
      texts.add(text());
    },
  };
}

export type RunsByPartition = { runsOf(partition: number): Iterable<PlacedRun>; allRuns(): Iterable<PlacedRun> };

/**
 * Answers whether rows were passed on, as `passingAddresses` has it. Nearly always the address that accepted a row's packets
 * dials the same destination itself, which one partition tells.
 */
export function createPassing({ runsOf, allRuns }: RunsByPartition): (row: EntryKey) => boolean {
  const proven = new Set<string>();
  let found: ReadonlySet<string> | null = null;
  return (row) => {
    if (row.via === null) return false;
    const key = forwardingKey(row.interfaceId, row.via);
    if (proven.has(key)) return true;
    if (found === null && dials(runsOf(partitionOf(row.via, row.destination.address)), row)) {
      proven.add(key);
      return true;
    }
    found ??= passingAddresses(allRuns);
    return found.has(key);
  };
}

const partitionOf = (one: string, other: string): number =>
  pairBucket(addressHash(one), addressHash(other)) >>> (PAIR_BUCKET_BITS - PARTITION_BITS);

function dials(runs: Iterable<PlacedRun>, { interfaceId, via, destination }: EntryKey): boolean {
  const cursor = createRunCursor();
  for (const { bytes, places } of runs) {
    openRun(cursor, bytes);
    while (nextRecord(cursor))
      if (
        !cursor.isCoverage &&
        !cursor.hasVia &&
        cursor.port === destination.port &&
        cursor.protocol === destination.protocol &&
        places[cursor.place]?.interfaceId === interfaceId &&
        localText(cursor) === via &&
        remoteText(cursor) === destination.address
      )
        return true;
  }
  return false;
}

function eachFlow(runs: Iterable<PlacedRun>, visit: (cursor: RunCursor, place: Place) => void): void {
  const cursor = createRunCursor();
  for (const { bytes, places } of runs) {
    openRun(cursor, bytes);
    while (nextRecord(cursor)) if (!cursor.isCoverage) visit(cursor, places[cursor.place] as Place);
  }
}

const localText = ({ bytes, localAt, tag }: RunCursor): string =>
  addressText(bytes, localAt, (tag & TAG_LOCAL_TEXT) !== 0);
const remoteText = ({ bytes, remoteAt, tag }: RunCursor): string =>
  addressText(bytes, remoteAt, (tag & TAG_REMOTE_TEXT) !== 0);

const hashAt = (bytes: Uint8Array, at: number, isText: number): number =>
  isText === 0 ? readU32(bytes, at) : hashText(addressText(bytes, at, true));

/** 52 bits, so that a million of them hardly ever collide. */
const joined = (one: number, other: number): number => (mix(one) >>> 0) * 2 ** 20 + (mix(other) >>> 12);

function serviceKey({ bytes, remoteAt, tag, port, protocol }: RunCursor, place: Place): number {
  const address = hashAt(bytes, remoteAt, tag & TAG_REMOTE_TEXT);
  const service = (port << 8) | protocol;
  return joined(address ^ Math.imul(service, 0x9e3779b1), Math.imul(placeHash(place), 31) ^ address ^ service);
}

const addressKey = ({ bytes, tag }: RunCursor, at: number, isText: number, place: Place): number => {
  const address = hashAt(bytes, at, tag & isText);
  return joined(address, placeHash(place) ^ Math.imul(address, 0x85ebca6b));
};

const placeHashes = new WeakMap<Place, number>();

/** Of the interface alone. Records of one place follow each other by the thousand. */
function placeHash(place: Place): number {
  if (place === lastPlace) return lastHash;
  let hash = placeHashes.get(place);
  if (hash === undefined) placeHashes.set(place, (hash = hashText(place.interfaceId)));
  [lastPlace, lastHash] = [place, hash];
  return hash;
}

let lastPlace: Place | null = null;
let lastHash = 0;
