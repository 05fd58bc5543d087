// Rows of one partition, found by key, pair by pair: see rank/partition-index.ts, whose arrays these are. Wanted rows are
// copied here, and texts are known by where they first stand.

import { hashAddressText } from './address-ids';
import { hashBytes, sameBytes } from './dictionary';
import { take } from './memory';
import {
  BITMAP_BYTES,
  BUCKET_BITS,
  pairBucket,
  PARTITION_BITS,
  TAG_COVERAGE,
  TAG_INFERRED,
  TAG_LIFETIMES,
  TAG_LOCAL_TEXT,
  TAG_OVERLAP,
  TAG_REMOTE_TEXT,
  TAG_VIA,
  TAG_VIA_TEXT,
} from './runs';

const V_LOCAL_TEXT: u32 = 1;
const V_REMOTE_TEXT: u32 = 2;
const V_VIA_TEXT: u32 = 4;
const V_HAS_VIA: u32 = 8;
const NONE: u32 = u32.MAX_VALUE;

/** What rows are bounded by: all ports, those opened, or those opened and not answered in the same minute. */
const BY_PORTS: u32 = 0;
const BY_OPENS: u32 = 1;

const RUN_OPENED: u32 = 1;
const RUN_ANSWERED: u32 = 2;

/** Entries: 9 words. place · local · remote · via · port and kinds · minute · first row · pair · bound */
const ENTRY_BYTES: usize = 36;
/** Rows: 3 words. run · where in it · next row of the entry (as a word index) */
const ROW_BYTES: usize = 12;
/** Pairs: 5 words. place · low · high · protocol and kinds · orientation of the first entry */
const PAIR_BYTES: usize = 20;

/** A buffer that is replaced by a larger one when more is asked for. */
// @ts-ignore: decorator
@unmanaged
class Room {
  at: usize;
  bytes: usize;
}

function createRoom(): Room {
  return changetype<Room>(take(offsetof<Room>()));
}

function ensure(room: Room, bytes: usize): usize {
  if (bytes > room.bytes) {
    room.bytes = bytes + (bytes >> 2);
    room.at = take(room.bytes);
  }
  return room.at;
}

let runRoom: Room = changetype<Room>(0);
let inputRoom: Room = changetype<Room>(0);
let placeRoom: Room = changetype<Room>(0);
let entryRoom: Room = changetype<Room>(0);
let entrySlotRoom: Room = changetype<Room>(0);
let rowRoom: Room = changetype<Room>(0);
let pairRoom: Room = changetype<Room>(0);
let pairSlotRoom: Room = changetype<Room>(0);
let listRoom: Room = changetype<Room>(0);
let textSlots: usize = 0;
let textSlotCount: u32 = 0;
let textCount: u32 = 0;

let slotMask: u32 = 0;
let perMinute: bool = false;
let sortBy: u32 = 0;
let entries: usize = 0;
let entrySlots: usize = 0;
let rows: usize = 0;
let pairs: usize = 0;
let pairSlots: usize = 0;
let pairCount: u32 = 0;
export let indexEntryCount: u32 = 0;
export let indexRowCount: u32 = 0;
export let indexMixedCount: u32 = 0;
export let gatheredFront: u32 = 0;
export let gatheredBack: u32 = 0;

// The key of the record at hand.
let keyAddresses: u64 = 0;
let keyPlaceAndVia: u64 = 0;
let keyPortAndMinute: u64 = 0;

/** What a row takes at least. */
const ROW_IN_RUN: usize = 25;
const PARTITION_BUCKETS: u32 = 1 << (BUCKET_BITS - PARTITION_BITS);

let keptEnd: usize = 0;
let keptRows: usize = 0;
let wantedBuckets: usize = 0;

/** Begins to keep up to `bytes` of rows. Returns where the host says which buckets of the partition are wanted. */
export function keepRuns(bytes: usize): usize {
  if (changetype<usize>(runRoom) == 0) prepareIndex();
  keptEnd = ensure(runRoom, bytes + 16);
  keptRows = 0;
  return wantedBuckets;
}

/** Where the host writes a run whose wanted rows are to be kept. */
export function runInput(length: usize): usize {
  return ensure(inputRoom, length);
}

