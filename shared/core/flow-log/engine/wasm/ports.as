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
  const mask = listSlots(form) - 1;
  const isLinear = form <= LINEAR_UNTIL;
  let slot: u32 = isLinear ? 0 : ((entry & 0xffff) * 0x9e37 >> 4) & mask;
  for (;;) {
    const at = from + (<usize>slot << 2);
    const known = load<u32>(at);
    if (known == 0) break;
    if ((known ^ entry) << 16 == 0) {
      store<u32>(at, known | entry);
      return;
    }
    slot = (slot + 1) & mask;
    if (slot == 0 && isLinear) break;
  }
  const size = sizeOf(meta);
  if (isLinear ? size <= mask : size * 2 <= mask) {
    store<u32>(from + (<usize>slot << 2), entry);
    store<u32>(set, meta + 1);
  } else growSet(set, entry);
}

function addNibble(set: usize, entry: u32): void {
  const at = portWord(load<u32>(set, 4) + ((entry & 0xffff) >> 3));
  const before = load<u32>(at);
  const shift = (entry & 7) << 2;
  store<u32>(at, before | ((entry >> 16) << shift));
  if (((before >> shift) & 8) == 0) store<u32>(set, load<u32>(set) + 1);
}

function growSet(set: usize, entry: u32): void {
  const form = formOf(load<u32>(set));
  const ref = load<u32>(set, 4);
  const next = form == LAST_LIST ? NIBBLES : form + 1;
  const words = takeWords(next == NIBBLES ? NIBBLE_WORDS : listSlots(next));
  store<u32>(set, next << 20);
  store<u32>(set, words, 4);
  if (form == 0) addToSet(set, ref);
  else
    for (let i: u32 = 0; i < listSlots(form); i++) {
      const known = load<u32>(portWord(ref + i));
      if (known != 0) addToSet(set, known);
    }
  addToSet(set, entry);
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
  memory.fill(portWord(from), 0, <usize>count << 2);
  return from;
}
