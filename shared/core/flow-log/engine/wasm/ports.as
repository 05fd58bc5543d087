// Exact sets of ports with three flags each, for all rows of a table, in one arena that is emptied as a whole: see
// port-entries.ts, whose forms these are. A row keeps `meta` (size | form << 20) and `ref` (the port, or a word index).

import { take } from './memory';

export const PORT_OPENED: u32 = 1 << 16;
export const PORT_ANSWERED: u32 = 1 << 17;
export const PORT_CLOSED: u32 = 1 << 18;
export const IN_USE: u32 = 1 << 19;

const LINEAR_UNTIL: u32 = 3;
const LAST_LIST: u32 = 10;
export const NIBBLES: u32 = 15;
const NIBBLE_WORDS: u32 = 8192;
const SIZE_MASK: u32 = 0xfffff;

const FIRST_WORDS: u32 = 1 << 18;

let arena: usize = 0;
let arenaWords: u32 = 0;
let usedWords: u32 = 0;

export function clearPorts(): void {
  if (arena == 0) {
    arena = take(<usize>FIRST_WORDS << 2);
    arenaWords = FIRST_WORDS;
  }
  usedWords = 0;
}

// @ts-ignore: decorator
@inline
export function portWord(index: u32): usize {
  return arena + (<usize>index << 2);
}

// @ts-ignore: decorator
@inline
export function sizeOf(meta: u32): u32 {
  return meta & SIZE_MASK;
}

// @ts-ignore: decorator
@inline
export function formOf(meta: u32): u32 {
  return meta >> 20;
}

// @ts-ignore: decorator
@inline
export function listSlots(form: u32): u32 {
  return 2 << form;
}

/** Adds a port, flags and all, to the set whose meta and ref stand at `set`. */
// @ts-ignore: decorator
@inline
export function addPort(set: usize, entry: u32): void {
  const ref = load<u32>(set, 4);
  if (formOf(load<u32>(set)) == 0 && (ref ^ entry) << 16 == 0) store<u32>(set, ref | entry, 4);
  else addToSet(set, entry);
}

function addToSet(set: usize, entry: u32): void {
  const form = formOf(load<u32>(set));
  if (form == 0) growSet(set, entry);
  else if (form == NIBBLES) addNibble(set, entry);
  else addToList(set, entry);
}

function addToList(set: usize, entry: u32): void {
  const meta = load<u32>(set);
  const form = formOf(meta);
  const from = portWord(load<u32>(set, 4));
  if (form <= LINEAR_UNTIL) addToShortList(set, from, meta, entry);
  else addToHashedList(set, from, meta, entry);
}

// All entries at once and without a branch on whether the port is there: it is every other time, as replies come with
// what they answer.
function addToShortList(set: usize, from: usize, meta: u32, entry: u32): void {
  const size = sizeOf(meta);
  const slots = listSlots(formOf(meta));
  const wanted = i32x4.splat((entry & 0xffff) | IN_USE);
  const mask = i32x4.splat(0xffff | IN_USE);
  let found: u32 = 0;
  for (let slot: u32 = 0; slot < slots; slot += 4)
    found |= i32x4.bitmask(i32x4.eq(v128.and(v128.load(from + (<usize>slot << 2)), mask), wanted)) << slot;
  const slot = select<u32>(ctz(found), size, found != 0);
  if (slot == slots) {
    growSet(set, entry);
    return;
  }
  const at = from + (<usize>slot << 2);
  store<u32>(at, load<u32>(at) | entry);
  store<u32>(set, meta + u32(found == 0));
}

// @ts-ignore: decorator
@inline
function firstSlot(entry: u32): u32 {
  return ((entry & 0xffff) * 0x9e37) >> 4;
}

function addToHashedList(set: usize, from: usize, meta: u32, entry: u32): void {
  const mask = listSlots(formOf(meta)) - 1;
  let slot = firstSlot(entry) & mask;
  let at = from + (<usize>slot << 2);
  let known = load<u32>(at);
  while (known != 0 && (known ^ entry) << 16 != 0) {
    slot = (slot + 1) & mask;
    at = from + (<usize>slot << 2);
    known = load<u32>(at);
  }
  store<u32>(at, known | entry);
  const size = sizeOf(meta) + u32(known == 0);
  store<u32>(set, meta + u32(known == 0));
  if (size * 2 > mask) growHashedList(set);
}

function addNibble(set: usize, entry: u32): void {
  store<u32>(set, load<u32>(set) + setNibble(load<u32>(set, 4), entry));
}

// Adds a port to the bit field at a word index; 1 when it was not there.
// @ts-ignore: decorator
@inline
function setNibble(words: u32, entry: u32): u32 {
  const at = portWord(words + ((entry & 0xffff) >> 3));
  const before = load<u32>(at);
  const shift = (entry & 7) << 2;
  store<u32>(at, before | ((entry >> 16) << shift));
  return ((before >> (shift + 3)) & 1) ^ 1;
}

// A single port, or a full short list, and one more.
function growSet(set: usize, entry: u32): void {
  const form = formOf(load<u32>(set));
  const ref = load<u32>(set, 4);
  if (form < LINEAR_UNTIL) {
    growShortList(set, takeWords(listSlots(form + 1)), form, ref, entry);
    return;
  }
  growHashedList(set);
  addToSet(set, entry);
}

// Four times as long, so that few ports are moved more than once. No port is in the new list yet, so none is looked for.
function growHashedList(set: usize): void {
  const meta = load<u32>(set);
  const form = formOf(meta);
  const from = load<u32>(set, 4);
  const next = form + 2 > LAST_LIST ? NIBBLES : form + 2;
  const words = takeWords(next == NIBBLES ? NIBBLE_WORDS : listSlots(next));
  store<u32>(set, (next << 20) | sizeOf(meta));
  store<u32>(set, words, 4);
  const mask = listSlots(next) - 1;
  for (let i: u32 = 0; i < listSlots(form); i++) {
    const entry = load<u32>(portWord(from + i));
    if (entry == 0) continue;
    if (next == NIBBLES) {
      setNibble(words, entry);
      continue;
    }
    let slot = firstSlot(entry) & mask;
    while (load<u32>(portWord(words + slot)) != 0) slot = (slot + 1) & mask;
    store<u32>(portWord(words + slot), entry);
  }
}

// A full list becomes the front of one twice as long; the new port is in neither.
function growShortList(set: usize, words: u32, form: u32, ref: u32, entry: u32): void {
  const to = portWord(words);
  let size: u32 = 1;
  if (form == 0) store<u32>(to, ref);
  else {
    size = listSlots(form);
    const from = portWord(ref);
    for (let i: usize = 0; i < <usize>size << 2; i += 16) v128.store(to + i, v128.load(from + i));
  }
  store<u32>(to + (<usize>size << 2), entry);
  store<u32>(set, ((form + 1) << 20) | (size + 1));
  store<u32>(set, words, 4);
}

function takeWords(count: u32): u32 {
  const from = usedWords;
  usedWords += count;
  if (usedWords > arenaWords) {
    // Nothing may follow the arena for it to grow in place, so it moves: rarely, as it doubles.
    const grown = take(<usize>max(arenaWords * 2, usedWords) << 2);
    memory.copy(grown, arena, <usize>from << 2);
    arena = grown;
    arenaWords = max(arenaWords * 2, usedWords);
  }
  if (count <= 32) {
    const zero = i64x2.splat(0);
    for (let at = portWord(from); at < portWord(from + count); at += 16) v128.store(at, zero);
  } else memory.fill(portWord(from), 0, <usize>count << 2);
  return from;
}