/** Keeps the wanted rows of a run and returns where they end. */
export function keepRun(run: usize, length: usize): usize {
  const end = run + length;
  let from = run;
  let at = run;
  while (at < end) {
    const isKept = keepsRecord(at);
    if (isKept) keptRows += 1;
    else {
      keepBytes(from, at);
      from = varintAt;
    }
    at = varintAt;
  }
  keepBytes(from, end);
  return keptEnd;
}

/** Counts a run that the host wrote as a whole to where kept rows ended, and returns where they end now. */
export function keptWhole(length: usize): usize {
  keptRows += length / ROW_IN_RUN + 1;
  keptEnd += length;
  return keptEnd;
}

function keepBytes(from: usize, end: usize): void {
  if (from == end) return;
  memory.copy(keptEnd, from, end - from);
  keptEnd += end - from;
}

// Goes past a record, and tells whether it is a row of a wanted bucket.
function keepsRecord(from: usize): bool {
  const tag = <u32>load<u8>(from);
  varintAt = from + 5;
  if (tag & TAG_COVERAGE) {
    skipVarints(4);
    return false;
  }
  const local = hashAt(varintAt, tag & TAG_LOCAL_TEXT);
  skipAddress(tag & TAG_LOCAL_TEXT);
  const remote = hashAt(varintAt, tag & TAG_REMOTE_TEXT);
  skipAddress(tag & TAG_REMOTE_TEXT);
  if (tag & TAG_VIA) skipAddress(tag & TAG_VIA_TEXT);
  skipToPorts(tag);
  skipPorts();
  return load<u8>(wantedBuckets + <usize>(pairBucket(local, remote) & (PARTITION_BUCKETS - 1))) != 0;
}

// @ts-ignore: decorator
@inline
function hashAt(address: usize, isText: u32): u32 {
  return isText ? hashAddressText(address + 1, <u32>load<u8>(address)) : load<u32>(address);
}

/** Makes room for the index of the kept rows. */
export function beginIndex(byMinute: bool, sort: u32): void {
  const rowLimit = keptRows + 1;
  let slots: usize = 1024;
  while (slots < rowLimit * 2) slots <<= 1;
  slotMask = <u32>slots - 1;
  entries = ensure(entryRoom, rowLimit * ENTRY_BYTES);
  rows = ensure(rowRoom, rowLimit * ROW_BYTES);
  pairs = ensure(pairRoom, rowLimit * PAIR_BYTES);
  // All that this partition needs is taken here: growing later would take the memory away from under the host's views.
  ensure(listRoom, rowLimit * 4 + 4);
  entrySlots = ensure(entrySlotRoom, slots * 4);
  pairSlots = ensure(pairSlotRoom, slots * 4);
  memory.fill(entrySlots, 0, slots * 4);
  memory.fill(pairSlots, 0, slots * 4);
  if (textCount > 0) memory.fill(textSlots, 0, <usize>textSlotCount * 4);
  textCount = 0;
  indexEntryCount = 0;
  indexRowCount = 0;
  indexMixedCount = 0;
  pairCount = 0;
  perMinute = byMinute;
  sortBy = sort;
}

function prepareIndex(): void {
  runRoom = createRoom();
  inputRoom = createRoom();
  wantedBuckets = take(PARTITION_BUCKETS);
  seenPorts = take(BITMAP_BYTES);
  placeRoom = createRoom();
  entryRoom = createRoom();
  entrySlotRoom = createRoom();
  rowRoom = createRoom();
  pairRoom = createRoom();
  pairSlotRoom = createRoom();
  listRoom = createRoom();
  textSlotCount = 1024;
  textSlots = take(<usize>textSlotCount * 4);
}

/**
 * Sorts entries out: those that reach `floor` to the front of the list, in their order, and those of mixed pairs to its
 * end, as word indexes. Returns the list; how many stand at each end follows.
 */
