// Numbers for texts, so that what a text means is found out once and not once per record.

import { take } from './memory';

const ENTRY_BYTES: usize = 16;

/** A hash table of texts: entries are hash u32, text u32, length u16 and kind u16, value u32; text 0 means empty. */
// @ts-ignore: decorator
@unmanaged
export class TextCache {
  slots: usize;
  mask: u32;
  texts: usize;
  textBytes: usize;
  usedBytes: usize;
  count: u32;
}

export function createCache(slotBits: u32, textBytes: usize): TextCache {
  const cache = changetype<TextCache>(take(offsetof<TextCache>()));
  cache.mask = (1 << slotBits) - 1;
  cache.slots = take(<usize>(1 << slotBits) * ENTRY_BYTES);
  cache.texts = take(textBytes);
  cache.textBytes = textBytes;
  return cache;
}

export function clearCache(cache: TextCache): void {
  if (cache.count == 0) return;
  memory.fill(cache.slots, 0, <usize>(cache.mask + 1) * ENTRY_BYTES);
  cache.usedBytes = 0;
  cache.count = 0;
}

// @ts-ignore: decorator
@inline
export function hashBytes(from: usize, length: u32): u32 {
  let hash: u64 = <u64>length * 0x9e3779b97f4a7c15;
  let at = from;
  const end = from + length;
  while (at + 8 <= end) {
    hash = (hash ^ load<u64>(at)) * 0xff51afd7ed558ccd;
    hash ^= hash >> 32;
    at += 8;
  }
  while (at < end) {
    hash = (hash ^ <u64>load<u8>(at)) * 0xff51afd7ed558ccd;
    at += 1;
  }
  return <u32>(hash ^ (hash >> 29));
}

// @ts-ignore: decorator
@inline
export function sameBytes(a: usize, b: usize, length: u32): bool {
  if (length >= 16) {
    const last = length - 16;
    let unlike = v128.xor(v128.load(a + last), v128.load(b + last));
    for (let i: u32 = 0; i < last; i += 16) unlike = v128.or(unlike, v128.xor(v128.load(a + i), v128.load(b + i)));
    return !v128.any_true(unlike);
  }
  if (length >= 8) {
    const last = length - 8;
    return ((load<u64>(a) ^ load<u64>(b)) | (load<u64>(a + last) ^ load<u64>(b + last))) == 0;
  }
  for (let i: u32 = 0; i < length; i++) if (load<u8>(a + i) != load<u8>(b + i)) return false;
  return true;
}

/** The entry of a text, or 0. */
export function findText(cache: TextCache, from: usize, length: u32): usize {
  const hash = hashBytes(from, length);
  let slot = hash & cache.mask;
  let entry = cache.slots + <usize>slot * ENTRY_BYTES;
  let text = <usize>load<u32>(entry, 4);
  while (text != 0) {
    if (load<u32>(entry) == hash && <u32>load<u16>(entry, 8) == length && sameBytes(text, from, length)) return entry;
    slot = (slot + 1) & cache.mask;
    entry = cache.slots + <usize>slot * ENTRY_BYTES;
    text = <usize>load<u32>(entry, 4);
  }
  return 0;
}

/** A cache that is full is emptied: whoever uses it can find out again. */
export function keepText(cache: TextCache, from: usize, length: u32, kind: u32, value: u32): usize {
  if (cache.count * 2 > cache.mask || cache.usedBytes + length > cache.textBytes) clearCache(cache);
  const hash = hashBytes(from, length);
  let slot = hash & cache.mask;
  while (load<u32>(cache.slots + <usize>slot * ENTRY_BYTES, 4) != 0) slot = (slot + 1) & cache.mask;
  const entry = cache.slots + <usize>slot * ENTRY_BYTES;
  const text = cache.texts + cache.usedBytes;
  memory.copy(text, from, length);
  cache.usedBytes += length;
  cache.count += 1;
  store<u32>(entry, hash);
  store<u32>(entry, <u32>text, 4);
  store<u16>(entry, <u16>length, 8);
  store<u16>(entry, <u16>kind, 10);
  store<u32>(entry, value, 12);
  return entry;
}

// @ts-ignore: decorator
@inline
export function kindOf(entry: usize): u32 {
  return <u32>load<u16>(entry, 10);
}

// @ts-ignore: decorator
@inline
export function valueOf(entry: usize): u32 {
  return load<u32>(entry, 12);
}
