// Addresses as numbers: an IPv4 address is its bits, any other has an id while minutes are open that hold it. Runs hold
// addresses themselves, so ids can be given anew whenever no minute is open.

import { ipv4, NOT_IPV4 } from './addresses';
import { clearCache, createCache, findText, keepText, kindOf, sameBytes, TextCache, valueOf } from './dictionary';
import { IPV6_TEXT_BYTES, isMappedIpv4, mappedIpv4, readIpv6, spellIpv6 } from './ipv6';
import { take } from './memory';
import { WINDOW_BYTES } from './window';

/** What `anyAddress` finds. */
export const IS_IPV4: u32 = 0;
export const IS_ID: u32 = 1;
export const IS_NO_ADDRESS: u32 = 2;

// So many spellings as one window of text may bring, their canonical texts among them: of a line four, in thirty bytes.
const WINDOW_SPELLINGS: usize = WINDOW_BYTES / 4;
const WINDOW_TEXT_BYTES: usize = WINDOW_BYTES + WINDOW_SPELLINGS * IPV6_TEXT_BYTES;
// Past these limits ids are given anew, between two windows.
const SPELLINGS_LIMIT: usize = 64 * 1024;
const TEXT_BYTES_LIMIT: usize = 3 << 20;
const IDS_ROOM: usize = SPELLINGS_LIMIT + WINDOW_SPELLINGS;
const SLOT_BITS: u32 = 18;

let spellings: TextCache = changetype<TextCache>(0);
// Of each id: the hash of the canonical text, and where that text stands (length u8, then the text).
let hashes: usize = 0;
let texts: usize = 0;
let arena: usize = 0;
let arenaUsed: usize = 0;
let idCount: u32 = 0;
const canonical = memory.data(48);

/** Where the host writes a canonical text: see `idOfText`. */
export const addressText = memory.data(48);

// Most logs have no IPv6.
function prepareIds(): void {
  spellings = createCache(SLOT_BITS, TEXT_BYTES_LIMIT + WINDOW_TEXT_BYTES);
  hashes = take(IDS_ROOM * 4);
  texts = take(IDS_ROOM * 4);
  arena = take(IDS_ROOM * (IPV6_TEXT_BYTES + 1));
}

let anyNumber: u64 = 0;

/** The number of the address that `anyAddress` found. */
// @ts-ignore: decorator
@inline
export function anyValue(): u64 {
  return anyNumber;
}

/** An address in any spelling: its kind, and its number in `anyValue`. */
export function anyAddress(from: usize, length: u32): u32 {
  anyNumber = ipv4(from, length);
  if (anyNumber != NOT_IPV4) return IS_IPV4;
  if (hashes == 0) prepareIds();
  let entry = findText(spellings, from, length);
  if (entry == 0) entry = learn(from, length);
  if (entry == 0) return IS_NO_ADDRESS;
  anyNumber = <u64>valueOf(entry);
  return kindOf(entry);
}

function learn(from: usize, length: u32): usize {
  if (!readIpv6(from, length)) return 0;
  if (isMappedIpv4()) return keepText(spellings, from, length, IS_IPV4, mappedIpv4());
  const canonicalLength = spellIpv6(canonical);
  const entry = entryOf(canonical, canonicalLength);
  if (canonicalLength == length && sameBytes(canonical, from, length)) return entry;
  return keepText(spellings, from, length, IS_ID, valueOf(entry));
}

// Of a canonical text.
function entryOf(text: usize, length: u32): usize {
  const entry = findText(spellings, text, length);
  if (entry != 0) return entry;
  const id = idCount;
  if (id >= <u32>IDS_ROOM) unreachable();
  idCount += 1;
  store<u32>(hashes + (<usize>id << 2), hashAddressText(text, length));
  store<u32>(texts + (<usize>id << 2), <u32>(arena + arenaUsed));
  store<u8>(arena + arenaUsed, <u8>length);
  memory.copy(arena + arenaUsed + 1, text, length);
  arenaUsed += length + 1;
  return keepText(spellings, text, length, IS_ID, id);
}

/** The id of an address whose canonical text the host wrote to `addressText`. */
export function idOfText(length: u32): u32 {
  if (hashes == 0) prepareIds();
  return valueOf(entryOf(addressText, length));
}

/** True when the ids should be forgotten, as the next window may bring too many. */
export function hasManyIds(): bool {
  if (hashes == 0) return false;
  return <usize>spellings.count > SPELLINGS_LIMIT || spellings.usedBytes > TEXT_BYTES_LIMIT;
}

/** Ids are about to be given anew: nothing may hold one. */
export function forgetIds(): void {
  idCount = 0;
  arenaUsed = 0;
  if (hashes != 0) clearCache(spellings);
}

/** FNV-1a, of addresses that are no IPv4: see `hashText` in dictionary.ts. */
export function hashAddressText(from: usize, length: u32): u32 {
  let hash: u32 = 0x811c9dc5;
  for (let i: u32 = 0; i < length; i++) hash = (hash ^ <u32>load<u8>(from + i)) * 0x01000193;
  return hash;
}

// @ts-ignore: decorator
@inline
export function hashOfId(id: u32): u32 {
  return load<u32>(hashes + (<usize>id << 2));
}

// @ts-ignore: decorator
@inline
export function textOfId(id: u32): usize {
  return <usize>load<u32>(texts + (<usize>id << 2));
}