export function gatherEntries(floor: u32): usize {
  const list = listRoom.at;
  const end = list + <usize>indexEntryCount * 4;
  let front = list;
  let back = end;
  for (let i: u32 = 0; i < indexEntryCount; i++) {
    const entry = entries + <usize>i * ENTRY_BYTES;
    const pair = pairs + <usize>(load<u32>(entry, 28) - 1) * PAIR_BYTES;
    if (indexMixedCount > 0 && load<u32>(pair, 16) == NONE) {
      back -= 4;
      store<u32>(back, i * 9);
    } else if (load<u32>(entry, 32) >= floor) {
      store<u32>(front, i * 9);
      front += 4;
    }
  }
  gatheredFront = <u32>((front - list) >> 2);
  gatheredBack = <u32>((end - back) >> 2);
  return list;
}

/** Where the host writes which of its places each place number of the next runs means. */
export function placeNumbers(count: u32): usize {
  return ensure(placeRoom, <usize>count * 4);
}

export function indexEntries(): usize {
  return entries;
}

export function indexRows(): usize {
  return rows;
}

/** Adds kept rows. */
export function indexRun(run: usize, length: usize): void {
  const end = run + length;
  let at = run;
  while (at < end) at = indexRecord(at);
}

let varintAt: usize = 0;

// @ts-ignore: decorator
@inline
function readVarint(): u64 {
  let byte = <u64>load<u8>(varintAt++);
  if (byte < 128) return byte;
  let value = byte & 127;
  let shift: u64 = 7;
  do {
    byte = <u64>load<u8>(varintAt++);
    value |= (byte & 127) << shift;
    shift += 7;
  } while (byte > 127);
  return value;
}

// @ts-ignore: decorator
@inline
function skipVarints(count: u32): void {
  for (let i: u32 = 0; i < count; i++) while (load<u8>(varintAt++) > 127) {}
}

// @ts-ignore: decorator
@inline
function readAddress(isText: u32): u32 {
  if (!isText) {
    varintAt += 4;
    return load<u32>(varintAt - 4);
  }
  const text = varintAt;
  varintAt += 1 + <usize>load<u8>(text);
  return textId(text);
}

function indexRecord(from: usize): usize {
  const tag = <u32>load<u8>(from);
  const minute = load<u32>(from, 1);
  varintAt = from + 5;
  if (tag & TAG_COVERAGE) {
    skipVarints(4);
    return varintAt;
  }
  const local = readAddress(tag & TAG_LOCAL_TEXT);
  const remote = readAddress(tag & TAG_REMOTE_TEXT);
  const via = tag & TAG_VIA ? readAddress(tag & TAG_VIA_TEXT) : 0;
  const port =
    (<u32>load<u16>(varintAt) << 16) |
    (<u32>load<u8>(varintAt, 2) << 8) |
    (tag & TAG_LOCAL_TEXT ? V_LOCAL_TEXT : 0) |
    (tag & TAG_REMOTE_TEXT ? V_REMOTE_TEXT : 0) |
    (tag & TAG_VIA_TEXT ? V_VIA_TEXT : 0) |
    (tag & TAG_VIA ? V_HAS_VIA : 0);
  varintAt += 3;
  const place = load<u32>(placeRoom.at + (<usize>readVarint() << 2));
  skipVarints(4 + (tag & TAG_OVERLAP ? 4 : 0) + (tag & TAG_LIFETIMES ? 7 : 0));
  const size = readVarint();
  const portsAt = varintAt;
  const count = <u32>(size >> 1);
  const next = portsAt + portBytes(size);
  keyAddresses = <u64>local | (<u64>remote << 32);
  keyPlaceAndVia = <u64>place | (<u64>via << 32);
  keyPortAndMinute = <u64>port | (<u64>(perMinute ? minute : NONE) << 32);
  const bound = sortBy == BY_PORTS ? count : boundOf(portsAt, size, (tag & TAG_INFERRED) != 0);
  addRow(<u32>(from - runRoom.at), bound);
  return next;
}

function addRow(at: u32, bound: u32): void {
  const known = indexEntryCount;
  const entry = entries + <usize>findEntry(true) * ENTRY_BYTES;
  if (indexEntryCount != known) {
    store<u32>(entry, NONE, 24);
    store<u32>(entry, pairOfKey(), 28);
    store<u32>(entry, 0, 32);
  }
  const row = rows + <usize>indexRowCount * ROW_BYTES;
  // All kept rows are one run.
  store<u32>(row, 0);
  store<u32>(row, at, 4);
  store<u32>(row, load<u32>(entry, 24), 8);
  store<u32>(entry, indexRowCount * 3, 24);
  store<u32>(entry, load<u32>(entry, 32) + bound, 32);
  indexRowCount += 1;
}

