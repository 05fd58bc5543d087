/**
 * Exact sets of ports with three flags each, for many rows at once, in one arena that is emptied as a whole. Most rows
 * have one port, which stands in the row itself; then a short list, then a hash table, then 65,536 nibbles, each kept
 * only while it is the smaller. A row's set is two words: `meta` = size | form << 20, and `ref` = the port or an index
 * into the arena.
 */
export type PortEntries = {
  /**
   * It grows, and is named like no first field of objects whose field never changes: V8 keeps one note for all objects that
   * begin alike, and throws away what it compiled for those that trust it.
   */
  arena: Int32Array;
  used: number;
};

/**
 * A port with its flags: the port in the low 16 bits, then opened (1 << 16), answered (1 << 17) and closed (1 << 18).
 * `IN_USE` makes port 0 without flags differ from an empty slot.
 */
const IN_USE = 1 << 19;

/** Forms: 0 the port is in `ref`; f from 1 to `LAST_LIST` a table of 2^(f+1) slots; `NIBBLES` eight ports to a word. */
const LINEAR_UNTIL = 3;
const LAST_LIST = 10;
const NIBBLES = 15;
const NIBBLE_WORDS = 8192;
const SIZE_MASK = 0xfffff;

export const createPortEntries = (): PortEntries => ({ arena: new Int32Array(1 << 16), used: 0 });

export const firstPortMeta = 1;
export const firstPortRef = (port: number, flags: number): number => port | flags | IN_USE;
export const portEntriesSize = (meta: number): number => meta & SIZE_MASK;

/**
 * Adds a port to the set whose `meta` stands at `table[at]` and `ref` at `table[at + 1]`. Flags of a port add up.
 */
export function addPortEntry(entries: PortEntries, table: Int32Array, at: number, port: number, flags: number): void {
  const meta = table[at] as number;
  const form = meta >>> 20;
  const ref = table[at + 1] as number;
  if (form === 0) {
    if ((ref & 0xffff) === port) table[at + 1] = ref | flags;
    else growSet(entries, table, at, port, flags);
  } else if (form === NIBBLES) addNibble(entries, table, at, port, flags);
  else addToList(entries, table, at, port, flags);
}

function addToList(entries: PortEntries, table: Int32Array, at: number, port: number, flags: number): void {
  const meta = table[at] as number;
  const form = meta >>> 20;
  const ref = table[at + 1] as number;
  const { arena } = entries;
  const mask = (2 << form) - 1;
  let slot = form <= LINEAR_UNTIL ? 0 : firstSlot(port) & mask;
  for (let entry = arena[ref + slot] as number; entry !== 0; entry = arena[ref + slot] as number) {
    if ((entry & 0xffff) === port) {
      arena[ref + slot] = entry | flags;
      return;
    }
    slot = (slot + 1) & mask;
    if (slot === 0 && form <= LINEAR_UNTIL) break;
  }
  const size = meta & SIZE_MASK;
  // Lists fill up; hash tables only to one half, to keep their probes short.
  if (form <= LINEAR_UNTIL ? size <= mask : size * 2 <= mask) {
    arena[ref + slot] = port | flags | IN_USE;
    table[at] = meta + 1;
  } else growSet(entries, table, at, port, flags);
}

function addNibble(entries: PortEntries, table: Int32Array, at: number, port: number, flags: number): void {
  const { arena } = entries;
  const word = (table[at + 1] as number) + (port >>> 3);
  const before = arena[word] as number;
  const shift = (port & 7) * 4;
  arena[word] = before | (((flags | IN_USE) >>> 16) << shift);
  if (((before >>> shift) & 8) === 0) table[at] = (table[at] as number) + 1;
}

/** Moves a set that is full to the next larger form, and adds a port that it has not. */
function growSet(entries: PortEntries, table: Int32Array, at: number, port: number, flags: number): void {
  const form = (table[at] as number) >>> 20;
  if (form < LINEAR_UNTIL) growList(entries, table, at, port | flags | IN_USE);
  else rebuildSet(entries, table, at, port, flags);
}

/** From one port, or from a full list, to a list of twice as many: most sets that grow. */
function growList(entries: PortEntries, table: Int32Array, at: number, entry: number): void {
  const form = (table[at] as number) >>> 20;
  const from = table[at + 1] as number;
  const to = takeWords(entries, 4 << form);
  const { arena } = entries;
  const count = form === 0 ? 1 : 2 << form;
  if (form === 0) arena[to] = from;
  else for (let i = 0; i < count; i += 1) arena[to + i] = arena[from + i] as number;
  arena[to + count] = entry;
  table[at] = ((form + 1) << 20) | (count + 1);
  table[at + 1] = to;
}