// @ts-ignore: decorator
@inline
function hashKey(a: u64, b: u64, c: u64): u32 {
  let hash = a * 0x9e3779b97f4a7c15;
  hash = (hash ^ b ^ (hash >> 32)) * 0xff51afd7ed558ccd;
  hash = (hash ^ c ^ (hash >> 29)) * 0xc4ceb9fe1a85ec53;
  return <u32>(hash >> 32);
}

// The number of the entry with the key at hand; NONE when there is none and none is to be added.
function findEntry(adds: bool): u32 {
  // Words 0–5 of an entry: place, local, remote, via, port, minute.
  const first = (keyPlaceAndVia & 0xffffffff) | (keyAddresses << 32);
  const second = (keyAddresses >> 32) | (keyPlaceAndVia & 0xffffffff00000000);
  let slot = hashKey(first, second, keyPortAndMinute) & slotMask;
  for (;;) {
    const at = entrySlots + (<usize>slot << 2);
    const known = load<u32>(at);
    if (known == 0) {
      if (!adds) return NONE;
      const entry = entries + <usize>indexEntryCount * ENTRY_BYTES;
      store<u64>(entry, first);
      store<u64>(entry, second, 8);
      store<u64>(entry, keyPortAndMinute, 16);
      indexEntryCount += 1;
      store<u32>(at, indexEntryCount);
      return indexEntryCount - 1;
    }
    const entry = entries + <usize>(known - 1) * ENTRY_BYTES;
    if (load<u64>(entry) == first && load<u64>(entry, 8) == second && load<u64>(entry, 16) == keyPortAndMinute)
      return known - 1;
    slot = (slot + 1) & slotMask;
  }
  return NONE;
}

/** The entry (a word index) of the same key in another minute, or NONE. */
export function entryInMinute(entryWord: u32, minute: u32): u32 {
  const entry = entries + (<usize>entryWord << 2);
  keyPlaceAndVia = <u64>load<u32>(entry) | (<u64>load<u32>(entry, 12) << 32);
  keyAddresses = <u64>load<u32>(entry, 4) | (<u64>load<u32>(entry, 8) << 32);
  keyPortAndMinute = <u64>load<u32>(entry, 16) | (<u64>minute << 32);
  const found = findEntry(false);
  return found == NONE ? NONE : found * 9;
}

// Finds the pair of a new entry, and notes when its entries differ in direction or port: they may have to be turned.
function pairOfKey(): u32 {
  const local = <u32>keyAddresses;
  const remote = <u32>(keyAddresses >> 32);
  const port = <u32>keyPortAndMinute;
  const localText = port & V_LOCAL_TEXT;
  const remoteText = (port & V_REMOTE_TEXT) >> 1;
  const isLow = local < remote || (local == remote && localText <= remoteText);
  const addresses = isLow ? keyAddresses : <u64>remote | (<u64>local << 32);
  const kinds = (port & 0xff00) | (isLow ? localText | (remoteText << 1) : remoteText | (localText << 1));
  const rest = (keyPlaceAndVia & 0xffffffff) | (<u64>kinds << 32);
  const oriented = ((port >> 16) << 1) | u32(isLow);
  let slot = hashKey(addresses, rest, 0) & slotMask;
  for (;;) {
    const at = pairSlots + (<usize>slot << 2);
    const known = load<u32>(at);
    if (known == 0) {
      const pair = pairs + <usize>pairCount * PAIR_BYTES;
      store<u64>(pair, addresses);
      store<u64>(pair, rest, 8);
      store<u32>(pair, oriented, 16);
      pairCount += 1;
      store<u32>(at, pairCount);
      return pairCount;
    }
    const pair = pairs + <usize>(known - 1) * PAIR_BYTES;
    if (load<u64>(pair) == addresses && load<u64>(pair, 8) == rest) {
      if (load<u32>(pair, 16) != oriented) {
        // An orientation that no entry has marks a pair as mixed.
        store<u32>(pair, NONE, 16);
        indexMixedCount += 1;
      }
      return known;
    }
    slot = (slot + 1) & slotMask;
  }
  return 0;
}

// One bit for each port that rows of the entry at hand have.
let seenPorts: usize = 0;

/** How many ports the rows of an entry (a word index) have together. */
export function portsOfEntry(entryWord: u32): u32 {
  memory.fill(seenPorts, 0, BITMAP_BYTES);
  let count: u32 = 0;
  let row = load<u32>(entries + (<usize>entryWord << 2), 24);
  while (row != NONE) {
    const words = rows + (<usize>row << 2);
    count += newPorts(runRoom.at + <usize>load<u32>(words, 4));
    row = load<u32>(words, 8);
  }
  return count;
}

function newPorts(record: usize): u32 {
  goToPorts(record);
  const size = readVarint();
  let count: u32 = 0;
  if (size & 1) {
    for (let i: usize = 0; i < BITMAP_BYTES; i += 8) {
      const before = load<u64>(seenPorts + i);
      const ports = load<u64>(varintAt + i);
      store<u64>(seenPorts + i, before | ports);
      count += <u32>popcnt(ports & ~before);
    }
    return count;
  }
  const end = varintAt + <usize>(size >> 1) * 3;
  for (let at = varintAt; at < end; at += 3) {
    const port = <u32>load<u16>(at);
    const byte = seenPorts + <usize>(port >> 3);
    const before = <u32>load<u8>(byte);
    store<u8>(byte, <u8>(before | (1 << (port & 7))));
    count += ((before >> (port & 7)) & 1) ^ 1;
  }
  return count;
}

// Goes from the begin of a row to its ports.
function goToPorts(record: usize): void {
  const tag = <u32>load<u8>(record);
  varintAt = record + 5;
  skipAddress(tag & TAG_LOCAL_TEXT);
  skipAddress(tag & TAG_REMOTE_TEXT);
  if (tag & TAG_VIA) skipAddress(tag & TAG_VIA_TEXT);
  skipToPorts(tag);
}

// From behind a row's addresses to its ports.
// @ts-ignore: decorator
@inline
function skipToPorts(tag: u32): void {
  varintAt += 3;
  skipVarints(5 + (tag & TAG_OVERLAP ? 4 : 0) + (tag & TAG_LIFETIMES ? 7 : 0));
}

// @ts-ignore: decorator
@inline
function skipPorts(): void {
  const size = readVarint();
  varintAt += portBytes(size);
}

// @ts-ignore: decorator
@inline
function portBytes(size: u64): usize {
  return size & 1 ? 4 * BITMAP_BYTES : <usize>(size >> 1) * 3;
}

// @ts-ignore: decorator
@inline
function skipAddress(isText: u32): void {
  varintAt += isText ? 1 + <usize>load<u8>(varintAt) : 4;
}

// How many ports of the row can count for what is sorted by.
function boundOf(portsAt: usize, size: u64, inferred: bool): u32 {
  let bound: u32 = 0;
  if (size & 1) {
    for (let i: usize = 0; i < BITMAP_BYTES; i += 8) {
      let open = load<u64>(portsAt + i + (inferred ? 0 : BITMAP_BYTES));
      if (sortBy != BY_OPENS) open &= ~load<u64>(portsAt + i + 2 * BITMAP_BYTES);
      bound += <u32>popcnt(open);
    }
    return bound;
  }
  const end = portsAt + <usize>(size >> 1) * 3;
  for (let at = portsAt; at < end; at += 3) {
    const flags = <u32>load<u8>(at, 2);
    if ((inferred || flags & RUN_OPENED) && (sortBy == BY_OPENS || !(flags & RUN_ANSWERED))) bound += 1;
  }
  return bound;
}

// The first place where the same text stood.
function textId(text: usize): u32 {
  const length = <u32>load<u8>(text) + 1;
  let slot = hashBytes(text, length) & (textSlotCount - 1);
  for (;;) {
    const at = textSlots + (<usize>slot << 2);
    const known = <usize>load<u32>(at);
    if (known == 0) {
      store<u32>(at, <u32>text);
      textCount += 1;
      if (textCount * 2 > textSlotCount) growTexts();
      return <u32>text;
    }
    if (load<u8>(known) == load<u8>(text) && sameBytes(known, text, length)) return <u32>known;
    slot = (slot + 1) & (textSlotCount - 1);
  }
  return 0;
}