/** What a set holds while it moves: larger sets than the last list are nibbles, and stay so. */
const moving = new Int32Array(2 << LAST_LIST);

/** What moves is not looked for: no port is there twice. */
function rebuildSet(entries: PortEntries, table: Int32Array, at: number, port: number, flags: number): void {
  const count = copyPortEntries(entries, table, at, moving);
  const form = (table[at] as number) >>> 20;
  const next = form === LAST_LIST ? NIBBLES : form + 1;
  const ref = takeWords(entries, next === NIBBLES ? NIBBLE_WORDS : 2 << next);
  const { arena } = entries;
  table[at] = (next << 20) | count;
  table[at + 1] = ref;
  if (next === NIBBLES)
    for (let i = 0; i < count; i += 1) {
      const entry = (moving[i] as number) | IN_USE;
      const word = ref + ((entry & 0xffff) >>> 3);
      arena[word] = (arena[word] as number) | ((entry >>> 16) << ((entry & 7) * 4));
    }
  else {
    const mask = (2 << next) - 1;
    for (let i = 0; i < count; i += 1) {
      const entry = (moving[i] as number) | IN_USE;
      let slot = firstSlot(entry & 0xffff) & mask;
      while (arena[ref + slot] !== 0) slot = (slot + 1) & mask;
      arena[ref + slot] = entry;
    }
  }
  addPortEntry(entries, table, at, port, flags);
}

/** Where a port is looked for first in a hash table, whose mask is still to be applied. */
const firstSlot = (port: number): number => Math.imul(port, 0x9e37) >>> 4;

/** Up to here zeroing one word after the other is faster than asking for it. */
const SHORT_WORDS = 32;

function takeWords(entries: PortEntries, count: number): number {
  const from = entries.used;
  entries.used += count;
  if (entries.used > entries.arena.length) {
    const grown = new Int32Array(Math.max(entries.arena.length * 2, entries.used));
    grown.set(entries.arena);
    entries.arena = grown;
  }
  const { arena } = entries;
  if (count > SHORT_WORDS) arena.fill(0, from, from + count);
  else for (let i = from; i < from + count; i += 1) arena[i] = 0;
  return from;
}

/**
 * Copies the set's entries, each the port with its flags, to the front of `out` in no particular order, and returns how
 * many they are: up to 65,536. Into an array rather than to a function: this runs for every row.
 */
export function copyPortEntries(entries: PortEntries, table: Int32Array, at: number, out: Int32Array): number {
  const form = (table[at] as number) >>> 20;
  const ref = table[at + 1] as number;
  const { arena } = entries;
  if (form === 0) {
    out[0] = ref & ~IN_USE;
    return 1;
  }
  let count = 0;
  if (form !== NIBBLES) {
    for (let i = ref; i < ref + (2 << form); i += 1)
      if (arena[i] !== 0) {
        out[count] = (arena[i] as number) & ~IN_USE;
        count += 1;
      }
    return count;
  }
  for (let word = 0; word < NIBBLE_WORDS; word += 1) {
    let nibbles = arena[ref + word] as number;
    for (let port = word * 8; nibbles !== 0; port += 1, nibbles >>>= 4)
      if ((nibbles & 15) !== 0) {
        out[count] = port | ((nibbles & 7) << 16);
        count += 1;
      }
  }
  return count;
}

/**
 * Writes a set of more ports than any list holds as four bitmaps, one after the other: its ports, then those with each
 * of the flags. A word has eight ports, which are a byte of each bitmap.
 */
export function writePortBitmaps(
  entries: PortEntries,
  table: Int32Array,
  at: number,
  out: Uint8Array,
  from: number,
): void {
  const ref = table[at + 1] as number;
  const { arena } = entries;
  for (let word = 0; word < NIBBLE_WORDS; word += 1) {
    const nibbles = arena[ref + word] as number;
    const byte = from + word;
    out[byte] = lowestBits(nibbles >>> 3);
    out[byte + NIBBLE_WORDS] = lowestBits(nibbles);
    out[byte + 2 * NIBBLE_WORDS] = lowestBits(nibbles >>> 1);
    out[byte + 3 * NIBBLE_WORDS] = lowestBits(nibbles >>> 2);
  }
}

/** The lowest bit of each of a word's eight nibbles, side by side. */
function lowestBits(nibbles: number): number {
  const apart = nibbles & 0x11111111;
  const pairs = (apart | (apart >>> 3)) & 0x03030303;
  const fours = (pairs | (pairs >>> 6)) & 0x000f000f;
  return (fours | (fours >>> 12)) & 255;
}