function growTexts(): void {
  const old = textSlots;
  const oldCount = textSlotCount;
  textSlotCount *= 2;
  textSlots = take(<usize>textSlotCount * 4);
  for (let i: u32 = 0; i < oldCount; i++) {
    const text = <usize>load<u32>(old + (<usize>i << 2));
    if (text == 0) continue;
    let slot = hashBytes(text, <u32>load<u8>(text) + 1) & (textSlotCount - 1);
    while (load<u32>(textSlots + (<usize>slot << 2)) != 0) slot = (slot + 1) & (textSlotCount - 1);
    store<u32>(textSlots + (<usize>slot << 2), <u32>text);
  }
}

// Finding whom a ranking's flows were forwarded for: records with their destination and their local address as via.

/** A record of the run at hand that may be wanted. */
// @ts-ignore: decorator
@external("host", "match")
declare function hostMatch(at: usize): void;

let wantedRoom: Room = changetype<Room>(0);
let wanted: usize = 0;
let wantedMask: u32 = 0;

/** Empties the set of what is wanted and makes room for `count`; returns where runs of up to `bytes` go. */
export function beginMatch(count: u32, bytes: usize): usize {
  if (changetype<usize>(runRoom) == 0) prepareIndex();
  if (changetype<usize>(wantedRoom) == 0) wantedRoom = createRoom();
  let slots: u32 = 64;
  while (slots < count * 4) slots <<= 1;
  wanted = ensure(wantedRoom, <usize>slots * 8);
  memory.fill(wanted, 0, <usize>slots * 8);
  wantedMask = slots - 1;
  return ensure(runRoom, bytes + 16);
}

// @ts-ignore: decorator
@inline
function wantedKey(address: u32, via: u32, service: u32, minute: u32): u64 {
  let key = (<u64>address | (<u64>via << 32)) * 0x9e3779b97f4a7c15;
  key = (key ^ (<u64>service | (<u64>minute << 32)) ^ (key >> 32)) * 0xff51afd7ed558ccd;
  // Never zero, which is an empty slot.
  return key | 1;
}

function slotOf(key: u64): u32 {
  return <u32>(key >> 40) & wantedMask;
}

/** Wants what goes to a service (port << 8 | protocol) through a via; addresses are their bits, or hashes of their texts. */
export function wantForwarded(address: u32, via: u32, service: u32, minute: u32): void {
  const key = wantedKey(address, via, service, minute);
  let slot = slotOf(key);
  while (load<u64>(wanted + (<usize>slot << 3)) != 0) slot = (slot + 1) & wantedMask;
  store<u64>(wanted + (<usize>slot << 3), key);
}

function isWanted(key: u64): bool {
  let slot = slotOf(key);
  for (;;) {
    const known = load<u64>(wanted + (<usize>slot << 3));
    if (known == key) return true;
    if (known == 0) return false;
    slot = (slot + 1) & wantedMask;
  }
  return false;
}

/** Names every record of the run that was forwarded as is wanted, in a wanted minute or in any, and perhaps a few more. */
export function matchRun(run: usize, length: usize, byMinute: bool): void {
  const end = run + length;
  varintAt = run;
  while (varintAt < end) {
    const from = varintAt;
    const tag = <u32>load<u8>(from);
    varintAt = from + 5;
    if (tag & TAG_COVERAGE) {
      skipVarints(4);
      continue;
    }
    skipAddress(tag & TAG_LOCAL_TEXT);
    const remote = varintAt;
    skipAddress(tag & TAG_REMOTE_TEXT);
    const via = varintAt;
    if (tag & TAG_VIA) skipAddress(tag & TAG_VIA_TEXT);
    const service = (<u32>load<u16>(varintAt) << 8) | <u32>load<u8>(varintAt, 2);
    skipToPorts(tag);
    skipPorts();
    if (!(tag & TAG_VIA)) continue;
    const minute = byMinute ? load<u32>(from, 1) : 0;
    const key = wantedKey(hashAt(remote, tag & TAG_REMOTE_TEXT), hashAt(via, tag & TAG_VIA_TEXT), service, minute);
    if (isWanted(key)) hostMatch(from - run);
  }
}
